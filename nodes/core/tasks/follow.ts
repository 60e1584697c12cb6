import { ImageError } from '../errors';
import { retryAfterMs } from '../http/backoff';
import { attempt, type Exchange, type HttpContext } from '../http/client';
import type { Deadline } from '../http/deadline';
import { decide } from '../http/retry';
import type { StoredImage } from '../images/deliver';
import type { ImageSink } from '../http/read-json';
import type { Failed, Finished, Reply, Running, TaskState } from '../providers/provider';
import type { Resolution } from '../request';
import type { Account } from '../result';
import type { TaskHandle } from '../task';
import { pauseBeforeLook } from './schedule';

/** A new task may not be known everywhere at once; after this many looks it is lost. */
const LOOKS_UNTIL_LOST = 3;

/** Status replies that make no sense, in a row, before the task is given up as unreadable. */
const UNREADABLE_LOOKS = 5;

/** A task to follow, and how. */
export interface Followed<Saved> {
	handle: TaskHandle;
	account: Account;
	/** The model's typical duration, milliseconds. */
	typicalMs: number;
	resolution: Resolution | null;
	mode: 'wait' | 'once';
	maxRetries: number;
	deadline: Deadline;
	sink: ImageSink<StoredImage<Saved>>;
}

/** The last thing known of a task when its following ended. */
export interface FollowedState<Saved> {
	state: Finished | Failed | Running;
	/** Embedded images, by their index. */
	images: StoredImage<Saved>[];
	polls: number;
	requestId: string | null;
}

interface Look<Saved> {
	state: TaskState;
	images: StoredImage<Saved>[];
	requestId: string | null;
	advisedMs: number | null;
}

/** Asks for the state of a task once. */
function statusExchange<Saved>(
	context: HttpContext,
	task: Pick<Followed<Saved>, 'handle' | 'account' | 'sink'>,
): Exchange<Look<Saved>, StoredImage<Saved>> {
	const { account, handle } = task;
	const api = account.provider.task;
	if (!api) {
		throw new ImageError({ kind: 'invalid_request', message: `${account.provider.displayName} has no tasks: its images come at once` });
	}
	return {
		account,
		call: api.status(handle.taskId, handle.model),
		sink: task.sink,
		accept: (reply: Reply, images: StoredImage<Saved>[]) => ({
			state: api.parseStatus(reply, handle),
			images,
			requestId: reply.requestId,
			advisedMs: retryAfterMs(reply.headers, context.clock.now()),
		}),
	};
}

/** Keeps count of looks that brought no news, and says when they mean something. */
class Patience {
	private lost = 0;

	private unreadable = 0;

	/** The error that ends the following, or null to look again. */
	judge(error: ImageError): ImageError | null {
		this.lost = error.kind === 'not_found' ? this.lost + 1 : 0;
		this.unreadable = error.kind === 'malformed_response' ? this.unreadable + 1 : 0;
		if (error.kind === 'not_found') return this.lost < LOOKS_UNTIL_LOST ? null : error;
		if (error.kind === 'malformed_response') return this.unreadable < UNREADABLE_LOOKS ? null : error;
		return error.report.retryable ? null : error;
	}

	reset(): void {
		this.lost = 0;
		this.unreadable = 0;
	}
}

/**
 * Looks at a task until it is finished, failed, or out of time; `once` until a look succeeded.
 * Trouble on the way is no news, not an end: a task that was accepted is only given up when the provider
 * itself says so. Never throws for what the other side does.
 */
export async function followTask<Saved>(context: HttpContext, task: Followed<Saved>): Promise<FollowedState<Saved>> {
	const { deadline, handle } = task;
	deadline.start();
	const exchange = statusExchange(context, task);
	const submittedAt = Date.parse(handle.submittedAt) || context.clock.now();
	const patience = new Patience();
	let last: FollowedState<Saved> = { state: { state: 'pending', progress: null }, images: [], polls: 0, requestId: null };
	let advisedMs: number | null = null;
	let troubles = 0;

	for (;;) {
		const elapsedMs = context.clock.now() - submittedAt;
		const schedule = { typicalMs: task.typicalMs, resolution: task.resolution, elapsedMs, looks: last.polls, advisedMs };
		if (task.mode === 'wait' || last.polls > 0) {
			await deadline.sleep(pauseBeforeLook(schedule, context.random));
		}
		if (deadline.isOver()) return last;

		const result = await attempt(context, exchange, deadline);
		if (deadline.isOver() && !('value' in result)) return last;
		last = { ...last, polls: last.polls + 1 };
		if ('value' in result) {
			const { state, images, requestId } = result.value;
			patience.reset();
			troubles = 0;
			advisedMs = result.value.advisedMs;
			last = { ...last, state, images, requestId };
			if (state.state !== 'pending' || task.mode === 'once') return last;
		} else {
			const end = patience.judge(result.error);
			if (end) return { ...last, state: { state: 'failed', error: end.with({ billed: 'unknown' }) } };
			troubles += 1;
			if (task.mode === 'once' && troubles > task.maxRetries) return last;
			advisedMs = pauseAfterTrouble(context, result.failure, troubles);
		}
	}
}

function pauseAfterTrouble(context: HttpContext, failure: Parameters<typeof decide>[0]['failure'], attemptNumber: number): number | null {
	const decision = decide(
		{
			call: 'status',
			failure,
			attempt: attemptNumber,
			maxRetries: Number.POSITIVE_INFINITY,
			failuresAreFree: true,
			recoverable: false,
			onUncertain: 'fail',
			now: context.clock.now(),
		},
		context.random,
	);
	return decision.action === 'repeat' ? decision.afterMs : null;
}
