import { ImageError } from './errors';
import { callProvider, type CallOptions, type HttpContext } from './http/client';
import { Deadline } from './http/deadline';
import type { ImageSink } from './http/read-json';
import { redactError } from './http/redact';
import { RequestQueue } from './http/request-queue';
import { delivered, download, fileStem, storeImage, type StoredImage } from './images/deliver';
import { ReferencePreparer, rejectImages, type PreparedImages } from './images/references';
import type { PlannedRequest } from './planned';
import type { Clock, ImageStore, Random, Transport } from './ports';
import type { Finished, HttpCall, ImageResult, Reply } from './providers/provider';
import type { Account, DeliveredImage, FailedOutcome, Job, JobResult, Outcome, RunOptions, Timing } from './result';
import { missingImages, submitRequest } from './submit';
import type { TaskHandle } from './task';
import { followTask, type Followed, type FollowedState } from './tasks/follow';

/** What a run needs from outside. */
export interface Surroundings<Saved> {
	transport: Transport;
	clock: Clock;
	store: ImageStore<Saved>;
	random: Random;
	/** Aborts when the user stops the execution. */
	signal?: AbortSignal;
}

/** A task to look after, and whose key to use. */
export interface FollowedTask {
	handle: TaskHandle;
	account: Account;
	/** The model's typical duration, for the poll schedule. */
	typicalSeconds: number;
}

export type FollowOptions = Pick<
	RunOptions,
	'deliver' | 'timeoutMs' | 'concurrency' | 'maxRetries' | 'downloadLimitBytes'
> & {
	/** `once` looks a single time, `wait` until the deadline. */
	mode: 'wait' | 'once';
};

type DeliveryOptions = Pick<RunOptions, 'deliver' | 'maxRetries' | 'downloadLimitBytes'>;

/** One item's work in progress: its time, its account, and how its images are kept. */
class ItemRun<Saved> {
	readonly deadline: Deadline;

	private attempts = 0;

	private polls = 0;

	private detectionLagMs: number | null = null;

	private files = 0;

	constructor(
		readonly context: HttpContext,
		readonly account: Account,
		private readonly surroundings: Surroundings<Saved>,
		private readonly options: DeliveryOptions & Pick<RunOptions, 'timeoutMs'>,
		private readonly stem: string,
	) {
		this.deadline = new Deadline(surroundings.clock, options.timeoutMs, surroundings.signal);
	}

	/** Takes base64 images out of a reply into the store. */
	readonly sink: ImageSink<StoredImage<Saved>> = async (bytes) => {
		this.files += 1;
		return await storeImage(this.surroundings.store, bytes, `${this.stem}-${this.files}`, this.options.downloadLimitBytes);
	};

	countAttempts(attempts: number): void {
		this.attempts += attempts;
	}

	timing(): Timing {
		return {
			totalMs: Math.round(this.deadline.elapsedMs()),
			attempts: this.attempts,
			polls: this.polls,
			detectionLagMs: this.detectionLagMs,
		};
	}

	failed(error: unknown, task: TaskHandle | null): FailedOutcome {
		const known = error instanceof ImageError ? error : unexpected(error);
		const clean = redactError(known.with({ task }), Object.values(this.account.secrets));
		return { status: 'failed', task, error: clean, timing: this.timing() };
	}

	/** Follows a task and delivers what it gives. */
	async follow(
		task: Pick<Followed<Saved>, 'handle' | 'typicalMs' | 'resolution' | 'mode'>,
	): Promise<Outcome<Saved>[]> {
		const { handle } = task;
		const followed = await followTask(this.context, {
			...task,
			account: this.account,
			maxRetries: this.options.maxRetries,
			deadline: this.deadline,
			sink: this.sink,
		});
		this.polls += followed.polls;
		const { state, requestId } = followed;
		switch (state.state) {
			case 'pending':
				return [{ status: 'pending', task: handle, progress: state.progress, timing: this.timing(), requestId }];
			case 'failed':
				return [this.failed(state.error.with({ requestId: state.error.report.requestId ?? requestId }), handle)];
			case 'completed': {
				const now = this.surroundings.clock.now();
				this.detectionLagMs = state.completedAt === undefined ? null : Math.max(0, now - state.completedAt);
				return await this.deliver(state, followed, handle, handle.count);
			}
		}
	}

	/** Brings finished images home: one completed outcome for those that came, a failed one for each other. */
	async deliver(
		finished: Finished,
		came: Pick<FollowedState<Saved>, 'images' | 'requestId'>,
		task: TaskHandle | null,
		asked: number,
	): Promise<Outcome<Saved>[]> {
		const results = await Promise.allSettled(
			finished.images.map(async (image) => await this.bringHome(image, came.images)),
		);
		const images = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
		const failures = results.flatMap((result) =>
			result.status === 'rejected' ? [this.failed(afterCharge(result.reason), task)] : [],
		);
		const missing = Array.from({ length: Math.max(0, asked - results.length) }, () =>
			this.failed(missingImages(this.account.provider.displayName, results.length, asked), task),
		);
		const { usage, chargedUsd } = finished;
		const timing = this.timing();
		const completed: Outcome<Saved>[] =
			images.length > 0
				? [{ status: 'completed', task, images, usage, chargedUsd, timing, requestId: came.requestId }]
				: [];
		return [...completed, ...failures, ...missing];
	}

	private async bringHome(image: ImageResult, embedded: StoredImage<Saved>[]): Promise<DeliveredImage<Saved>> {
		if ('embedded' in image) {
			const stored = embedded[image.embedded.index];
			if (!stored) throw missingImages(this.account.provider.displayName, 0, 1);
			return delivered(stored, null, null);
		}
		if (this.options.deliver === 'url') return delivered<Saved>(null, image.url, image.expiresAt);
		const callOptions: CallOptions = { deadline: this.deadline, maxRetries: this.options.maxRetries, onUncertain: 'fail' };
		const stored = await download(this.context, image.url, callOptions, async (bytes) => await this.sink(bytes));
		return delivered(stored, image.url, image.expiresAt);
	}
}

/** The provider has done its part, and will have charged for it. */
function afterCharge(error: unknown): ImageError {
	return (error instanceof ImageError ? error : unexpected(error)).with({ billed: 'yes' });
}

function unexpected(error: unknown): ImageError {
	const reason = error instanceof Error ? error.message : 'unknown cause';
	return new ImageError({ kind: 'malformed_response', message: `The image could not be kept: ${reason}`, billed: 'unknown' });
}

function createContext<Saved>(surroundings: Surroundings<Saved>, concurrency: number): HttpContext {
	const { transport, clock, random } = surroundings;
	return { transport, clock, random, queue: new RequestQueue(concurrency, clock) };
}

/** Every request carries an id of its own, so that its task can be found should the reply get lost. */
function withReference(job: Job, share: number): PlannedRequest {
	const { planned, account } = job;
	const own = planned.request.clientReference ?? (account.provider.task?.recover ? job.reference : undefined);
	if (own === undefined) return planned;
	const clientReference = planned.counts.length > 1 ? `${own}-${share + 1}` : own;
	return { ...planned, request: { ...planned.request, clientReference } };
}

/** Sends one share of an item's images and sees it through as far as `completion` asks. */
async function runShare<Saved>(
	run: ItemRun<Saved>,
	job: Job,
	share: number,
	prepared: PreparedImages,
	options: RunOptions,
	clock: Clock,
): Promise<Outcome<Saved>[]> {
	const { account } = job;
	const planned = withReference(job, share);
	const count = planned.counts[share] ?? 1;
	const callOptions = { deadline: run.deadline, maxRetries: options.maxRetries, onUncertain: options.onUncertain };
	const submit = { account, planned, count, prepared, callbackUrl: job.callbackUrl, sink: run.sink };

	const outcome = await submitRequest(run.context, submit, callOptions);
	run.countAttempts(outcome.attempts);
	if ('error' in outcome) return [run.failed(outcome.error, null)];

	const { submission, images, requestId } = outcome.value;
	if (submission.state === 'completed') return await run.deliver(submission, { images, requestId }, null, count);

	const { model, operation } = planned.request;
	const handle: TaskHandle = {
		provider: account.provider.id,
		taskId: submission.taskId,
		model,
		operation,
		count,
		submittedAt: new Date(clock.now()).toISOString(),
		fingerprint: planned.fingerprint,
	};
	if (options.completion === 'submit' || run.deadline.isOver()) {
		return [{ status: 'pending', task: handle, progress: submission.progress, timing: run.timing(), requestId }];
	}
	const typicalMs = planned.entry.typicalSeconds * 1_000;
	return await run.follow({ handle, typicalMs, resolution: planned.size.resolution, mode: 'wait' });
}

async function runJob<Saved>(
	context: HttpContext,
	job: Job,
	options: RunOptions,
	surroundings: Surroundings<Saved>,
): Promise<JobResult<Saved>> {
	const { planned, account } = job;
	const run = new ItemRun(context, account, surroundings, options, fileStem(planned.request.model, planned.fingerprint));
	const callOptions: CallOptions = { deadline: run.deadline, maxRetries: options.maxRetries, onUncertain: 'fail' };
	try {
		const preparer = new ReferencePreparer(context, surroundings.store, account, callOptions);
		const prepared = await preparer.prepare(planned);
		const shares = await Promise.all(
			planned.counts.map(
				async (_count, share) =>
					await runShare(run, job, share, prepared, options, surroundings.clock).catch((error: unknown) => [run.failed(error, null)]),
			),
		);
		return { index: job.index, outcomes: shares.flat() };
	} catch (error) {
		return { index: job.index, outcomes: [run.failed(error, null)] };
	} finally {
		run.deadline.end();
	}
}

/**
 * Runs a batch of items, as many requests at once as `concurrency` allows, and returns how each ended,
 * in the order of `jobs`. Never throws for an item: a failure is an outcome, and a task that a provider
 * has accepted is an outcome whatever happens later.
 */
export async function runJobs<Saved>(
	jobs: readonly Job[],
	options: RunOptions,
	surroundings: Surroundings<Saved>,
): Promise<JobResult<Saved>[]> {
	const context = createContext(surroundings, options.concurrency);
	return await Promise.all(jobs.map(async (job) => await runJob(context, job, options, surroundings)));
}

/**
 * Looks after tasks that were submitted earlier, all at once; outcomes in the order of `tasks`.
 * A deadline that passes, or a cancel, gives a pending outcome with the handle.
 */
export async function followTasks<Saved>(
	tasks: readonly FollowedTask[],
	options: FollowOptions,
	surroundings: Surroundings<Saved>,
): Promise<Outcome<Saved>[][]> {
	const context = createContext(surroundings, options.concurrency);
	return await Promise.all(
		tasks.map(async ({ handle, account, typicalSeconds }) => {
			const run = new ItemRun(context, account, surroundings, options, fileStem(handle.model, handle.taskId));
			try {
				return await run.follow({ handle, typicalMs: typicalSeconds * 1_000, resolution: null, mode: options.mode });
			} catch (error) {
				return [run.failed(error, handle)];
			} finally {
				run.deadline.end();
			}
		}),
	);
}

/** Time for a question that costs nothing: a balance, a price. */
const QUESTION_MS = 30_000;

/** Asks a provider something free. Throws `ImageError` without secrets. */
export async function askProvider<T, Saved>(
	account: Account,
	call: HttpCall,
	parse: (reply: Reply) => T,
	surroundings: Surroundings<Saved>,
): Promise<T> {
	const context = createContext(surroundings, 1);
	const deadline = new Deadline(surroundings.clock, QUESTION_MS, surroundings.signal);
	const exchange = { account, call, sink: rejectImages, accept: parse };
	const outcome = await callProvider(context, exchange, { deadline, maxRetries: 2, onUncertain: 'fail' }).finally(() => deadline.end());
	if ('error' in outcome) throw redactError(outcome.error, Object.values(account.secrets));
	return outcome.value;
}
