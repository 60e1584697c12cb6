import { createHmac, randomBytes } from 'node:crypto';

import Fastify, { type FastifyInstance } from 'fastify';

import { watch } from './record';
import { render, type ImageFormat, type Picture } from './render';
import type { State } from './state';

const SIGNING_KEY = randomBytes(16);

const MIME: Readonly<Record<ImageFormat, string>> = { png: 'image/png', jpeg: 'image/jpeg', webp: 'image/webp' };

type Content = Picture | { bytes: Buffer; contentType: string };

const contents = new WeakMap<State, Map<string, Content>>();

function filesOf(state: State): Map<string, Content> {
	const known = contents.get(state) ?? new Map<string, Content>();
	contents.set(state, known);
	return known;
}

function sign(id: string, expires: string): string {
	return createHmac('sha256', SIGNING_KEY).update(`${id} ${expires}`).digest('hex').slice(0, 32);
}

function address(state: State, folder: string, content: Content, extension: string): string {
	const id = `${folder}/${randomBytes(10).toString('hex')}.${extension}`;
	filesOf(state).set(id, content);
	const expires = String(Math.floor(state.settings.now() / 1_000) + state.settings.urlTtlSeconds);
	return `${state.filesUrl}/${id}?expires=${expires}&sig=${sign(id, expires)}`;
}

/** Puts a picture behind a public link that ends by itself; it is drawn when somebody fetches it. */
export function publish(state: State, picture: Picture): string {
	return address(state, 'generated', picture, picture.format === 'jpeg' ? 'jpg' : picture.format);
}

/** Keeps an uploaded reference under a public link. */
export function keepUpload(state: State, bytes: Buffer, contentType: string): string {
	return address(state, 'uploads', { bytes, contentType }, contentType.split('/')[1] ?? 'bin');
}

const REFUSED = (code: string) => `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`;

/** A packshot for trying out edits; its name says what is on it. */
function sample(name: string): Picture {
	const prompt = name.replaceAll('-', ' ');
	return { width: 800, height: 800, format: 'png', prompt, caption: 'Sample packshot', references: [] };
}

/** The second origin: object storage that knows no API key. */
export function createFilesServer(state: State): FastifyInstance {
	const app = Fastify({ forceCloseConnections: true });
	watch(app, state, 'files', () => null);

	app.get<{ Params: { name: string } }>('/samples/:name.png', async (request, reply) =>
		await reply.type(MIME.png).send(await render(sample(request.params.name))),
	);

	app.get<{ Params: { '*': string }; Querystring: { expires?: string; sig?: string } }>('/*', async (request, reply) => {
		const id = request.params['*'];
		const { expires = '', sig } = request.query;
		const fault = state.takeFault(null, 'download');
		if (request.headers.authorization !== undefined) {
			return await reply.code(400).type('application/xml').send(REFUSED('InvalidArgument'));
		}
		switch (fault?.fault) {
			case 'status':
				return await reply.code(fault.status ?? 500).headers(fault.headers ?? {}).send(fault.body ?? REFUSED('InternalError'));
			case 'reset-before':
				request.raw.socket.destroy();
				return reply.hijack();
			case 'hang':
				return reply.hijack();
			case 'zero-bytes':
				return await reply.type('image/png').send(Buffer.alloc(0));
			case 'wrong-type':
			case 'html':
				return await reply.type('text/html').send('<!DOCTYPE html><html><body>Sign in to continue</body></html>');
			case 'expired-url':
				return await reply.code(403).type('application/xml').send(REFUSED('AccessDenied'));
			case 'redirect':
				return await reply.redirect(fault.location ?? `${state.filesUrl.replace('127.0.0.1', 'localhost')}${request.url}`, 302);
			default:
				break;
		}
		const content = filesOf(state).get(id);
		if (!content) return await reply.code(404).type('application/xml').send(REFUSED('NoSuchKey'));
		const fresh = Number(expires) > state.settings.now() / 1_000;
		if (sig !== sign(id, expires) || !fresh) return await reply.code(403).type('application/xml').send(REFUSED('AccessDenied'));
		const bytes = 'bytes' in content && Buffer.isBuffer(content.bytes) ? content.bytes : await render(content as Picture);
		const type = 'contentType' in content ? content.contentType : MIME[content.format];
		if (fault?.fault === 'reset-mid') {
			reply.hijack();
			reply.raw.writeHead(200, { 'content-type': type, 'content-length': bytes.length });
			reply.raw.write(bytes.subarray(0, bytes.length >> 1), () => setImmediate(() => request.raw.socket.destroy()));
			return reply;
		}
		return await reply.type(type).send(bytes);
	});
	return app;
}
