import type { Billed, ErrorKind } from '../../nodes/core/errors';
import type { FaultScript, ProviderId } from '../sandbox';

/** One way of working with a provider: the columns of the matrix. */
export interface Subject {
	name: string;
	provider: ProviderId;
	model: string;
}

/** Both kinds of every provider that has two. */
export const SUBJECTS = {
	openai: { name: 'OpenAI', provider: 'openai', model: 'gpt-image-2' },
	apiyi: { name: 'APIYI', provider: 'apiyi', model: 'gpt-image-2' },
	uniall: { name: 'UniAll AI', provider: 'uniall', model: 'gpt-image-2' },
	uniallTask: { name: 'UniAll AI (task)', provider: 'uniall', model: 'gpt-image-2-origin' },
	toapis: { name: 'ToAPIs', provider: 'toapis', model: 'gpt-image-2' },
	unifically: { name: 'Unifically', provider: 'unifically', model: 'gpt-image-2' },
} as const satisfies Record<string, Subject>;

export type SubjectId = keyof typeof SUBJECTS;

export const SUBJECT_IDS = Object.keys(SUBJECTS) as SubjectId[];

/** How an item ends, what was sent for it, and what the provider's books say. */
export interface Expected {
	status: 'completed' | 'pending' | 'failed';
	kind: ErrorKind | null;
	billed: Billed | null;
	/** Paid requests sent. */
	attempts: number;
	/** Images on the provider's bill. */
	onTheBill: number;
	/** Whether the output holds a task handle. */
	handle: boolean;
}

export interface Row {
	/** What goes wrong, as the published table says it. */
	what: string;
	/** Null for a provider that nobody reaches. */
	script: Omit<FaultScript, 'provider'> | null;
	/** By subject; a subject that is missing cannot meet this fault. */
	expected: Partial<Record<SubjectId, Expected>>;
}

type Cell = (subject: SubjectId) => Expected;

const TASKS: readonly SubjectId[] = ['uniallTask', 'toapis', 'unifically'];
const DIRECT: readonly SubjectId[] = ['openai', 'apiyi'];
const LINKS: readonly SubjectId[] = ['uniall', ...TASKS];

function isTask(subject: SubjectId): boolean {
	return TASKS.includes(subject);
}

function completed(attempts = 1): Cell {
	return (subject) => ({ status: 'completed', kind: null, billed: null, attempts, onTheBill: 1, handle: isTask(subject) });
}

function failed(kind: ErrorKind, billed: Billed, onTheBill: number, { attempts = 1, handle = false } = {}): Cell {
	return () => ({ status: 'failed', kind, billed, attempts, onTheBill, handle });
}

/** The same for these subjects, with exceptions. */
function cells(subjects: readonly SubjectId[], cell: Cell, exceptions: Partial<Record<SubjectId, Cell>> = {}): Row['expected'] {
	return Object.fromEntries(subjects.map((subject) => [subject, (exceptions[subject] ?? cell)(subject)]));
}

const MANY = 99;

const free = (status: number): Row => ({
	what: `HTTP ${status} at submission`,
	script: { on: 'submit', fault: 'status', status },
	// APIYI charges for a 200 with an image only, so it may be asked again.
	expected: cells(SUBJECT_IDS, failed('provider_unavailable', 'unknown', 0), { apiyi: completed(2) }),
});

/** The words of the gateway software that most gateways run on, under whatever status it sends them. */
const SAID = {
	insufficient_funds: { message: 'user quota is not enough', type: 'new_api_error', code: 'insufficient_user_quota' },
	moderation: { message: 'The prompt was refused', type: 'upstream_error', code: 'content_policy_violation' },
} as const;

function worded(what: string, status: number, kind: keyof typeof SAID): Row {
	return {
		what,
		script: { on: 'submit', fault: 'status', status, body: { error: SAID[kind] } },
		expected: cells(SUBJECT_IDS, failed(kind, 'no', 0)),
	};
}

export const MATRIX: readonly Row[] = [
	{ what: 'HTTP 429 once', script: { on: 'submit', fault: 'status', status: 429 }, expected: cells(SUBJECT_IDS, completed(2)) },
	{
		what: 'HTTP 429 with Retry-After',
		script: { on: 'submit', fault: 'status', status: 429, headers: { 'retry-after': '7' } },
		expected: cells(SUBJECT_IDS, completed(2)),
	},
	{
		what: 'HTTP 429 for ever',
		script: { on: 'submit', fault: 'status', status: 429, times: MANY },
		expected: cells(SUBJECT_IDS, failed('rate_limited', 'no', 0, { attempts: 3 })),
	},
	free(500),
	free(502),
	free(503),
	{
		what: 'HTTP 504 at submission (a proxy gave up)',
		script: { on: 'submit', fault: 'status', status: 504 },
		expected: cells(SUBJECT_IDS, failed('provider_unavailable', 'unknown', 0)),
	},
	{ what: 'connection refused', script: null, expected: cells(SUBJECT_IDS, failed('network', 'no', 0, { attempts: 3 })) },
	{
		what: 'reset before the request was accepted',
		script: { on: 'submit', fault: 'reset-before' },
		expected: cells(SUBJECT_IDS, failed('network', 'unknown', 0)),
	},
	{
		what: 'accepted, then reset',
		script: { on: 'submit', fault: 'accepted-then-reset' },
		// Found again by the client's own id.
		expected: cells(SUBJECT_IDS, failed('network', 'unknown', 1), { toapis: completed() }),
	},
	{
		what: 'reset in the middle of the reply',
		script: { on: 'submit', fault: 'reset-mid' },
		expected: cells(SUBJECT_IDS, failed('network', 'unknown', 1), { toapis: completed() }),
	},
	{
		what: 'no answer at all',
		script: { on: 'submit', fault: 'hang' },
		expected: cells(SUBJECT_IDS, failed('timeout', 'unknown', 0)),
	},
	{ what: 'a slow drip', script: { on: 'submit', fault: 'slow-drip', delayMs: 300 }, expected: cells(SUBJECT_IDS, completed()) },
	{
		what: 'JSON cut short',
		script: { on: 'submit', fault: 'truncated-json' },
		expected: cells(SUBJECT_IDS, failed('malformed_response', 'unknown', 1), { toapis: completed() }),
	},
	{
		what: 'a reply that is no JSON',
		script: { on: 'submit', fault: 'non-json' },
		expected: cells(SUBJECT_IDS, failed('malformed_response', 'unknown', 0)),
	},
	{
		what: 'a proxy\'s web page (502)',
		script: { on: 'submit', fault: 'html' },
		expected: cells(SUBJECT_IDS, failed('provider_unavailable', 'unknown', 0), { apiyi: completed(2) }),
	},
	{
		what: 'content refused',
		script: { on: 'submit', fault: 'moderated' },
		expected: cells(SUBJECT_IDS, failed('moderation', 'no', 0), {
			unifically: failed('moderation', 'unknown', 0, { handle: true }),
		}),
	},
	{
		what: 'balance used up',
		script: { on: 'submit', fault: 'insufficient-funds' },
		expected: cells(SUBJECT_IDS, failed('insufficient_funds', 'no', 0)),
	},
	...[402, 403, 429].map((status) => worded(`balance used up, as HTTP ${status}`, status, 'insufficient_funds')),
	...[400, 403, 422, 451].map((status) => worded(`content refused, as HTTP ${status}`, status, 'moderation')),
	{
		what: 'an error in a reply that says success',
		script: { on: 'submit', fault: 'error-in-200' },
		// OpenAI, ToAPIs and Unifically say that the server is at fault; the others say nothing that tells.
		expected: cells(SUBJECT_IDS, failed('provider_unavailable', 'unknown', 0), {
			apiyi: failed('task_failed', 'no', 0),
			uniall: failed('task_failed', 'unknown', 0),
			uniallTask: failed('task_failed', 'unknown', 0),
		}),
	},
	{
		what: 'key refused',
		script: { on: 'submit', fault: 'unauthorized' },
		expected: cells(SUBJECT_IDS, failed('authentication', 'no', 0)),
	},
	{
		what: 'redirect to another host',
		script: { on: 'submit', fault: 'redirect' },
		expected: cells(SUBJECT_IDS, failed('network', 'no', 0)),
	},
	{
		what: 'success without an image',
		script: { on: 'submit', fault: 'empty-data' },
		expected: cells(['openai', 'apiyi', 'uniall'], failed('malformed_response', 'unknown', 1)),
	},
	{
		what: 'broken base64',
		script: { on: 'submit', fault: 'bad-base64' },
		expected: cells(DIRECT, failed('malformed_response', 'unknown', 1)),
	},
	{
		what: 'task failed, with a reason',
		script: { on: 'poll', fault: 'task-failed' },
		expected: cells(TASKS, failed('task_failed', 'no', 0, { handle: true }), {
			unifically: failed('task_failed', 'unknown', 0, { handle: true }),
		}),
	},
	{
		what: 'task failed, without a word',
		script: { on: 'poll', fault: 'task-failed-silent' },
		expected: cells(TASKS, failed('task_failed', 'no', 0, { handle: true }), {
			unifically: failed('task_failed', 'unknown', 0, { handle: true }),
		}),
	},
	{
		what: 'task refused for its content',
		script: { on: 'poll', fault: 'moderated' },
		expected: cells(TASKS, failed('moderation', 'no', 0, { handle: true }), {
			unifically: failed('moderation', 'unknown', 0, { handle: true }),
		}),
	},
	{
		what: 'key refused while looking',
		script: { on: 'poll', fault: 'unauthorized' },
		expected: cells(TASKS, failed('authentication', 'unknown', 1, { handle: true })),
	},
	{
		what: 'task vanished',
		script: { on: 'poll', fault: 'task-vanishes', times: MANY },
		expected: cells(TASKS, failed('not_found', 'unknown', 1, { handle: true })),
	},
	{ what: 'task unknown for a moment', script: { on: 'poll', fault: 'task-vanishes' }, expected: cells(TASKS, completed()) },
	{ what: 'a status word nobody knows', script: { on: 'poll', fault: 'unknown-status' }, expected: cells(TASKS, completed()) },
	{
		what: 'a finished task without an image',
		script: { on: 'poll', fault: 'empty-data', times: MANY },
		expected: cells(['toapis'], failed('malformed_response', 'unknown', 1, { handle: true })),
	},
	{ what: 'HTTP 429 while looking', script: { on: 'poll', fault: 'status', status: 429 }, expected: cells(TASKS, completed()) },
	{ what: 'HTTP 500 while looking', script: { on: 'poll', fault: 'status', status: 500, times: 4 }, expected: cells(TASKS, completed()) },
	{ what: 'reset while looking', script: { on: 'poll', fault: 'reset-before', times: 3 }, expected: cells(TASKS, completed()) },
	{ what: 'a web page while looking', script: { on: 'poll', fault: 'html', times: 2 }, expected: cells(TASKS, completed()) },
	{
		what: 'an error in a reply that says success, while looking',
		script: { on: 'poll', fault: 'error-in-200', times: 2 },
		// Words that tell nothing may be the task's own.
		expected: cells(TASKS, completed(), { uniallTask: failed('task_failed', 'unknown', 1, { handle: true }) }),
	},
	{ what: 'JSON cut short while looking', script: { on: 'poll', fault: 'truncated-json', times: 2 }, expected: cells(TASKS, completed()) },
	{ what: 'no JSON while looking', script: { on: 'poll', fault: 'non-json', times: 2 }, expected: cells(TASKS, completed()) },
	{
		what: 'an empty file',
		script: { on: 'download', fault: 'zero-bytes', times: MANY },
		expected: cells(LINKS, (subject) => failed('malformed_response', 'yes', 1, { handle: isTask(subject) })(subject)),
	},
	{
		what: 'a web page instead of the image',
		script: { on: 'download', fault: 'wrong-type', times: MANY },
		expected: cells(LINKS, (subject) => failed('malformed_response', 'yes', 1, { handle: isTask(subject) })(subject)),
	},
	{
		what: 'an expired link',
		script: { on: 'download', fault: 'expired-url', times: MANY },
		expected: cells(LINKS, (subject) => failed('not_found', 'yes', 1, { handle: isTask(subject) })(subject)),
	},
	{ what: 'a link that leads to another host', script: { on: 'download', fault: 'redirect' }, expected: cells(LINKS, completed()) },
	{ what: 'a slow drip of the image', script: { on: 'download', fault: 'slow-drip', delayMs: 300 }, expected: cells(LINKS, completed()) },
	{ what: 'HTTP 500 at the download', script: { on: 'download', fault: 'status', status: 500 }, expected: cells(LINKS, completed()) },
	{ what: 'reset in the middle of the image', script: { on: 'download', fault: 'reset-mid' }, expected: cells(LINKS, completed()) },
];
