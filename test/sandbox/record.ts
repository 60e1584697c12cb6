import type { Socket } from 'node:net';

import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { State } from './state';
import { PROVIDER_IDS, type ProviderId, type RecordedRequest } from './types';

/** How a provider names itself when it fetches a reference; such requests are neither recorded nor disturbed. */
export const PROVIDER_AGENT = 'sandbox-provider';

export function isProvider(request: FastifyRequest): boolean {
	return request.headers['user-agent'] === PROVIDER_AGENT;
}

/** Whose request it is: on both origins a path begins with the provider. */
export function providerOf(path: string): ProviderId | null {
	return PROVIDER_IDS.find((id) => path.startsWith(`/${id}/`)) ?? null;
}

const connections = new WeakMap<Socket, number>();
let connectionCount = 0;

function connectionId(socket: Socket): number {
	const known = connections.get(socket);
	if (known !== undefined) return known;
	connectionCount += 1;
	connections.set(socket, connectionCount);
	return connectionCount;
}

const records = new WeakMap<FastifyRequest['raw'], RecordedRequest>();

/** Keeps the parsed body with the record of its request. */
export function recordBody(request: FastifyRequest, body: unknown): void {
	const record = records.get(request.raw);
	if (record) record.body = body;
}

/** Writes down every request of an origin, also those that never get an answer (status 0). */
export function watch(app: FastifyInstance, state: State, origin: RecordedRequest['origin']): void {
	app.addHook('onRequest', async (request, reply) => {
		const url = new URL(request.url, 'http://sandbox');
		if (url.pathname.startsWith('/_sandbox') || isProvider(request)) return;
		const record: RecordedRequest = {
			origin,
			provider: providerOf(url.pathname),
			method: request.method,
			path: url.pathname,
			query: Object.fromEntries(url.searchParams),
			headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
			body: null,
			status: 0,
			at: state.settings.now(),
			connectionId: connectionId(request.raw.socket),
		};
		records.set(request.raw, record);
		state.requests.push(record);
		reply.raw.once('finish', () => {
			record.status = reply.raw.statusCode;
		});
	});
}
