import { ImageError } from '../errors';
import type { Clock } from '../ports';

/**
 * One item's time: a total limit and the user's cancel, as one abort signal.
 * The time runs from `start`, so that waiting for a free slot costs nothing.
 */
export class Deadline {
	private readonly controller = new AbortController();

	private readonly stopTimer = new AbortController();

	private startedAt: number | null = null;

	private readonly onCancel = () => this.controller.abort();

	constructor(
		private readonly clock: Clock,
		private readonly totalMs: number,
		private readonly cancel?: AbortSignal,
	) {
		if (cancel?.aborted) this.controller.abort();
		else cancel?.addEventListener('abort', this.onCancel, { once: true });
	}

	/** Aborts when the time is up or the user cancels. */
	get signal(): AbortSignal {
		return this.controller.signal;
	}

	get cancelled(): boolean {
		return this.cancel?.aborted ?? false;
	}

	isOver(): boolean {
		return this.controller.signal.aborted;
	}

	/** Milliseconds left; the whole time before `start`. */
	remainingMs(): number {
		return this.startedAt === null ? this.totalMs : Math.max(0, this.startedAt + this.totalMs - this.clock.now());
	}

	elapsedMs(): number {
		return this.startedAt === null ? 0 : this.clock.now() - this.startedAt;
	}

	/** Lets the time run. Later calls change nothing. */
	start(): void {
		if (this.startedAt !== null) return;
		this.startedAt = this.clock.now();
		void this.clock.sleep(this.totalMs, this.stopTimer.signal).then(() => {
			if (!this.stopTimer.signal.aborted) this.controller.abort();
		});
	}

	/** Sleeps, but no longer than the deadline. */
	async sleep(milliseconds: number): Promise<void> {
		await this.clock.sleep(Math.min(milliseconds, this.remainingMs()), this.signal);
		// The timer may ring a little later.
		if (this.remainingMs() === 0) this.controller.abort();
	}

	/** Stops the clock and lets go of the cancel signal. */
	end(): void {
		this.stopTimer.abort();
		this.cancel?.removeEventListener('abort', this.onCancel);
	}

	/** The error for work that this deadline ended. */
	error(): ImageError {
		return this.cancelled
			? new ImageError({ kind: 'cancelled', message: 'The execution was stopped' })
			: new ImageError({ kind: 'timeout', message: `No image within ${Math.round(this.totalMs / 1_000)} s` });
	}
}
