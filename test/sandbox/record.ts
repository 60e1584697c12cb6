import type { Socket } from 'node:net';

import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { State } from './state';
import type { ProviderId, RecordedRequest } from './types';

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
export function watch(
	app: FastifyInstance,
	state: State,
	origin: RecordedRequest['origin'],
	providerOf: (path: string) => ProviderId | null,
): void {
	app.addHook('onRequest', async (request) => {
		const url = new URL(request.url, 'http://sandbox');
		if (url.pathname.startsWith('/_sandbox')) return;
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
	});
	app.addHook('onResponse', async (request, reply) => {
		const record = records.get(request.raw);
		if (record) record.status = reply.statusCode;
	});
}
