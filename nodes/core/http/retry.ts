import type { Billed, ErrorKind } from '../errors';
import type { NetworkFault, Random } from '../ports';
import { backoffMs, retryAfterMs } from './backoff';

/** `submit` may cost money; every other call is free and may be repeated. */
export type CallKind = 'submit' | 'status' | 'upload' | 'account' | 'download';

/** How one attempt ended, when it did not end well. */
export type AttemptFailure =
	/** A status that is no success. `kind` is the provider's own classification of it. */
	| { type: 'status'; status: number; headers: Readonly<Record<string, string>>; kind: ErrorKind }
	/** No response, or its body broke off. `answered`: a success status had already come. */
	| { type: 'fault'; fault: NetworkFault; answered: boolean }
	/** A success whose body makes no sense. */
	| { type: 'malformed' };

/** All that the retry policy looks at. */
export interface AttemptFacts {
	call: CallKind;
	failure: AttemptFailure;
	/** 1 for the first. */
	attempt: number;
	maxRetries: number;
	/** Whether the provider documents that a 5xx costs nothing. */
	failuresAreFree: boolean;
	/** Whether the request carries an id by which its task can be found. */
	recoverable: boolean;
	onUncertain: 'fail' | 'retry';
	/** Epoch milliseconds. */
	now: number;
}

/** What follows a failed attempt. */
export type Decision =
	| { action: 'repeat'; afterMs: number }
	/** Ask the provider for the task by its id before anything else. */
	| { action: 'recover' }
	| { action: 'giveUp'; billed: Billed };

/** What a failed attempt means for the money. */
export type Acceptance = 'notAccepted' | 'uncertain';

const TRANSIENT_STATUS: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529]);

/** Faults before a connection stood: the provider cannot have seen the request. */
const NEVER_SENT: ReadonlySet<NetworkFault> = new Set(['unreachable', 'blocked']);

/** Faults that a repeat may cure. */
const TRANSIENT_FAULT: ReadonlySet<NetworkFault> = new Set(['unreachable', 'reset', 'idle']);

/** A proxy gave up waiting: behind it the work may go on, and be charged, whatever the provider says of its own errors. */
const GAVE_UP_WAITING: ReadonlySet<number> = new Set([408, 504, 522, 524]);

/** Errors that turn a request away, even where they come under a status that says "success". */
const TURNED_AWAY: ReadonlySet<ErrorKind> = new Set([
	'invalid_request', 'authentication', 'insufficient_funds', 'moderation', 'rate_limited', 'not_found',
]);

/** A success that is none: garbled, or with an error inside. */
function isOddSuccess(failure: AttemptFailure): boolean {
	return failure.type === 'malformed' || (failure.type === 'status' && failure.status < 300);
}

/** Whether the provider may have accepted, and so charged for, a paid request. */
export function acceptance(failure: AttemptFailure, failuresAreFree: boolean): Acceptance {
	switch (failure.type) {
		case 'malformed':
			return 'uncertain';
		case 'fault':
			return NEVER_SENT.has(failure.fault) ? 'notAccepted' : 'uncertain';
		case 'status':
			if (GAVE_UP_WAITING.has(failure.status)) return 'uncertain';
			// A 5xx may come after the work was done, and so may a success with an error inside; a 4xx turns away.
			return !failuresAreFree && (failure.status >= 500 || (isOddSuccess(failure) && !TURNED_AWAY.has(failure.kind)))
				? 'uncertain'
				: 'notAccepted';
	}
}

/** Whether trying again could help at all, leaving money aside. */
function isTransient(failure: AttemptFailure): boolean {
	switch (failure.type) {
		case 'malformed':
			return false;
		case 'fault':
			return TRANSIENT_FAULT.has(failure.fault);
		case 'status':
			// An empty balance also comes as 429 and does not fill up by waiting.
			return TRANSIENT_STATUS.has(failure.status) && failure.kind !== 'insufficient_funds' && failure.kind !== 'moderation';
	}
}

/**
 * The retry policy: pure, and the only place that decides whether a request is sent again.
 *
 * A paid request is repeated only when it surely was not accepted, or when the user chose so; where its
 * outcome is unknown and it carries an id, its task is looked up first. Free requests are repeated while
 * that can help. A wait that the provider asks for is obeyed as it is.
 */
export function decide(facts: AttemptFacts, random: Random): Decision {
	const { failure } = facts;
	const paid = facts.call === 'submit';
	const uncertain = paid && acceptance(failure, facts.failuresAreFree) === 'uncertain';
	const cancelled = failure.type === 'fault' && failure.fault === 'aborted';

	if (uncertain && facts.recoverable && !cancelled) return { action: 'recover' };
	return repeatOrGiveUp(facts, uncertain, random);
}

/** What to do once there is nothing (more) to recover: the second half of `decide`. */
export function repeatOrGiveUp(facts: AttemptFacts, uncertain: boolean, random: Random): Decision {
	const { failure } = facts;
	const spent = facts.attempt > facts.maxRetries;
	const forbidden = uncertain && facts.onUncertain === 'fail';
	// A lost or garbled image is worth another try only to someone who accepted paying twice.
	const curable = isTransient(failure) || (uncertain && isOddSuccess(failure));
	if (spent || forbidden || !curable) return { action: 'giveUp', billed: uncertain ? 'unknown' : 'no' };

	const asked = failure.type === 'status' ? retryAfterMs(failure.headers, facts.now) : null;
	return { action: 'repeat', afterMs: asked ?? backoffMs(facts.attempt, random) };
}
