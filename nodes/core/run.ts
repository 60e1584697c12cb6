import type { Clock, ImageStore, Random, Transport } from './ports';
import type { Account, Job, JobResult, Outcome, RunOptions } from './result';
import type { TaskHandle } from './task';

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
	index: number;
	handle: TaskHandle;
	account: Account;
}

export type FollowOptions = Pick<RunOptions, 'deliver' | 'timeoutMs' | 'concurrency' | 'maxRetries' | 'downloadLimitBytes'> & {
	/** `once` looks a single time, `wait` until the deadline. */
	mode: 'wait' | 'once';
};
