import type { Clock } from '../../nodes/core/ports';

interface Sleeper {
	wakeAt: number;
	wake(): void;
}

/** Lets every promise that can go on go on, without time passing. */
export async function settle(): Promise<void> {
	for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Time that passes only when the test says so. */
export class VirtualClock implements Clock {
	private readonly sleepers = new Set<Sleeper>();

	/** Every sleep that was asked for, milliseconds, in order. */
	readonly slept: number[] = [];

	constructor(private time = Date.UTC(2026, 10, 21)) {}

	now(): number {
		return this.time;
	}

	async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
		if (signal?.aborted) return;
		this.slept.push(milliseconds);
		await new Promise<void>((resolve) => {
			const sleeper: Sleeper = { wakeAt: this.time + milliseconds, wake: resolve };
			this.sleepers.add(sleeper);
			signal?.addEventListener('abort', () => {
				this.sleepers.delete(sleeper);
				resolve();
			});
		});
	}

	/** Moves on by `milliseconds`, waking each sleeper at its own time. */
	async advance(milliseconds: number): Promise<void> {
		const end = this.time + milliseconds;
		for (;;) {
			await settle();
			const next = [...this.sleepers].sort((one, other) => one.wakeAt - other.wakeAt)[0];
			if (!next || next.wakeAt > end) break;
			this.time = Math.max(this.time, next.wakeAt);
			this.sleepers.delete(next);
			next.wake();
		}
		this.time = end;
		await settle();
	}

	/** Runs `work` to its end, skipping every wait as soon as nothing else can happen. */
	async run<T>(work: Promise<T>): Promise<T> {
		const progress = { done: false };
		const watched = work.finally(() => {
			progress.done = true;
		});
		watched.catch(() => {});
		for (;;) {
			await settle();
			if (progress.done) return await watched;
			const next = [...this.sleepers].sort((one, other) => one.wakeAt - other.wakeAt)[0];
			if (!next) continue;
			this.time = Math.max(this.time, next.wakeAt);
			this.sleepers.delete(next);
			next.wake();
		}
	}
}

/** Real time, `factor` times as fast: for waits beside real sockets. */
export function scaledClock(factor: number): Clock {
	const start = Date.now();
	return {
		now: () => start + (Date.now() - start) * factor,
		sleep: async (milliseconds, signal) =>
			await new Promise<void>((resolve) => {
				if (signal?.aborted) return resolve();
				const timer = setTimeout(resolve, milliseconds / factor);
				signal?.addEventListener('abort', () => {
					clearTimeout(timer);
					resolve();
				});
			}),
	};
}
