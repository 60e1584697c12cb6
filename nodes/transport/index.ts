import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

import { Agent, EnvHttpProxyAgent, type Dispatcher } from 'undici';

import { TransportError, type Transport, type TransportRequest, type TransportResponse } from '../core/ports';
import { checkProxy, checkRedirect, checkUrl, policyLookup, type EgressPolicy } from './egress';
import { toTransportError } from './faults';

export type { EgressPolicy } from './egress';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Spans the longest pause between two polls, so that they share a connection, and stays below the idle
 * limits of common load balancers, so that a paid request does not meet a connection that just closed.
 */
const KEEP_ALIVE_MS = 20_000;

const CONNECT_TIMEOUT_MS = 30_000;

/** The proxy settings of the instance, by the names and the precedence of undici's own agent. */
function proxySettings(): { http?: string; https?: string; none?: string } {
	const { env } = process;
	return {
		http: env.http_proxy ?? env.HTTP_PROXY,
		https: env.https_proxy ?? env.HTTPS_PROXY,
		none: env.no_proxy ?? env.NO_PROXY,
	};
}

/** The policy of the latest run; one n8n process has one, but hands it out anew each time. */
let latestPolicy: EgressPolicy | null = null;

function createDispatcher(policy: EgressPolicy | null): Dispatcher {
	const { http, https } = proxySettings();
	const lookup = policy ? policyLookup(() => latestPolicy ?? policy) : undefined;
	const options: Agent.Options = {
		keepAliveTimeout: KEEP_ALIVE_MS,
		connect: { timeout: CONNECT_TIMEOUT_MS, lookup },
	};
	if (!http && !https) return new Agent(options);
	for (const proxy of [http, https]) checkProxy(policy, proxy);
	// Plain http goes to the proxy as a whole URL, as n8n's own requests do; https goes through a tunnel.
	return new EnvHttpProxyAgent({ ...options, proxyTunnel: false, proxyTls: { lookup } });
}

/**
 * One dispatcher for the process: connections outlive a run. It is kept apart by policy and by proxy
 * settings, because a connection once opened is not checked again.
 */
const dispatchers = new Map<string, Dispatcher>();

function dispatcherFor(policy: EgressPolicy | null): Dispatcher {
	latestPolicy = policy;
	const key = JSON.stringify([policy !== null, proxySettings()]);
	const known = dispatchers.get(key);
	if (known) return known;
	const created = createDispatcher(policy);
	dispatchers.set(key, created);
	return created;
}

function lowerCase(headers: Record<string, string | string[] | undefined>): Record<string, string> {
	const flat: Record<string, string> = {};
	for (const [name, value] of Object.entries(headers)) {
		if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
	}
	return flat;
}

/** undici lends a connection again a turn of the event loop after its reply; a request before that would open another. */
async function connectionFreed(): Promise<void> {
	await setImmediate();
}

/** Small enough for V8 not to give the text pages of its own. */
const SLICE = 16_384;

/** Enough for several collections of the young generation between two thresholds of V8's; see `npm run bench`. */
const TEXT_PER_BYTE = 2;

/**
 * V8 lets go of buffers that nobody holds when it collects its young generation, which it does once that is
 * full of objects. Buffers alone never fill it; V8 then marks its whole heap for every 64 MB of them. So each
 * chunk is matched with text that nobody holds either.
 */
function fillYoungGeneration(chunk: Buffer): void {
	for (let filled = 0; filled < TEXT_PER_BYTE * chunk.length; filled += SLICE) chunk.toString('latin1', 0, SLICE);
}

/** A body whose errors are `TransportError`s. */
async function* guarded(body: Readable, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
	try {
		for await (const chunk of body as AsyncIterable<Buffer>) {
			fillYoungGeneration(chunk);
			yield chunk;
		}
		await connectionFreed();
	} catch (error) {
		return await Promise.reject(toTransportError(error, signal));
	} finally {
		body.destroy();
	}
}

class UndiciTransport implements Transport {
	constructor(
		private readonly policy: EgressPolicy | null,
		private readonly dispatcher: Dispatcher,
	) {}

	async send(request: TransportRequest): Promise<TransportResponse> {
		let url = new URL(request.url);
		await checkUrl(this.policy, url);
		for (let hop = 0; ; hop += 1) {
			const response = await this.request(request, url);
			const location = REDIRECTS.has(response.statusCode) ? response.headers.location : undefined;
			if (typeof location !== 'string' || request.maxRedirects === 0) {
				return {
					status: response.statusCode,
					headers: lowerCase(response.headers),
					body: guarded(response.body, request.signal),
				};
			}
			await response.body.dump();
			await connectionFreed();
			if (hop === request.maxRedirects) throw new TransportError('redirected', `More than ${hop} redirects`);
			url = this.nextHop(location, url);
			await checkRedirect(this.policy, url);
		}
	}

	private nextHop(location: string, from: URL): URL {
		const url = URL.canParse(location, from.href) ? new URL(location, from) : null;
		if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
		throw new TransportError('redirected', 'The address leads on to something that is not http or https');
	}

	private async request(request: TransportRequest, url: URL): Promise<Dispatcher.ResponseData> {
		const { body, signal } = request;
		try {
			return await this.dispatcher.request({
				origin: url.origin,
				path: `${url.pathname}${url.search}`,
				method: request.method,
				headers: {
					...request.headers,
					...(body && { 'content-type': body.contentType }),
					...(typeof body?.length === 'number' && { 'content-length': String(body.length) }),
				},
				body: body ? Readable.from(body.open(), { objectMode: false }) : null,
				headersTimeout: request.headersTimeoutMs,
				bodyTimeout: request.idleTimeoutMs,
				signal,
			});
		} catch (error) {
			return await Promise.reject(toTransportError(error, signal));
		}
	}
}

/**
 * The HTTP client of the package: undici, pooled connections, no redirects unless asked for, and every
 * address under the instance's egress policy (null where there is none, as on older n8n).
 */
export function createTransport(policy: EgressPolicy | null): Transport {
	return new UndiciTransport(policy, dispatcherFor(policy));
}

/**
 * n8n's binary store takes Node streams; the core speaks async iterables. In object mode chunks are passed on
 * as they are, where a byte stream would copy those that wait into a new one; and one waits at most.
 */
export function toReadable(bytes: AsyncIterable<Uint8Array>): Readable {
	return Readable.from(bytes, { objectMode: true, highWaterMark: 1 });
}
