export const PROVIDER_IDS = ['openai', 'apiyi', 'uniall', 'toapis', 'unifically'] as const;
export type ProviderId = (typeof PROVIDER_IDS)[number];

export interface SandboxOptions {
	/** API origin; 0 (default) takes any free port. */
	port?: number;
	/** Second origin, for result and upload files; 0 (default) takes any free port. */
	filesPort?: number;
	/** How long an image takes where the reply brings it, milliseconds. Default 0. */
	latencyMs?: number;
	/** How long the nth task takes (n from 0, on the clock of `now`), milliseconds. Default 300. */
	taskMs?: number | ((n: number) => number);
	/** Life of result links, seconds. Default 24 hours. */
	urlTtlSeconds?: number;
	/** Pads every PNG to exactly this many bytes, for benchmarks. */
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
