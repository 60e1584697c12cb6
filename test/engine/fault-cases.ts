import type { Billed, ErrorKind } from '../../nodes/core/errors';
import type { FaultScript, ProviderId } from '../sandbox';

/** Which provider meets what. */
export interface Met {
	what: string;
	provider: ProviderId;
	model?: string;
	/** Null for a provider that nobody reaches. */
	script: Omit<FaultScript, 'provider'> | null;
	options?: { timeoutSeconds?: number };
}

/** A fault after which the item has no image. */
export interface Failure extends Met {
	kind: ErrorKind;
	billed: Billed;
	/** Images on the provider's bill. */
	charged: number;
	message: RegExp;
	/**
	 * Whether there is a task. `open` may still give an image, so it is an item even where errors stop the
	 * workflow; `over` never will.
	 */
	task: 'none' | 'open' | 'over';
	/** What the user is told to do where the workflow stops. */
	advice: RegExp;
}

/** A fault that the node gets over by itself. */
export interface Rescue extends Met {
	/** Paid requests sent. */
	attempts: number;
	/** What a wait for the provider adds up to at least, milliseconds. */
	waitsMs?: number;
}

const FOR_EVER = 99;

const LOOK_AT_THE_BILL = /usage page .*On Uncertain Outcome/;

export const FAILURES: readonly Failure[] = [
	{
		what: 'HTTP 429 for ever',
		provider: 'openai',
		script: { on: 'submit', fault: 'status', status: 429, times: FOR_EVER },
		kind: 'rate_limited', billed: 'no', charged: 0, task: 'none',
		message: /OpenAI: Rate limit reached/, advice: /Concurrency/,
	},
	{
		what: 'HTTP 500',
		provider: 'unifically',
		script: { on: 'submit', fault: 'status', status: 500 },
		kind: 'provider_unavailable', billed: 'unknown', charged: 0, task: 'none',
		message: /Unifically: Internal server error/, advice: LOOK_AT_THE_BILL,
	},
	{
		what: 'HTTP 502',
		provider: 'uniall',
		script: { on: 'submit', fault: 'status', status: 502 },
		kind: 'provider_unavailable', billed: 'unknown', charged: 0, task: 'none',
		message: /UniAll AI: upstream error/, advice: LOOK_AT_THE_BILL,
	},
	{
		what: 'HTTP 503 for ever, from a provider that charges for images only',
		provider: 'apiyi',
		script: { on: 'submit', fault: 'status', status: 503, times: FOR_EVER },
		kind: 'provider_unavailable', billed: 'no', charged: 0, task: 'none',
		message: /APIYI: bad response status code/, advice: /another provider/,
	},
	{
		what: 'connection refused',
		provider: 'unifically',
		script: null,
		kind: 'network', billed: 'no', charged: 0, task: 'none',
		message: /Unifically could not be reached/, advice: /base URL/,
	},
	{
		what: 'reset before the request was accepted',
		provider: 'openai',
		script: { on: 'submit', fault: 'reset-before' },
		kind: 'network', billed: 'unknown', charged: 0, task: 'none',
		message: /OpenAI broke off the connection/, advice: LOOK_AT_THE_BILL,
	},
	{
		what: 'reset in the middle of the image',
		provider: 'apiyi',
		script: { on: 'submit', fault: 'reset-mid' },
		kind: 'network', billed: 'unknown', charged: 1, task: 'none',
		message: /APIYI broke off the connection/, advice: LOOK_AT_THE_BILL,
	},
	{
		what: 'accepted, then reset',
		provider: 'uniall',
		script: { on: 'submit', fault: 'accepted-then-reset' },
		kind: 'network', billed: 'unknown', charged: 1, task: 'none',
		message: /UniAll AI broke off the connection/, advice: LOOK_AT_THE_BILL,
	},
	{
		what: 'no answer at all',
		provider: 'apiyi',
		script: { on: 'submit', fault: 'hang' },
		options: { timeoutSeconds: 30 },
		kind: 'timeout', billed: 'unknown', charged: 0, task: 'none',
		message: /30 s/, advice: /Timeout.*usage page/,
	},
	{
		what: 'JSON cut short',
		provider: 'unifically',
		script: { on: 'submit', fault: 'truncated-json' },
		kind: 'malformed_response', billed: 'unknown', charged: 1, task: 'none',
		message: /Unifically sent something that is not JSON/, advice: LOOK_AT_THE_BILL,
	},
	{
		what: 'a reply that is no JSON',
		provider: 'openai',
		script: { on: 'submit', fault: 'non-json' },
		kind: 'malformed_response', billed: 'unknown', charged: 0, task: 'none',
		message: /OpenAI sent something that is not JSON/, advice: LOOK_AT_THE_BILL,
	},
	{
		what: 'a proxy\'s web page',
		provider: 'toapis',
		script: { on: 'submit', fault: 'html' },
		kind: 'provider_unavailable', billed: 'unknown', charged: 0, task: 'none',
		message: /ToAPIs answered with HTTP 502 without a readable explanation/, advice: LOOK_AT_THE_BILL,
	},
	{
		what: 'a task that failed',
		provider: 'toapis',
		script: { on: 'poll', fault: 'task-failed' },
		kind: 'task_failed', billed: 'no', charged: 0, task: 'over',
		message: /ToAPIs: call upstream API failed/, advice: /change the prompt or the model/,
	},
	{
		what: 'a task that failed without a word',
		provider: 'uniall',
		model: 'gpt-image-2-origin',
		script: { on: 'poll', fault: 'task-failed-silent' },
		kind: 'task_failed', billed: 'no', charged: 0, task: 'over',
		message: /UniAll AI says that the task failed, but not why/, advice: /change the prompt or the model/,
	},
	{
		what: 'a prompt that is refused',
		provider: 'apiyi',
		script: { on: 'submit', fault: 'moderated' },
		kind: 'moderation', billed: 'no', charged: 0, task: 'none',
		message: /APIYI: Your request was rejected/, advice: /Reword the prompt/,
	},
	{
		what: 'a task that is refused',
		provider: 'unifically',
		script: { on: 'poll', fault: 'moderated' },
		kind: 'moderation', billed: 'unknown', charged: 0, task: 'over',
		message: /Unifically: The prompt was rejected/, advice: /Reword the prompt/,
	},
	{
		what: 'a task that vanishes',
		provider: 'unifically',
		script: { on: 'poll', fault: 'task-vanishes', times: FOR_EVER },
		kind: 'not_found', billed: 'unknown', charged: 1, task: 'open',
		message: /Unifically: Task not found/, advice: /the account that created the task/,
	},
	{
		what: 'success without an image',
		provider: 'openai',
		script: { on: 'submit', fault: 'empty-data' },
		kind: 'malformed_response', billed: 'unknown', charged: 1, task: 'none',
		message: /OpenAI sent a reply without an image/, advice: LOOK_AT_THE_BILL,
	},
	{
		what: 'broken base64',
		provider: 'apiyi',
		script: { on: 'submit', fault: 'bad-base64' },
		kind: 'malformed_response', billed: 'unknown', charged: 1, task: 'none',
		message: /APIYI .*not valid base64/, advice: LOOK_AT_THE_BILL,
	},
	{
		what: 'an empty file',
		provider: 'toapis',
		script: { on: 'download', fault: 'zero-bytes', times: FOR_EVER },
		kind: 'malformed_response', billed: 'yes', charged: 1, task: 'open',
		message: /empty/, advice: /Poll Task/,
	},
	{
		what: 'a web page instead of the image',
		provider: 'uniall',
		script: { on: 'download', fault: 'wrong-type', times: FOR_EVER },
		kind: 'malformed_response', billed: 'yes', charged: 1, task: 'none',
		message: /a web page instead of a PNG, JPEG or WebP image/, advice: /request id/,
	},
	{
		what: 'an expired link',
		provider: 'unifically',
		script: { on: 'download', fault: 'expired-url', times: FOR_EVER },
		kind: 'not_found', billed: 'yes', charged: 1, task: 'open',
		message: /no longer at its address \(HTTP 403\)/, advice: /Poll Task/,
	},
	{
		what: 'a redirect to another host',
		provider: 'uniall',
		script: { on: 'submit', fault: 'redirect' },
		kind: 'network', billed: 'no', charged: 0, task: 'none',
		message: /UniAll AI redirects the request to another address/, advice: /base URL/,
	},
];

export const RESCUES: readonly Rescue[] = [
	{
		what: 'HTTP 429 once',
		provider: 'unifically',
		script: { on: 'submit', fault: 'status', status: 429 },
		attempts: 2,
	},
	{
		what: 'HTTP 429 with Retry-After',
		provider: 'apiyi',
		script: { on: 'submit', fault: 'status', status: 429, headers: { 'retry-after': '40' } },
		attempts: 2,
		waitsMs: 40_000,
	},
	{
		what: 'HTTP 503 once, from a provider that charges for images only',
		provider: 'apiyi',
		script: { on: 'submit', fault: 'status', status: 503 },
		attempts: 2,
	},
	{
		what: 'accepted, then reset, with an id of our own',
		provider: 'toapis',
		script: { on: 'submit', fault: 'accepted-then-reset' },
		attempts: 1,
	},
	{ what: 'a slow drip', provider: 'openai', script: { on: 'submit', fault: 'slow-drip', delayMs: 20_000 }, attempts: 1 },
	{ what: 'a status word nobody knows', provider: 'toapis', script: { on: 'poll', fault: 'unknown-status' }, attempts: 1 },
	{ what: 'a reset in the middle of the file', provider: 'uniall', script: { on: 'download', fault: 'reset-mid' }, attempts: 1 },
	{ what: 'a file on another host', provider: 'uniall', script: { on: 'download', fault: 'redirect' }, attempts: 1 },
];
