import type { TaskHandle } from './task';

/** Every way a request can end badly, as users see it in `error.kind`. */
export const ERROR_KINDS = [
	'invalid_request',
	'authentication',
	'insufficient_funds',
	'moderation',
	'rate_limited',
	'not_found',
	'provider_unavailable',
	'timeout',
	'network',
	'task_failed',
	'malformed_response',
	'cancelled',
	'over_budget',
] as const;

/** How a request ended badly; the values of `error.kind`. */
export type ErrorKind = (typeof ERROR_KINDS)[number];

/** Whether the provider charged for the failed request, as far as anyone can know. */
export type Billed = 'no' | 'yes' | 'unknown';

/** The `error` object of a failed output item; the same object sits on the n8n error. */
export interface ErrorReport {
	kind: ErrorKind;
	/** What happened, in a sentence. */
	message: string;
	httpStatus: number | null;
	/** The provider's own code; numeric codes are written as text. */
	code: string | null;
	/** The provider's request id, for its support desk. */
	requestId: string | null;
	/** Whether the same request may succeed later without a change. */
	retryable: boolean;
	billed: Billed;
}

/** What `ImageError` is made from: kind and message, and whatever else is known. */
export type ErrorDetails = Pick<ErrorReport, 'kind' | 'message'> &
	Partial<ErrorReport> & {
		/** What the user can do about it, in a sentence or two. */
		advice?: string;
		/** The task that outlives the error, where a provider has accepted one. */
		task?: TaskHandle | null;
	};

const RETRYABLE: ReadonlySet<ErrorKind> = new Set([
	'rate_limited',
	'provider_unavailable',
	'timeout',
	'network',
]);

const ADVICE: Readonly<Record<ErrorKind, string>> = {
	invalid_request: 'Correct the parameter named above and run the node again. Nothing was charged.',
	authentication: 'Open the credential, paste the API key again and use its Test button.',
	insufficient_funds: 'Top up the balance at the provider, or choose another provider.',
	moderation: 'The provider refused the content. Reword the prompt or change the reference images.',
	rate_limited: 'Wait a moment, or lower Options > Concurrency.',
	not_found: 'Check the id and that the credential belongs to the account that created the task.',
	provider_unavailable: 'The provider has a problem. Try again later or choose another provider.',
	timeout: 'Raise Options > Timeout. Large sizes at high quality can take several minutes.',
	network: 'Check the base URL of the credential and the connection of this n8n instance.',
	task_failed: 'Try again, or change the prompt or the model.',
	malformed_response: 'The provider answered in a form this node does not know. Report the request id to it.',
	cancelled: 'The execution was stopped. Tasks that were accepted can be finished with Poll Task.',
	over_budget: 'Raise Options > Maximum Cost, lower the number or size of images, or choose a cheaper model.',
};

/** The one error class of the core. Everything thrown by it is an `ImageError`. */
export class ImageError extends Error {
	readonly report: ErrorReport;

	/** What the user can do about it. */
	readonly advice: string;

	/** The task that outlives this error, so that Poll Task can finish it. */
	readonly task: TaskHandle | null;

	constructor(details: ErrorDetails) {
		super(details.message);
		this.name = 'ImageError';
		this.report = {
			kind: details.kind,
			message: details.message,
			httpStatus: details.httpStatus ?? null,
			code: details.code ?? null,
			requestId: details.requestId ?? null,
			retryable: details.retryable ?? RETRYABLE.has(details.kind),
			billed: details.billed ?? 'no',
		};
		this.advice = details.advice ?? ADVICE[details.kind];
		this.task = details.task ?? null;
	}

	get kind(): ErrorKind {
		return this.report.kind;
	}

	/** The same error with some details replaced, for layers that learn more on the way out. */
	with(changes: Partial<ErrorDetails>): ImageError {
		return new ImageError({ ...this.report, advice: this.advice, task: this.task, ...changes });
	}
}

/** Bad input, found before anything was sent. `message` names what is allowed. */
export function invalidRequest(message: string, advice?: string): ImageError {
	return new ImageError({ kind: 'invalid_request', message, advice });
}
