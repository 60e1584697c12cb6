import { randomBytes } from 'node:crypto';

import multipart from '@fastify/multipart';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';

import { addAdminRoutes } from './admin';
import type { Exchange, ProviderDouble, Route, UploadedFile } from './exchange';
import { apiKey } from './keys';
import { refuseEarly, sendReply } from './play-fault';
import { PROVIDERS } from './providers';
import { recordBody, watch } from './record';
import { ApiError, type ApiReply } from './reply';
import type { State } from './state';
import { PROVIDER_IDS, type FaultScript, type ProviderId } from './types';
import { sha256 } from './hash';

const MAX_BODY_BYTES = 200 * 1_048_576;

function providerOf(path: string): ProviderId | null {
	return PROVIDER_IDS.find((id) => path.startsWith(`/${id}/`)) ?? null;
}

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

function sleep(milliseconds: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Judges and answers one request in the name of a provider. Throws `ApiError`. */
async function answer(state: State, double: ProviderDouble, route: Route, request: FastifyRequest, fault: FaultScript | null): Promise<ApiReply> {
	if (!route.open && request.headers.authorization !== `Bearer ${apiKey(double.id)}`) throw double.errors.unauthorized();
	if (state.overLimit(double.id)) throw double.errors.rateLimited({ 'retry-after': '1' });
	const parsed = await read(request).catch(() => {
		throw double.errors.badRequest('The body could not be parsed.');
	});
	const reply = await route.handle({
		state,
		provider: double.id,
		headers: request.headers,
		params: request.params as Record<string, string>,
		...parsed,
		fault,
	});
	if (route.point === 'submit' && state.settings.latencyMs > 0) await sleep(state.settings.latencyMs);
	return reply;
}

function addRoute(app: FastifyInstance, state: State, double: ProviderDouble, route: Route): void {
	app.route({
		method: route.method,
		url: `/${double.id}${route.path}`,
		handler: async (request, reply) => {
			void reply.header('x-request-id', request.id);
			const fault = route.point && state.takeFault(double.id, route.point);
			try {
				const early = refuseEarly(fault, double.errors, state);
				if (early === 'hang') return reply.hijack();
				if (early === 'reset') {
					request.raw.socket.destroy();
					return reply.hijack();
				}
				if (early instanceof ApiError) throw early;
				return await sendReply(request, reply, early ?? (await answer(state, double, route, request, fault)), fault);
			} catch (error) {
				if (!(error instanceof ApiError)) throw error;
				const isText = typeof error.body === 'string';
				if (!isText) void reply.type('application/json');
				return await reply.code(error.status).headers(error.headers).send(isText ? error.body : JSON.stringify(error.body));
			}
		},
	});
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
	watch(app, state, 'api', providerOf);
	for (const double of PROVIDERS) {
		for (const route of double.routes) addRoute(app, state, double, route);
	}
	app.setNotFoundHandler(async (request, reply) => {
		const double = PROVIDERS.find(({ id }) => id === providerOf(new URL(request.url, state.url).pathname));
		const missing = double?.errors.notFound(`Invalid URL (${request.method} ${request.url})`);
		return await reply.code(404).send(missing?.body ?? { error: 'This sandbox has no such address.' });
	});
	addAdminRoutes(app, state);
	return app;
}
