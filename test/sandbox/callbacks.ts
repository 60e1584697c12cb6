import { createHmac } from 'node:crypto';

import { TOAPIS_WEBHOOK_SECRET } from './keys';
import type { State } from './state';
import { taskStatus, type Task } from './tasks';
import { isLocal } from './validate';

/** Ways to deliver a callback that is not as it should be. */
export interface CallbackOverrides {
	/** Another address than the task's own. */
	url?: string;
	/** Signs with another secret. */
	secret?: string;
	/** Unix seconds in place of now. */
	timestamp?: number;
	/** Replaces the body after signing, as a forger would. */
	body?: unknown;
	/** Leaves the signature out. */
	unsigned?: boolean;
	/** Also signs with this previous key. */
	previousSecret?: string;
}

const ATTEMPTS = 3;

const PAUSE_MS = 1_000;

interface Message {
	headers: Record<string, string>;
	body: string;
}

function signature(secret: string, id: string, timestamp: number, body: string): string {
	return `v1=${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('hex')}`;
}

function toApisMessage(state: State, task: Task, overrides: CallbackOverrides): Message {
	// A repeat has the id of the first, so that it can be recognised.
	const id = `evt_${task.id}`;
	const timestamp = overrides.timestamp ?? Math.floor(state.settings.now() / 1_000);
	const data = { task_id: task.id, task_type: 'image', model: task.model, status: task.failure ? 'failed' : 'completed' };
	const body = JSON.stringify({ id, type: task.failure ? 'generation.failed' : 'generation.completed', data });
	const signatures = [signature(overrides.secret ?? TOAPIS_WEBHOOK_SECRET, id, timestamp, body)];
	if (overrides.previousSecret) signatures.push(signature(overrides.previousSecret, id, timestamp, body));
	return {
		headers: {
			'x-toapis-webhook-id': id,
			'x-toapis-webhook-timestamp': String(timestamp),
			...(!overrides.unsigned && { 'x-toapis-webhook-signature': signatures.join(',') }),
		},
		body,
	};
}

function unificallyMessage(state: State, task: Task): Message {
	const status = taskStatus(state, task, null);
	const body =
		status.status === 'failed'
			? { task_id: task.id, status: 'failed', error_message: status.failure.message ?? '' }
			: { task_id: task.id, status: 'completed', data: { image_url: status.status === 'done' ? status.urls[0] : null } };
	return { headers: {}, body: JSON.stringify(body) };
}

/** Delivers the callback of a task once, also before its time; resolves to the HTTP status, 0 where nobody answered. */
export async function fireCallback(state: State, taskId: string, overrides: CallbackOverrides = {}): Promise<number> {
	const task = state.tasks.get(taskId);
	const url = overrides.url ?? task?.callbackUrl;
	if (!task || !url) throw new Error(`Task ${taskId} has no callback address`);
	if (!isLocal(url)) throw new Error(`Callbacks go to this machine only, not to ${url}`);
	const message = task.provider === 'toapis' ? toApisMessage(state, task, overrides) : unificallyMessage(state, task);
	const body = overrides.body === undefined ? message.body : JSON.stringify(overrides.body);
	const reply = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...message.headers },
		body,
		redirect: 'manual',
	}).catch(() => null);
	await reply?.arrayBuffer();
	return reply?.status ?? 0;
}

async function deliver(state: State, task: Task): Promise<void> {
	// A reset forgets the task, and with it what was still to be reported.
	for (let attempt = 1; attempt <= ATTEMPTS && state.tasks.has(task.id); attempt += 1) {
		const status = await fireCallback(state, task.id);
		if (status >= 200 && status < 300) return;
		await new Promise((resolve) => setTimeout(resolve, PAUSE_MS).unref());
	}
}

/** Looks now and then for tasks that are done and wait to be reported. */
export function reportFinishedTasks(state: State): void {
	const now = state.settings.now();
	for (const task of state.tasks.values()) {
		if (task.callbackSent || !task.callbackUrl || now < task.finishesAt || !isLocal(task.callbackUrl)) continue;
		task.callbackSent = true;
		void deliver(state, task);
	}
}
