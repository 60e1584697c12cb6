import type { OutgoingBody, Random, TransportRequest } from '../ports';
import type { CallBody, HttpCall } from '../providers/provider';
import type { Account } from '../result';
import type { Deadline } from './deadline';
import { multipartBody } from './multipart';

/** Longest silence on calls that are answered at once. */
export const IDLE_TIMEOUT_MS = 60_000;

/** Grace that lets the deadline's own signal be the first to end a call. */
const GRACE_MS = 5_000;

function jsonBody(value: unknown): OutgoingBody {
	const bytes = Buffer.from(JSON.stringify(value));
	return {
		contentType: 'application/json',
		length: bytes.length,
		async *open() {
			yield bytes;
		},
	};
}

function encode(body: CallBody, random: Random): OutgoingBody {
	return body.type === 'json' ? jsonBody(body.value) : multipartBody(body.parts, random);
}

function authorization(call: HttpCall, secrets: Account['secrets']): string {
	const { scheme, secret } = call.auth ?? { scheme: 'bearer', secret: 'apiKey' };
	const value = secrets[secret] ?? '';
	return scheme === 'bearer' ? `Bearer ${value}` : value;
}

/** A call as it goes over the wire. A paid call may stay silent until its deadline; no other may. */
export function toTransportRequest(call: HttpCall, account: Account, deadline: Deadline, random: Random): TransportRequest {
	const silenceMs = call.kind === 'submit' ? deadline.remainingMs() + GRACE_MS : IDLE_TIMEOUT_MS;
	return {
		method: call.method,
		url: `${account.baseUrl}${call.path}`,
		headers: { accept: 'application/json', authorization: authorization(call, account.secrets) },
		body: call.body && encode(call.body, random),
		headersTimeoutMs: silenceMs,
		idleTimeoutMs: silenceMs,
		maxRedirects: 0,
		signal: deadline.signal,
	};
}
