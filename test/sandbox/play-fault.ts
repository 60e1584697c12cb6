import type { FastifyReply, FastifyRequest } from 'fastify';

import type { FaultScript } from './faults';
import { ApiError, type ApiReply, type ErrorStyle } from './reply';
import type { State } from './state';

/** What a proxy in front of a provider says when the provider is away. */
export const PROXY_PAGE = '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';

/** The files origin under another host name. */
export function elsewhere(state: State, path: string): string {
	return `${state.filesUrl.replace('127.0.0.1', 'localhost')}${path}`;
}

/** Sends half of a body whose head is out, and cuts the connection. */
export function cutMidway(reply: FastifyReply, bytes: Buffer): void {
	reply.raw.write(bytes.subarray(0, bytes.length >> 1), () => setImmediate(() => reply.raw.destroy()));
}

const DRIPS = 40;

/** Sends a body whose head is out, little by little. */
export function drip(reply: FastifyReply, bytes: Buffer, overMs = 2_000): void {
	const size = Math.max(1, Math.ceil(bytes.length / DRIPS));
	let at = 0;
	const next = () => {
		if (reply.raw.destroyed) return;
		if (at >= bytes.length) return void reply.raw.end();
		reply.raw.write(bytes.subarray(at, at + size));
		at += size;
		setTimeout(next, overMs / DRIPS);
	};
	next();
}

/** Faults that strike before the provider has looked at the request. Null lets it pass. */
export function refuseEarly(fault: FaultScript | null, errors: ErrorStyle, state: State): ApiReply | ApiError | 'hang' | 'reset' | null {
	switch (fault?.fault) {
		case 'status': {
			const status = fault.status ?? 500;
			if (fault.body !== undefined) return new ApiError(status, fault.body, fault.headers);
			if (status === 429) return errors.rateLimited(fault.headers ?? {});
			return new ApiError(status, errors.failure(status).body, fault.headers);
		}
		case 'insufficient-funds':
			return errors.insufficientFunds();
		case 'unauthorized':
			return errors.unauthorized();
		case 'error-in-200':
			return { status: 200, body: errors.failure(500).body };
		case 'redirect':
			return new ApiError(302, '', { location: fault.location ?? elsewhere(state, '/elsewhere') });
		case 'html':
			return new ApiError(fault.status ?? 502, PROXY_PAGE, { 'content-type': 'text/html' });
		case 'non-json':
			return new ApiError(200, 'upstream connect error or disconnect/reset before headers', { 'content-type': 'text/plain' });
		case 'hang':
			return 'hang';
		case 'reset-before':
			return 'reset';
		default:
			return null;
	}
}

/** The same reply without its images. */
function emptied(value: unknown): unknown {
	if (Array.isArray(value)) return [];
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.filter(([name]) => !/^(image_)?urls?$|^b64_json$/.test(name))
			.map(([name, inner]) => [name, emptied(inner)]),
	);
}

function garbled(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(garbled);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, inner]) => [name, name === 'b64_json' ? '%%% this is no base64 %%%' : garbled(inner)]),
	);
}

function body(fault: FaultScript | null, reply: ApiReply): unknown {
	if (fault?.fault === 'empty-data') return emptied(reply.body);
	return fault?.fault === 'bad-base64' ? garbled(reply.body) : reply.body;
}

/** Sends what a provider answered, as far as the scripted fault lets it through. */
export async function sendReply(
	request: FastifyRequest,
	reply: FastifyReply,
	answer: ApiReply,
	fault: FaultScript | null,
): Promise<FastifyReply> {
	const status = answer.status ?? 200;
	const bytes = Buffer.from(JSON.stringify(body(fault, answer)));
	const raw = (length: number) => {
		reply.hijack();
		reply.raw.writeHead(status, { 'content-type': 'application/json', 'content-length': length, 'x-request-id': request.id });
	};
	switch (fault?.fault) {
		case 'accepted-then-reset':
			reply.hijack();
			request.raw.socket.destroy();
			return reply;
		case 'reset-mid':
			raw(bytes.length);
			cutMidway(reply, bytes);
			return reply;
		case 'truncated-json': {
			const half = bytes.subarray(0, bytes.length >> 1);
			raw(half.length);
			reply.raw.end(half);
			return reply;
		}
		case 'slow-drip':
			raw(bytes.length);
			drip(reply, bytes, fault.delayMs);
			return reply;
		default:
			return await reply.code(status).type('application/json').send(bytes);
	}
}
