import type { Clock } from '../ports';

/**
 * What goes first when a slot is free: images that are paid for, then new work, then a look at old work.
 * So a batch is submitted before its first task is polled.
 */
const PRIORITIES = ['download', 'submit', 'status'] as const;

/** What a request is for, as far as its turn depends on it. */
export type Priority = (typeof PRIORITIES)[number];

interface Waiting {
	start(): void;
}

/**
 * Lets at most `limit` requests run at once, over all items of a batch. When a provider says "too many"
 * the whole batch slows down, not one item: everything to that provider waits, and fewer run at once
 * until it has gone well for a while.
 */
export class RequestQueue {
	private readonly waiting: Record<Priority, Waiting[]> = { download: [], submit: [], status: [] };

	/** Per lane (a provider's address): epoch milliseconds before which nothing is sent. */
	private readonly holds = new Map<string, number>();

	private running = 0;

	private allowed: number;

	private successes = 0;

	constructor(
		private readonly limit: number,
		private readonly clock: Clock,
	) {
		this.allowed = limit;
	}

	/**
	 * Runs `work` when a slot is free and its lane is not on hold.
	 * Rejects with the signal's reason, without running it, when `signal` aborts first.
	 */
	async run<T>(priority: Priority, lane: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
		for (;;) {
			await this.lift(lane, signal);
			await this.acquire(priority, signal);
			if (!this.onHold(lane)) break;
			this.release();
		}
		try {
			return await work();
		} finally {
			this.release();
		}
	}

	/** The provider on this lane asked for a pause. */
	slowDown(lane: string, pauseMs: number): void {
		this.holds.set(lane, Math.max(this.holds.get(lane) ?? 0, this.clock.now() + pauseMs));
		this.allowed = Math.max(1, Math.floor(this.allowed / 2));
		this.successes = 0;
	}

	/** A request went well; enough of them in a row lift the limit again, a slot at a time. */
	succeeded(): void {
		if (this.allowed === this.limit) return;
		this.successes += 1;
		if (this.successes < this.allowed) return;
		this.successes = 0;
		this.allowed += 1;
		this.startNext();
	}

	private onHold(lane: string): boolean {
		return (this.holds.get(lane) ?? 0) > this.clock.now();
	}

	private async lift(lane: string, signal: AbortSignal): Promise<void> {
		while (this.onHold(lane)) {
			signal.throwIfAborted();
			await this.clock.sleep((this.holds.get(lane) ?? 0) - this.clock.now(), signal);
		}
	}

	private async acquire(priority: Priority, signal: AbortSignal): Promise<void> {
		signal.throwIfAborted();
		if (this.running < this.allowed) {
			this.running += 1;
			return;
		}
		await new Promise<void>((resolve, reject) => {
			const queue = this.waiting[priority];
			const giveUp = () => {
				queue.splice(queue.indexOf(entry), 1);
				reject(signal.reason as Error);
			};
			const entry: Waiting = {
				start: () => {
					signal.removeEventListener('abort', giveUp);
					this.running += 1;
					resolve();
				},
			};
			signal.addEventListener('abort', giveUp, { once: true });
			queue.push(entry);
		});
	}

	private release(): void {
		this.running -= 1;
		this.startNext();
	}

	private startNext(): void {
		while (this.running < this.allowed) {
			const priority = PRIORITIES.find((candidate) => this.waiting[candidate].length > 0);
			if (!priority) return;
			this.waiting[priority].shift()?.start();
		}
	}
}
