import { randomBytes } from 'node:crypto';

import multipart from '@fastify/multipart';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';

import { addAdminRoutes } from './admin';
import type { Exchange, ProviderDouble, Route, UploadedFile } from './exchange';
import type { FaultScript } from './faults';
import { sha256 } from './hash';
import { apiKey } from './keys';
import { refuseEarly, sendReply } from './play-fault';
import { PROVIDERS } from './providers';
import { providerOf, recordBody, watch } from './record';
import { ApiError, type ApiReply } from './reply';
import type { State } from './state';

const MAX_BODY_BYTES = 200 * 1_048_576;

type Parsed = Pick<Exchange, 'contentType' | 'fields' | 'files'>;

async function readForm(request: FastifyRequest): Promise<Parsed> {
	const fields: Record<string, unknown> = {};
	const files: UploadedFile[] = [];
	for await (const part of request.parts({ limits: { fileSize: MAX_BODY_BYTES, fields: 50, files: 50 } })) {
		if (part.type === 'file') {
			files.push({ field: part.fieldname, filename: part.filename, contentType: part.mimetype, bytes: await part.toBuffer() });
		} else {
			const known = fields[part.fieldname];
			fields[part.fieldname] = known === undefined ? part.value : [known, part.value].flat();
		}
	}
	recordBody(request, {
		fields,
		files: files.map(({ bytes, ...file }) => ({ ...file, bytes: bytes.length, sha256: sha256(bytes) })),
	});
	return { contentType: 'multipart', fields, files };
}

async function read(request: FastifyRequest): Promise<Parsed> {
	if (request.isMultipart()) return await readForm(request);
	const json = request.body;
	if (typeof json !== 'object' || json === null) return { contentType: 'none', fields: {}, files: [] };
	recordBody(request, json);
	return { contentType: 'json', fields: json as Record<string, unknown>, files: [] };
}

/** Judges and answers one request in the name of a provider. Throws `ApiError`. */
async function answer(state: State, double: ProviderDouble, route: Route, request: FastifyRequest, fault: FaultScript | null): Promise<ApiReply> {
	if (!route.open && request.headers.authorization !== `Bearer ${apiKey(double.id)}`) throw double.errors.unauthorized();
	const pause = state.rateLimit.take(double.id, state.settings.now());
	if (pause !== null) throw double.errors.rateLimited({ 'retry-after': String(pause) });
	const parsed = await read(request).catch(() => {
		throw double.errors.badRequest('The body could not be parsed.');
	});
	return await route.handle({
		state,
		provider: double.id,
		headers: request.headers,
		params: request.params as Record<string, string>,
		...parsed,
		fault,
	});
}

function addRoute(app: FastifyInstance, state: State, double: ProviderDouble, route: Route): void {
	app.route({
		method: route.method,
		url: `/${double.id}${route.path}`,
		handler: async (request, reply) => {
			const fault = route.point && state.faults.take(double.id, route.point);
			const early = refuseEarly(fault, double.errors, state);
			if (early === 'hang') return reply.hijack();
			if (early === 'reset') {
				request.raw.socket.destroy();
				return reply.hijack();
			}
			if (early instanceof ApiError) throw early;
			return await sendReply(request, reply, early ?? (await answer(state, double, route, request, fault)), fault);
		},
	});
}

function doubleOf(request: FastifyRequest): ProviderDouble | undefined {
	return PROVIDERS.find(({ id }) => id === providerOf(request.url));
}

/** What became of a request in the words of the provider that it was for, or of the sandbox itself. */
function inWords(error: Error & { statusCode?: number }, request: FastifyRequest): ApiError {
	if (error instanceof ApiError) return error;
	const isBug = (error.statusCode ?? 500) >= 500 && doubleOf(request) !== undefined;
	if (isBug) return new ApiError(500, { error: { message: `The sandbox itself failed: ${error.stack ?? error.message}` } });
	return doubleOf(request)?.errors.badRequest('The body could not be parsed.') ?? new ApiError(400, { error: error.message });
}

/** The first origin: all five providers, each below its own path. */
export async function createApiServer(state: State): Promise<FastifyInstance> {
	const app = Fastify({
		bodyLimit: MAX_BODY_BYTES,
		forceCloseConnections: true,
		genReqId: () => `req_${randomBytes(12).toString('hex')}`,
		routerOptions: { maxParamLength: 500 },
	});
	await app.register(multipart);
	// A body that is no JSON reaches the handler, so that the provider can say so in its own words.
	app.addContentTypeParser('*', { parseAs: 'string' }, (_request, _text, done) => done(null, null));
	watch(app, state, 'api');
	app.addHook('onRequest', async (request, reply) => void reply.header('x-request-id', request.id));
	for (const double of PROVIDERS) {
		for (const route of double.routes) addRoute(app, state, double, route);
	}
	app.setNotFoundHandler((request) => {
		throw doubleOf(request)?.errors.notFound(`Invalid URL (${request.method} ${request.url})`) ?? new ApiError(404, { error: 'No such address' });
	});
	app.setErrorHandler<Error>(async (error, request, reply) => {
		const { status, body, headers } = inWords(error, request);
		const isText = typeof body === 'string';
		if (!isText) void reply.type('application/json');
		return await reply.code(status).headers(headers).send(isText ? body : JSON.stringify(body));
	});
	addAdminRoutes(app, state);
	return app;
}
