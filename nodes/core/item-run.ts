import { ImageError, type ErrorKind } from './errors';
import type { CallOptions, HttpContext } from './http/client';
import { Deadline } from './http/deadline';
import type { ImageSink } from './http/read-json';
import { redactError } from './http/redact';
import { delivered, download, storeImage, type StoredImage } from './images/deliver';
import type { Surroundings } from './ports';
import type { Finished, ImageResult } from './providers/provider';
import type { Account, DeliveredImage, FailedOutcome, Outcome, RunOptions, Timing } from './result';
import { missingImages } from './submit';
import type { TaskHandle } from './task';
import { followTask, type Followed, type FollowedState } from './tasks/follow';

type DeliveryOptions = Pick<RunOptions, 'deliver' | 'maxRetries' | 'downloadLimitBytes'>;

/** How a reply ends that was not read to its end. */
const BROKEN_OFF: ReadonlySet<ErrorKind> = new Set(['network', 'timeout', 'cancelled']);

/** One item's work in progress: its time, its account, and how its images are kept. */
export class ItemRun<Saved> {
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

	/**
	 * What is left of a request that failed: the images that had come whole before its reply broke off, and the
	 * error for each other. A reply that was read to its end has none, whatever it repeats of the request.
	 */
	rescue(came: StoredImage<Saved>[], error: ImageError, asked: number): Outcome<Saved>[] {
		const images = BROKEN_OFF.has(error.kind) ? came.slice(0, asked) : [];
		if (images.length === 0) return [this.failed(error, null)];
		const completed: Outcome<Saved> = {
			status: 'completed',
			task: null,
			images: images.map((image) => delivered(image, null, null)),
			usage: null,
			chargedUsd: null,
			timing: this.timing(),
			requestId: error.report.requestId,
		};
		return [completed, ...Array.from({ length: asked - images.length }, () => this.failed(error, null))];
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
