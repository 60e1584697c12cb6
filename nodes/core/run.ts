import { callProvider, type CallOptions, type HttpContext } from './http/client';
import { Deadline } from './http/deadline';
import type { ImageSink } from './http/read-json';
import { redactError } from './http/redact';
import { RequestQueue } from './http/request-queue';
import { fileStem, type StoredImage } from './images/deliver';
import { ReferencePreparer, rejectImages, type PreparedImages } from './images/references';
import { ItemRun } from './item-run';
import type { PlannedRequest } from './planned';
import type { Clock, Surroundings } from './ports';
import type { HttpCall, Reply } from './providers/provider';
import type { Account, Job, JobResult, Outcome, RunOptions } from './result';
import { submitRequest } from './submit';
import type { TaskHandle } from './task';

/** A task to look after, and whose key to use. */
export interface FollowedTask {
	handle: TaskHandle;
	account: Account;
	/** The model's typical duration, for the poll schedule. */
	typicalSeconds: number;
}

/** Options of a run that only follows tasks. */
export type FollowOptions = Pick<
	RunOptions,
	'deliver' | 'timeoutMs' | 'concurrency' | 'maxRetries' | 'downloadLimitBytes'
> & {
	/** `once` looks a single time, `wait` until the deadline. */
	mode: 'wait' | 'once';
};

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
	const came: StoredImage<Saved>[] = [];
	const sink: ImageSink<StoredImage<Saved>> = async (bytes) => {
		const image = await run.sink(bytes);
		came.push(image);
		return image;
	};
	const submit = { account, planned, count, prepared, callbackUrl: job.callbackUrl, sink };

	const outcome = await submitRequest(run.context, submit, callOptions);
	run.countAttempts(outcome.attempts);
	if ('error' in outcome) return run.rescue(came, outcome.error, count);

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
