/** What the core asks of its surroundings. n8n, tests and scripts each bring their own. */

/** Time: epoch milliseconds, and a sleep that ends early (without an error) when the signal aborts. */
export interface Clock {
	now(): number;
	sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** A body that can be opened again for a repeat. `length` in bytes, null where it is not known. */
export interface OutgoingBody {
	contentType: string;
	length: number | null;
	open(): AsyncIterable<Uint8Array>;
}

/** One HTTP request; times in milliseconds. */
export interface TransportRequest {
	method: 'GET' | 'POST' | 'PUT';
	/** Absolute http(s) URL. */
	url: string;
	headers: Readonly<Record<string, string>>;
	body?: OutgoingBody;
	/** Longest wait for the status line, milliseconds: a synchronous image takes minutes to begin. */
	headersTimeoutMs: number;
	/** Longest silence between two chunks of the body, milliseconds. */
	idleTimeoutMs: number;
	/** Redirect hops to follow; each passes the egress policy, none carries credentials. */
	maxRedirects: number;
	signal?: AbortSignal;
}

/** The answer to it, whatever its status. */
export interface TransportResponse {
	status: number;
	/** Lower-case names. */
	headers: Readonly<Record<string, string>>;
	/**
	 * Must be read to its end or left by `return()`, which frees the connection. The memory of a chunk is the
	 * reader's, who may write over it.
	 */
	body: AsyncIterable<Uint8Array>;
}

/** Sends one HTTP request. Any status is a response; only a missing response throws a `TransportError`. */
export interface Transport {
	send(request: TransportRequest): Promise<TransportResponse>;
}

/**
 * What went wrong below HTTP:
 * `blocked` by the egress policy, `unreachable` before a connection stood (nothing was sent),
 * `reset` after it stood, `idle` for longer than allowed, `aborted` by our own signal,
 * `redirected` more often than allowed or to something that is not http(s).
 */
export type NetworkFault = 'blocked' | 'unreachable' | 'reset' | 'idle' | 'aborted' | 'redirected';

/** An HTTP request that got no whole answer. Its message holds neither addresses nor secrets. */
export class TransportError extends Error {
	constructor(
		readonly fault: NetworkFault,
		message: string,
	) {
		super(message);
		this.name = 'TransportError';
	}
}

/** A file of the user's, by whatever key the store uses for it. */
export interface OpenedFile {
	/** Size in bytes, null where the store does not know. */
	bytes: number | null;
	fileName: string | null;
	open(): AsyncIterable<Uint8Array>;
}

/** How a file is to be named in the store. */
export interface FileMeta {
	fileName: string;
	mimeType: string;
}

/** Where images come from and go to. `Saved` is the store's own receipt (n8n: IBinaryData). */
export interface ImageStore<Saved> {
	/** A file of the user's, named by an `ImageSource` key. */
	open(key: string): Promise<OpenedFile>;
	/** A file that `save` took. */
	reopen(saved: Saved): Promise<OpenedFile>;
	/** Consumes the stream as it comes; a stream that throws leaves nothing saved. */
	save(stream: AsyncIterable<Uint8Array>, meta: FileMeta): Promise<Saved>;
}

/** Uniform in [0, 1), for jitter. */
export type Random = () => number;

/** What a run needs from outside. */
export interface Surroundings<Saved> {
	transport: Transport;
	clock: Clock;
	store: ImageStore<Saved>;
	random: Random;
	/** Aborts when the user stops the execution. */
	signal?: AbortSignal;
}
