import type { ModelEntry } from '../catalog/schema';
import type { ImageError } from '../errors';
import type { PlannedRequest } from '../planned';
import type { JsonObject } from '../request';
import type { TaskHandle } from '../task';

/** A reference image in the form the catalog says this model takes. */
export type WireImage =
	| { kind: 'url'; url: string }
	| { kind: 'file'; file: WireFile };

/** Bytes for a multipart part. */
export interface WireFile {
	fileName: string;
	mimeType: string;
	bytes: number | null;
	open(): AsyncIterable<Uint8Array>;
}

/** One part of a form: a field or a file. */
export type MultipartPart =
	| { name: string; value: string }
	| { name: string; file: WireFile };

/** What a call sends. */
export type CallBody =
	| { type: 'json'; value: JsonObject }
	| { type: 'multipart'; parts: MultipartPart[] };

/** One HTTP call as data. `path` hangs below the credential's base URL. */
export interface HttpCall {
	/**
	 * What the call is to the retry policy: `submit` may cost money, the others never do.
	 */
	kind: 'submit' | 'status' | 'upload' | 'account';
	method: 'GET' | 'POST' | 'PUT';
	path: string;
	body?: CallBody;
	/** Which secret authorises it and how; default the API key as a bearer token. */
	auth?: { scheme: 'bearer' | 'raw'; secret: 'apiKey' | 'systemToken' };
}

/** How a provider charges, as far as it documents it. The retry policy reads this. */
export interface BillingPolicy {
	/** True where a 5xx reply surely cost nothing, so that the request may be repeated. */
	failuresAreFree: boolean;
	/** Where the figure comes from. */
	source: string;
}

/**
 * An image inside a JSON reply, already decoded and stored when the adapter sees it:
 * it stands in the parsed JSON where the base64 text was.
 */
export class EmbeddedImage {
	constructor(readonly index: number) {}
}

/** A reply whose headers and JSON are there. Base64 images are `EmbeddedImage`s. */
export interface Reply {
	status: number;
	headers: Readonly<Record<string, string>>;
	json: unknown;
	requestId: string | null;
}

/** Tokens, in the provider's own words for them. Null fields were not given. */
export interface Usage {
	inputTokens: number | null;
	outputTokens: number | null;
	totalTokens: number | null;
	inputTextTokens: number | null;
	inputImageTokens: number | null;
}

/** One finished image: still at a URL, or embedded in the reply. */
export type ImageResult = { url: string; expiresAt: string | null } | { embedded: EmbeddedImage };

/** Images are there. */
export interface Finished {
	state: 'completed';
	images: ImageResult[];
	usage: Usage | null;
	/** US dollars the provider says it charged, as decimal text. */
	chargedUsd: string | null;
	/** When the provider finished it, epoch milliseconds, where it says so. */
	completedAt?: number;
}

/** Nothing yet. */
export interface Running {
	state: 'pending';
	/** 0-100, null where the provider does not say. */
	progress: number | null;
	/** The provider's status word, where it is one nobody documented. */
	unknownStatus?: string;
}

/** The provider gave the task up. */
export interface Failed {
	state: 'failed';
	error: ImageError;
}

/** What a look at a task found. */
export type TaskState = Finished | Running | Failed;

/** What a submit reply means: images at once, or a task. */
export type Submission = Finished | { state: 'accepted'; taskId: string; progress: number | null };

/** What an account has left. */
export interface Balance {
	/** US dollars left as decimal text; null where the account has no limit. */
	usd: string | null;
	note?: string;
}

/** The asynchronous half of a provider. */
export interface TaskApi {
	status(taskId: string, model: string): HttpCall;
	/** Judges a 2xx reply; a non-2xx goes to `classify`. */
	parseStatus(reply: Reply, handle: TaskHandle): TaskState;
	/**
	 * Finds a task by the user's own id after a submit whose reply was lost.
	 * Absent where the provider has no such id.
	 */
	recover?(clientReference: string, model: string): HttpCall;
	parseRecovered?(reply: Reply): { taskId: string } | null;
}

/** A provider's upload endpoint, for references that must be URLs. */
export interface UploadApi {
	build(file: WireFile): HttpCall;
	/** The public URL of the uploaded file. */
	parse(reply: Reply): string;
	maxMegabytes: number;
}

/** Asks the provider for the price of a request without running it. */
export interface PriceApi {
	call(planned: PlannedRequest): HttpCall;
	/** US dollars for the whole call as decimal text, null where the reply holds no price. */
	parse(reply: Reply): string | null;
}

/** Asks for the balance. */
export interface AccountApi {
	/** Which credential field the call needs beyond the API key. */
	requires?: 'systemToken';
	call(): HttpCall;
	parse(reply: Reply): Balance;
}

/** Which task a callback speaks of. */
export interface CallbackTask {
	taskId: string;
	/** Wire id of the model, null where the provider does not say. */
	model: string | null;
}

/** What a callback says, before anybody believed it. */
export interface CallbackHint {
	taskId: string;
	/** True where a signature proved the sender. */
	signed: boolean;
}

/** How a provider reports a finished task by itself. */
export interface CallbackApi {
	/** The task that a parsed callback body speaks of, unproven; null where it is not a body of this provider. */
	taskOf(body: unknown): CallbackTask | null;
	/** Null where the body is not a callback of this provider. Throws `ImageError` for a bad signature. */
	read(message: CallbackMessage): CallbackHint | null;
}

/** A request that claims to be a callback. */
export interface CallbackMessage {
	headers: Readonly<Record<string, string | undefined>>;
	rawBody: Uint8Array;
	/** Shared secret of the credential, empty where none is set. */
	secret: string;
	/** Epoch milliseconds. */
	now: number;
}

/**
 * A gateway. Pure: it turns planned requests into `HttpCall` data and replies into results, and
 * never sends, waits or logs. All of a provider's wire knowledge stands in its own file.
 */
export interface Provider {
	id: string;
	displayName: string;
	/** n8n credential type that holds its key. */
	credentialType: string;
	billing: BillingPolicy;
	/**
	 * A catalog entry for a model id the catalog does not know: the most tolerant shape of this provider.
	 */
	passthrough(model: string): ModelEntry;
	/** Builds the paid call. `count` is this call's share of the images; `images` are ready for the wire. */
	submit(planned: PlannedRequest, count: number, images: WireImage[], mask: WireImage | null, callbackUrl: string | null): HttpCall;
	/** Judges a 2xx reply to `submit`. Throws `ImageError` where it makes no sense. */
	parseSubmit(reply: Reply, planned: PlannedRequest): Submission;
	/** Turns a non-2xx reply (JSON or not) into a classified error. */
	classify(reply: Reply): ImageError;
	task?: TaskApi;
	upload?: UploadApi;
	account?: AccountApi;
	price?: PriceApi;
	callback?: CallbackApi;
}

/** A provider with its models: the unit that is added to the registry. */
export interface Gateway {
	provider: Provider;
	models: readonly ModelEntry[];
}
