import { TransportError, type NetworkFault } from '../core/ports';

/** Node and undici error codes that say that no connection stood yet. */
const UNREACHABLE: ReadonlySet<string> = new Set([
	'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EHOSTDOWN',
	'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'ERR_TLS_CERT_ALTNAME_INVALID', 'DEPTH_ZERO_SELF_SIGNED_CERT',
	'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_HAS_EXPIRED', 'UND_ERR_PRX_TLS',
	// A proxy that refuses to pass the request on, where it was not our own signal.
	'UND_ERR_ABORTED', 'UND_ERR_INVALID_ARG',
]);

/** System calls that come before the first byte is sent. */
const CONNECTING: ReadonlySet<string> = new Set(['connect', 'getaddrinfo']);

const IDLE: ReadonlySet<string> = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

const WORDS: Readonly<Record<NetworkFault, string>> = {
	blocked: 'The connection is not allowed',
	unreachable: 'No connection could be made',
	reset: 'The connection broke off',
	idle: 'The other side stayed silent for too long',
	aborted: 'The request was given up',
	redirected: 'The address leads on to too many others',
};

function codeOf(error: unknown): string {
	const code = (error as { code?: unknown } | null)?.code;
	return typeof code === 'string' ? code : '';
}

/** `AggregateError` (one refusal per address) and wrappers keep the telling code inside. */
function innermost(error: unknown): unknown {
	if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
	const cause = error instanceof Error ? error.cause : undefined;
	return cause === undefined || codeOf(error) !== '' ? error : innermost(cause);
}

function faultOf(error: unknown, signal: AbortSignal | undefined): NetworkFault {
	if (signal?.aborted) return 'aborted';
	const code = codeOf(error);
	const { syscall } = error as { syscall?: string };
	if (UNREACHABLE.has(code) && (syscall === undefined || CONNECTING.has(syscall))) return 'unreachable';
	return IDLE.has(code) ? 'idle' : 'reset';
}

/** Any error of the client as a `TransportError` without addresses or secrets in its text. */
export function toTransportError(error: unknown, signal: AbortSignal | undefined): TransportError {
	if (error instanceof TransportError) return error;
	const inner = innermost(error);
	const fault = faultOf(inner, signal);
	const code = codeOf(inner);
	return new TransportError(fault, code ? `${WORDS[fault]} (${code})` : WORDS[fault]);
}
