import { ImageError } from '../errors';
import { TransportError, type Clock, type NetworkFault, type Random, type Transport } from '../ports';
import type { HttpCall, Reply } from '../providers/provider';
import type { Account } from '../result';
import type { Deadline } from './deadline';
import { retryAfterMs } from './backoff';
import { dropImage, readJson, type ImageSink } from './read-json';
import { redact } from './redact';
import { toTransportRequest } from './request';
import type { Priority, RequestQueue } from './request-queue';
import { acceptance, decide, repeatOrGiveUp, type AttemptFailure, type CallKind } from './retry';

/** What every call of a run shares. */
export interface HttpContext {
	transport: Transport;
	clock: Clock;
	random: Random;
	queue: RequestQueue;
}

/** How far one call may go. */
export interface CallOptions {
	deadline: Deadline;
	/** Repeats beyond the first attempt. */
	maxRetries: number;
	onUncertain: 'fail' | 'retry';
}

/** One attempt that did not end well: the facts for the policy, and the error for the user. */
export interface FailedAttempt {
	failure: AttemptFailure;
	error: ImageError;
}

/** One attempt: what it gave, or how it failed. */
export type AttemptResult<T> = { value: T } | FailedAttempt;

const PRIORITY: Readonly<Record<CallKind, Priority>> = {
	download: 'download',
	submit: 'submit',
	upload: 'submit',
	account: 'status',
	status: 'status',
};

/** Pause of the whole batch after a 429 that names none. */
const DEFAULT_PAUSE_MS = 1_000;

const FAULT_MESSAGES: Readonly<Record<Exclude<NetworkFault, 'aborted' | 'blocked'>, string>> = {
	unreachable: 'could not be reached',
	reset: 'broke off the connection',
	idle: 'stayed silent for too long',
	redirected: 'redirected the request somewhere it may not go',
};

function faultError(name: string, error: TransportError, deadline: Deadline): ImageError {
	const { fault } = error;
	if (fault === 'aborted') return deadline.error();
	if (fault === 'blocked') return new ImageError({ kind: 'network', message: error.message, retryable: false });
	return new ImageError({
		kind: fault === 'idle' ? 'timeout' : 'network',
		message: `${name} ${FAULT_MESSAGES[fault]}: ${error.message}`,
	});
}

/** Any error of an attempt in the policy's terms. `answered`: a success status had come before. */
export function failedAttempt(error: unknown, name: string, deadline: Deadline, answered: boolean): FailedAttempt {
	if (error instanceof TransportError) {
		return { failure: { type: 'fault', fault: error.fault, answered }, error: faultError(name, error, deadline) };
	}
	if (error instanceof ImageError) return { failure: { type: 'malformed' }, error };
	const reason = error instanceof Error ? error.message : 'the reply could not be read';
	return {
		failure: { type: 'malformed' },
		error: new ImageError({ kind: 'malformed_response', message: `${name} answered with something unreadable: ${reason}` }),
	};
}

/** Work that the deadline ended while it waited for a slot: nothing was sent. */
function neverSent(deadline: Deadline): FailedAttempt {
	return { failure: { type: 'fault', fault: 'unreachable', answered: false }, error: deadline.error() };
}

/** Tells the queue how a request to `lane` went, so that a 429 slows the whole batch. */
export function reportToQueue(context: HttpContext, lane: string, failure: AttemptFailure | null): void {
	if (!failure) context.queue.succeeded();
	else if (failure.type === 'status' && failure.kind === 'rate_limited') {
		context.queue.slowDown(lane, retryAfterMs(failure.headers, context.clock.now()) ?? DEFAULT_PAUSE_MS);
	}
}

/** Whatever stands there is the peer's to say, so it is cleaned like its other words. */
function requestId(headers: Reply['headers'], { secrets }: Account): string | null {
	const id = headers['x-request-id'] ?? headers['request-id'] ?? headers['x-oneapi-request-id'];
	return id === undefined ? null : redact(id, Object.values(secrets));
}

function redirectError(name: string, status: number): ImageError {
	return new ImageError({
		kind: 'network',
		message: `${name} redirects the request to another address, which is not followed with your API key`,
		advice: 'Set the base URL of the credential to the address that the provider gives for its API.',
		httpStatus: status,
		retryable: false,
	});
}

/** A reply that was judged bad: a failure by status with its own kind, or garbage. */
function judgedBad(error: ImageError, reply: Reply): FailedAttempt {
	const known = error.with({ requestId: error.report.requestId ?? reply.requestId });
	if (error.kind === 'malformed_response' && reply.status < 300) return { failure: { type: 'malformed' }, error: known };
	return { failure: { type: 'status', status: reply.status, headers: reply.headers, kind: error.kind }, error: known };
}

/** Sends one call and has its reply judged. */
export interface Exchange<T, Stored> {
	account: Account;
	call: HttpCall;
	/** Takes the base64 images of the reply as they arrive. */
	sink: ImageSink<Stored>;
	/** Judges a 2xx reply: a value, or a thrown `ImageError`. */
	accept(reply: Reply, images: Stored[]): T;
}

/** Sends a call once, when the queue lets it. Never throws for what the other side does. */
export async function attempt<T, Stored>(
	context: HttpContext,
	exchange: Exchange<T, Stored>,
	deadline: Deadline,
): Promise<AttemptResult<T>> {
	const { account, call } = exchange;
	const { provider } = account;
	let sent = false;
	let reply: Reply | null = null;

	const send = async (): Promise<AttemptResult<T>> => {
		sent = true;
		deadline.start();
		const { status, headers, body } = await context.transport.send(
			toTransportRequest(call, account, deadline, context.random),
		);
		reply = { status, headers, json: undefined, requestId: requestId(headers, account) };
		if (status >= 300) {
			reply = { ...reply, json: (await readJson(body, dropImage)).json };
			return judgedBad(status >= 400 ? provider.classify(reply) : redirectError(provider.displayName, status), reply);
		}
		const { json, images } = await readJson(body, exchange.sink);
		reply = { ...reply, json };
		return { value: exchange.accept(reply, images) };
	};
	const fail = (error: unknown): FailedAttempt => {
		if (!sent) return neverSent(deadline);
		// A refusal stands whatever became of its explanation.
		if (reply && reply.status >= 400 && !deadline.isOver()) return judgedBad(provider.classify(reply), reply);
		if (reply && error instanceof ImageError) return judgedBad(error, reply);
		return failedAttempt(error, provider.displayName, deadline, reply !== null);
	};

	const result = await context.queue.run(PRIORITY[call.kind], account.baseUrl, deadline.signal, send).catch(fail);
	reportToQueue(context, account.baseUrl, 'value' in result ? null : result.failure);
	return result;
}

/** How a call ended after all its attempts. */
export type CallOutcome<T> = ({ value: T } | { error: ImageError }) & { attempts: number };

/**
 * Sends a call, and again as far as the retry policy allows. `recover` looks for the task of a paid call
 * whose outcome is unknown; null means that the provider does not know of one.
 */
export async function callProvider<T, Stored>(
	context: HttpContext,
	exchange: Exchange<T, Stored>,
	options: CallOptions,
	recover?: () => Promise<T | null>,
): Promise<CallOutcome<T>> {
	const { deadline } = options;
	for (let attempts = 1; ; attempts += 1) {
		const result = await attempt(context, exchange, deadline);
		if ('value' in result) return { value: result.value, attempts };

		const facts = {
			call: exchange.call.kind,
			failure: result.failure,
			attempt: attempts,
			maxRetries: options.maxRetries,
			failuresAreFree: exchange.account.provider.billing.failuresAreFree,
			recoverable: recover !== undefined,
			onUncertain: options.onUncertain,
			now: context.clock.now(),
		};
		let decision = decide(facts, context.random);
		if (decision.action === 'recover') {
			const found = (await recover?.()) ?? null;
			if (found !== null) return { value: found, attempts };
			decision = repeatOrGiveUp(facts, true, context.random);
		}
		if (decision.action !== 'repeat' || deadline.isOver() || decision.afterMs >= deadline.remainingMs()) {
			const uncertain = facts.call === 'submit' && acceptance(facts.failure, facts.failuresAreFree) === 'uncertain';
			return { error: uncertain ? perhapsBilled(result.error) : result.error, attempts };
		}
		await deadline.sleep(decision.afterMs);
	}
}

/** Nobody can tell whether money was spent, unless the provider itself said so. */
function perhapsBilled(error: ImageError): ImageError {
	if (error.report.billed !== 'no') return error;
	return error.with({
		billed: 'unknown',
		advice: `${error.advice} Whether this request was charged is unknown: look at the provider's usage page before you run it again, or set Options > On Uncertain Outcome to Retry.`,
	});
}
