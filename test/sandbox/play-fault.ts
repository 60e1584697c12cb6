import type { FastifyReply, FastifyRequest } from 'fastify';

import type { ApiReply, ErrorStyle } from './reply';
import { ApiError } from './reply';
import type { State } from './state';
import type { FaultScript } from './types';

const PAGE = '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';

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
			return new ApiError(302, '', { location: fault.location ?? `${state.filesUrl.replace('127.0.0.1', 'localhost')}/elsewhere` });
		case 'html':
			return new ApiError(fault.status ?? 502, PAGE, { 'content-type': 'text/html' });
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

const DRIPS = 40;

function drip(reply: FastifyReply, bytes: Buffer, overMs: number): void {
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
			reply.raw.write(bytes.subarray(0, bytes.length >> 1), () => setImmediate(() => request.raw.socket.destroy()));
			return reply;
		case 'truncated-json': {
			const half = bytes.subarray(0, bytes.length >> 1);
			raw(half.length);
			reply.raw.end(half);
			return reply;
		}
		case 'slow-drip':
			raw(bytes.length);
			drip(reply, bytes, fault.delayMs ?? 2_000);
			return reply;
		default:
			return await reply.code(status).type('application/json').send(bytes);
	}
}
