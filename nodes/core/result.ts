import type { ImageError } from './errors';
import type { PlannedRequest } from './planned';
import type { Quote } from './pricing/quote';
import type { Provider, Usage } from './providers/provider';
import type { OutputFormat } from './request';
import type { TaskHandle } from './task';

/** Whose key pays: a provider and the fields of its credential. */
export interface Account {
	provider: Provider;
	/** Without a trailing slash or `/v1`. */
	baseUrl: string;
	/** By credential field: `apiKey`, `systemToken`, `webhookSecret`. */
	secrets: Readonly<Record<string, string>>;
}

/** How a run behaves, whatever the provider. */
export interface RunOptions {
	/** `binary` downloads to the store, `url` hands on the provider's URL where there is one. */
	deliver: 'binary' | 'url';
	/** `wait` holds until done, `submit` returns the task at once. */
	completion: 'wait' | 'submit';
	/** Longest time for one item, from its first request to its last byte. */
	timeoutMs: number;
	/** Requests in flight at once. */
	concurrency: number;
	/** Repeats of one call beyond the first. */
	maxRetries: number;
	/** Whether a paid request with unknown outcome is repeated. */
	onUncertain: 'fail' | 'retry';
	/** Largest image accepted from the provider. */
	downloadLimitBytes: number;
}

/** One item's work. */
export interface Job {
	/** Index of the input item. */
	index: number;
	planned: PlannedRequest;
	account: Account;
	quote: Quote;
	/** Unique for this item of this execution: the id sent where a provider takes one and the user set none. */
	reference: string;
	/** Where the provider shall report, null to poll. */
	callbackUrl: string | null;
}

/** How long an item took, and how many requests. */
export interface Timing {
	totalMs: number;
	/** Paid requests sent. */
	attempts: number;
	polls: number;
	/** From the provider's own completion time to our noticing it; null where it does not say. */
	detectionLagMs: number | null;
}

/** One image in hand. Fields are null where the provider or `deliver` does not give them. */
export interface DeliveredImage<Saved> {
	url: string | null;
	urlExpiresAt: string | null;
	format: OutputFormat | null;
	mimeType: string | null;
	width: number | null;
	height: number | null;
	bytes: number | null;
	sha256: string | null;
	/** The store's receipt; null with `deliver: url`. */
	saved: Saved | null;
}

/** Images that came, of one request. */
export interface Completed<Saved> {
	status: 'completed';
	task: TaskHandle | null;
	images: DeliveredImage<Saved>[];
	usage: Usage | null;
	/** What the provider said it charged, US dollars as decimal text. */
	chargedUsd: string | null;
	timing: Timing;
	requestId: string | null;
}

/** A task that is still running, with the handle that finishes it. */
export interface Pending {
	status: 'pending';
	task: TaskHandle;
	progress: number | null;
	timing: Timing;
	requestId: string | null;
}

/** A request that came to nothing; `task` is kept where there was one. */
export interface FailedOutcome {
	status: 'failed';
	task: TaskHandle | null;
	error: ImageError;
	timing: Timing;
}

/** How one request (one share of an item's images) ended. Exactly one of the three, always. */
export type Outcome<Saved> = Completed<Saved> | Pending | FailedOutcome;

/** How one item ended: an outcome per request, in order of `planned.counts`. */
export interface JobResult<Saved> {
	index: number;
	outcomes: Outcome<Saved>[];
}
