import { createHmac, randomBytes } from 'node:crypto';

import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

import type { FaultScript } from './faults';
import { cutMidway, drip, elsewhere, PROXY_PAGE } from './play-fault';
import { isProvider, providerOf, watch } from './record';
import { render, type ImageFormat, type Picture } from './render';
import type { State } from './state';
import type { ProviderId } from './types';

const SIGNING_KEY = randomBytes(16);

const MIME: Readonly<Record<ImageFormat, string>> = { png: 'image/png', jpeg: 'image/jpeg', webp: 'image/webp' };

/** A picture is drawn when somebody fetches it. */
export type StoredFile = { picture: Picture } | { bytes: Buffer; contentType: string };

function sign(id: string, expires: string): string {
	return createHmac('sha256', SIGNING_KEY).update(`${id} ${expires}`).digest('hex').slice(0, 32);
}

function store(state: State, folder: string, file: StoredFile, extension: string, since: number): string {
	const id = `${folder}/${randomBytes(10).toString('hex')}.${extension === 'jpeg' ? 'jpg' : extension}`;
	state.files.set(id, file);
	const expires = String(Math.floor(since / 1_000) + state.settings.urlTtlSeconds);
	return `${state.filesUrl}/${id}?expires=${expires}&sig=${sign(id, expires)}`;
}

/** Puts a picture behind a public link that ends by itself, counted from `since` (epoch ms). */
export function publish(state: State, provider: ProviderId, picture: Picture, since = state.settings.now()): string {
	return store(state, `${provider}/generated`, { picture }, picture.format, since);
}

/** Keeps an uploaded reference, by its MIME type, under a public link. */
export function keepUpload(state: State, provider: ProviderId, bytes: Buffer, contentType: string): string {
	return store(state, `${provider}/uploads`, { bytes, contentType }, contentType.replace('image/', ''), state.settings.now());
}

const STORE_ERRORS = { 400: 'InvalidArgument', 403: 'AccessDenied', 404: 'NoSuchKey' } as const;

function refuse(reply: FastifyReply, status: keyof typeof STORE_ERRORS): FastifyReply {
	const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${STORE_ERRORS[status]}</Code></Error>`;
	return reply.code(status).type('application/xml').send(xml);
}

/** Plays a fault that needs no file; false leaves the request to the file. */
function playBefore(state: State, request: FastifyRequest, reply: FastifyReply, fault: FaultScript): boolean {
	switch (fault.fault) {
		case 'status':
			void reply.code(fault.status ?? 500).headers(fault.headers ?? {}).type('application/xml').send(fault.body ?? '<Error/>');
			return true;
		case 'reset-before':
			reply.hijack();
			request.raw.socket.destroy();
			return true;
		case 'hang':
			reply.hijack();
			return true;
		case 'zero-bytes':
			void reply.type(MIME.png).send(Buffer.alloc(0));
			return true;
		case 'wrong-type':
			void reply.type(MIME.png).send('<!DOCTYPE html><html><body>Sign in to continue</body></html>');
			return true;
		case 'html':
			void reply.code(fault.status ?? 502).type('text/html').send(PROXY_PAGE);
			return true;
		case 'expired-url':
			refuse(reply, 403);
			return true;
		case 'redirect':
			void reply.redirect(fault.location ?? elsewhere(state, request.url), 302);
			return true;
		default:
			return false;
	}
}

/** A packshot for trying out edits; its name says what is on it. */
function sample(name: string): Picture {
	const prompt = name.replaceAll('-', ' ');
	return { width: 800, height: 800, format: 'png', prompt, caption: 'Sample packshot', references: [] };
}

/** The second origin: object storage that knows no API key and refuses whoever brings one. */
export function createFilesServer(state: State): FastifyInstance {
	const app = Fastify({ forceCloseConnections: true });
	watch(app, state, 'files');

	app.get<{ Params: { name: string } }>('/samples/:name.png', async (request, reply) =>
		await reply.type(MIME.png).send(await render(sample(request.params.name))),
	);

	app.get<{ Params: { '*': string }; Querystring: { expires?: string; sig?: string } }>('/*', async (request, reply) => {
		const id = request.params['*'];
		const { expires = '', sig } = request.query;
		if (request.headers.authorization !== undefined) return await refuse(reply, 400);
		const fault = isProvider(request) ? null : state.faults.take(providerOf(request.url), 'download');
		if (fault && playBefore(state, request, reply, fault)) return reply;
		const file = state.files.get(id);
		if (!file) return await refuse(reply, 404);
		const isFresh = Number(expires) > state.settings.now() / 1_000;
		if (sig !== sign(id, expires) || !isFresh) return await refuse(reply, 403);
		const bytes = 'picture' in file ? await render(file.picture) : file.bytes;
		const type = 'picture' in file ? MIME[file.picture.format] : file.contentType;
		if (fault?.fault !== 'reset-mid' && fault?.fault !== 'slow-drip') return await reply.type(type).send(bytes);
		reply.hijack();
		reply.raw.writeHead(200, { 'content-type': type, 'content-length': bytes.length });
		if (fault.fault === 'reset-mid') cutMidway(reply, bytes);
		else drip(reply, bytes, fault.delayMs);
		return reply;
	});
	return app;
}
