export const PROVIDER_IDS = ['openai', 'apiyi', 'uniall', 'toapis', 'unifically'] as const;
export type ProviderId = (typeof PROVIDER_IDS)[number];

export interface SandboxOptions {
	/** API origin; 0 (default) takes any free port. */
	port?: number;
	/** Second origin, for result and upload files; 0 (default) takes any free port. */
	filesPort?: number;
	/** How long a synchronous provider takes, milliseconds. Default 0. */
	latencyMs?: number;
	/** How long the nth task takes, milliseconds. Default 300. */
	taskMs?: number | ((n: number) => number);
	/** Life of result links, seconds. Default 24 hours. */
	urlTtlSeconds?: number;
	/** Pads every image to exactly this many bytes, for benchmarks. */
	imageBytes?: number;
	/** Requests a minute before a provider answers 429. */
	rateLimitPerMinute?: Partial<Record<ProviderId, number>>;
	/** Which of the reply shapes the undocumented task API of UniAll AI answers in. */
	uniallTaskShape?: UniallTaskShape;
	/** Epoch milliseconds. */
	now?: () => number;
}

/** `flat` as on sibling gateways, `wrapped` in `{code, data}`, `nested` two levels deep, `openai` as a finished image reply. */
export const UNIALL_TASK_SHAPES = ['flat', 'wrapped', 'nested', 'openai'] as const;
export type UniallTaskShape = (typeof UNIALL_TASK_SHAPES)[number];

/** One paid request. */
export interface LedgerEntry {
	provider: ProviderId;
	model: string;
	operation: 'generate' | 'edit';
	/** Images charged for. */
	count: number;
	/** List price of the whole request, null where it is billed by tokens. */
	usd: number | null;
	taskId: string | null;
	clientReference: string | null;
	prompt: string;
	at: number;
}

export interface ReceivedFile {
	field: string;
	filename: string;
	contentType: string;
	bytes: number;
	sha256: string;
}

export interface RecordedRequest {
	origin: 'api' | 'files';
	provider: ProviderId | null;
	method: string;
	path: string;
	query: Record<string, string>;
	headers: Record<string, string>;
	/** Parsed JSON, or the fields and files of a form. */
	body: unknown;
	status: number;
	at: number;
	/** The same for requests over the same connection. */
	connectionId: number;
}

export interface TaskRecord {
	id: string;
	provider: ProviderId;
	model: string;
	createdAt: number;
	finishesAt: number;
	clientReference: string | null;
	callbackUrl: string | null;
	failed: boolean;
}

export type FaultPoint = 'submit' | 'poll' | 'download' | 'upload' | 'account';

export const FAULTS = [
	'status', 'reset-before', 'reset-mid', 'accepted-then-reset', 'hang', 'slow-drip', 'truncated-json', 'non-json', 'html',
	'error-in-200', 'task-failed', 'task-failed-silent', 'moderated', 'task-vanishes', 'unknown-status', 'empty-data', 'bad-base64',
	'zero-bytes', 'wrong-type', 'expired-url', 'redirect', 'insufficient-funds', 'unauthorized',
] as const;
export type FaultKind = (typeof FAULTS)[number];

/** A fault that the next matching request meets. */
export interface FaultScript {
	provider?: ProviderId;
	on: FaultPoint;
	/** How many requests meet it. Default 1. */
	times?: number;
	/** How many matching requests pass first. */
	skip?: number;
	fault: FaultKind;
	/** For `status` and `moderated`. */
	status?: number;
	headers?: Record<string, string>;
	/** For `status`: the reply instead of the provider's own. */
	body?: unknown;
	/** For `slow-drip`: over how long, milliseconds. */
	delayMs?: number;
	/** For `redirect`: where to; by default the files origin under another host name. */
	location?: string;
}
