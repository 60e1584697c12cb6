import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import { findModel } from '../core/catalog/find';
import type { ModelEntry } from '../core/catalog/schema';
import { invalidRequest } from '../core/errors';
import { fromNumber, multiplyUsd } from '../core/pricing/money';
import { registry } from '../core/providers';
import type { FollowedTask } from '../core/run';
import { type TaskHandle, taskHandleSchema } from '../core/task';
import type { Accounts } from './accounts';
import { n8nClock } from './clock';
import { type CostBasis, costBasis, unknownCost } from './cost';
import type { RequestSummary, Subject } from './items';

/** A task that travels in an item's JSON, and what is needed to finish it. */
export interface TravellingTask {
	/** Index of the item. */
	index: number;
	task: FollowedTask;
	entry: ModelEntry;
}

/** A handle for the task that a provider's callback speaks of, as a Webhook node puts it out; null for other items. */
function handleFromCallback(json: IDataObject): TaskHandle | null {
	const body = json.body ?? json;
	for (const { provider } of registry.all) {
		const task = provider.callback?.taskOf(body);
		if (!task) continue;
		return {
			provider: provider.id,
			taskId: task.taskId,
			model: task.model ?? '',
			operation: 'generate',
			count: 1,
			submittedAt: new Date(n8nClock.now()).toISOString(),
			fingerprint: '',
		};
	}
	return null;
}

/** Items of an error output carry their task within `details`. */
const detailsSchema = z.object({ task: z.unknown() });

/** A handle from the item's JSON, or from a callback body. Throws where there is none. */
export function handleOf(json: IDataObject): TaskHandle {
	const task: unknown = json.task ?? detailsSchema.safeParse(json.details).data?.task;
	const parsed = taskHandleSchema.safeParse(task);
	if (parsed.success) return parsed.data;
	const called = task === undefined ? handleFromCallback(json) : null;
	if (called) return called;
	throw invalidRequest(
		task === undefined || task === null
			? 'The item has no task'
			: `The item's task cannot be read: ${parsed.error.issues[0]?.path.join('.') ?? 'task'} is missing or wrong`,
		'Connect the output of Generate Image or Edit Image with Completion set to "Submit Only", or set Task From to "Fields Below".',
	);
}

/** Completed items pass through, and so do failures that left no task. */
export function settledStatus({ status, task }: IDataObject): 'completed' | 'failed' | null {
	if (status === 'completed') return status;
	return status === 'failed' && !task ? status : null;
}

/** Finds provider, key and model of a handle. Throws where the provider has no tasks or no credential is set. */
export async function toTravellingTask(handle: TaskHandle, index: number, accounts: Accounts): Promise<TravellingTask> {
	const { provider, models } = registry.gateway(handle.provider);
	if (!provider.task) {
		throw invalidRequest(`${provider.displayName} answers at once and has no tasks to poll`);
	}
	const entry = findModel(models, handle.model)?.entry ?? provider.passthrough(handle.model);
	const account = await accounts.of(provider, index);
	return { index, entry, task: { handle, account, typicalSeconds: entry.typicalSeconds } };
}

/** The request as Generate or Edit put it out with the task; what the handle says where it came without. */
const requestSchema = z.object({
	operation: z.string(),
	prompt: z.string().nullable(),
	size: z.string().nullable(),
	aspectRatio: z.string().nullable(),
	resolution: z.string().nullable(),
	quality: z.string().nullable(),
	fingerprint: z.string(),
});

const costSchema = z.object({
	estimated: z.number().min(0),
	basis: z.string().nullable(),
	priceAsOf: z.string().nullable(),
});

function requestOf(json: IDataObject, { operation, fingerprint }: TaskHandle): RequestSummary {
	const parsed = requestSchema.safeParse(json.request);
	if (parsed.success) return parsed.data;
	return { operation, prompt: null, size: null, aspectRatio: null, resolution: null, quality: null, fingerprint };
}

/** The estimate made at submission travels with the item. */
function costOf(json: IDataObject, { handle }: FollowedTask, entry: ModelEntry): CostBasis {
	const parsed = costSchema.safeParse(json.cost);
	const estimate = parsed.success
		? { ...parsed.data, perImage: multiplyUsd(fromNumber(parsed.data.estimated), 1, handle.count) }
		: unknownCost;
	return costBasis(estimate, { entry, hasReferences: handle.operation === 'edit' });
}

/** What the output items of a travelling task have in common, from the item that brought it. */
export function subjectOf(json: IDataObject, { index, task, entry }: TravellingTask): Subject {
	const { handle } = task;
	return {
		itemIndex: index,
		provider: handle.provider,
		model: handle.model,
		request: requestOf(json, handle),
		imageCount: handle.count,
		cost: costOf(json, task, entry),
	};
}
