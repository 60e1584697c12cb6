import { randomBytes } from 'node:crypto';

import type { FaultScript } from './faults';
import { publish } from './files';
import type { Picture } from './render';
import type { State } from './state';
import type { LedgerEntry, ProviderId, TaskRecord } from './types';

/** Why a task fails; a null message is a provider that does not say. */
export interface TaskFailure {
	code: string;
	message: string | null;
}

export interface Task extends TaskRecord {
	pictures: Picture[];
	failure: TaskFailure | null;
	/** Public links, made when the task is done. */
	urls: string[];
	callbackSent: boolean;
}

/** What the outside sees of a task. */
export function taskRecord({ id, provider, model, createdAt, finishesAt, clientReference, callbackUrl, failed }: Task): TaskRecord {
	return { id, provider, model, createdAt, finishesAt, clientReference, callbackUrl, failed };
}

export type TaskStatus =
	| { status: 'queued' | 'running'; progress: number }
	| { status: 'done'; urls: string[] }
	| { status: 'failed'; failure: TaskFailure }
	| { status: 'unknown'; word: string };

export interface NewTask {
	prefix: string;
	provider: ProviderId;
	model: string;
	clientReference?: string | null;
	callbackUrl?: string | null;
	pictures: Picture[];
	failure?: TaskFailure | null;
	/** What the ledger holds of it; a failed task is refunded, so it is not billed. */
	bill: Omit<LedgerEntry, 'at' | 'taskId' | 'provider' | 'model' | 'clientReference'>;
}

export function createTask(state: State, wanted: NewTask): Task {
	const { taskMs, now } = state.settings;
	const createdAt = now();
	const duration = typeof taskMs === 'function' ? taskMs(state.taskCount) : taskMs;
	state.taskCount += 1;
	const task: Task = {
		id: `${wanted.prefix}${randomBytes(8).toString('hex')}`,
		provider: wanted.provider,
		model: wanted.model,
		createdAt,
		finishesAt: createdAt + duration,
		clientReference: wanted.clientReference ?? null,
		callbackUrl: wanted.callbackUrl ?? null,
		failed: Boolean(wanted.failure),
		pictures: wanted.pictures,
		failure: wanted.failure ?? null,
		urls: [],
		callbackSent: false,
	};
	state.tasks.set(task.id, task);
	if (!wanted.failure) {
		const { provider, model, clientReference } = task;
		state.bill({ ...wanted.bill, provider, model, clientReference, taskId: task.id });
	}
	return task;
}

/** By its id, or by the client's own where the provider has such a thing. */
export function findTask(state: State, provider: ProviderId, id: string): Task | null {
	const task = state.tasks.get(id);
	if (task?.provider === provider) return task;
	return [...state.tasks.values()].find((one) => one.provider === provider && one.clientReference === id) ?? null;
}

const FAULT_FAILURES: Readonly<Partial<Record<string, TaskFailure>>> = {
	'task-failed': { code: 'generation_failed', message: 'call upstream API failed: upstream returned status 422' },
	'task-failed-silent': { code: 'generation_failed', message: null },
	moderated: { code: 'content_policy_violation', message: 'The prompt was rejected by the content safety system' },
};

/** How a task stands now, as far as the scripted fault lets it be known. */
export function taskStatus(state: State, task: Task, fault: FaultScript | null): TaskStatus {
	const scripted = fault && FAULT_FAILURES[fault.fault];
	if (scripted) {
		task.failure = scripted;
		task.failed = true;
		// Failed work is refunded.
		state.ledger = state.ledger.filter((entry) => entry.taskId !== task.id);
	}
	if (fault?.fault === 'unknown-status') return { status: 'unknown', word: 'reticulating' };
	if (task.failure) return { status: 'failed', failure: task.failure };
	const now = state.settings.now();
	if (now >= task.finishesAt) {
		if (task.urls.length === 0) task.urls = task.pictures.map((picture) => publish(state, task.provider, picture, task.finishesAt));
		return { status: 'done', urls: task.urls };
	}
	const progress = Math.floor(((now - task.createdAt) / (task.finishesAt - task.createdAt)) * 100);
	return { status: progress < 10 ? 'queued' : 'running', progress };
}
