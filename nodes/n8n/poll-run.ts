import type { IBinaryData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod';

import { findModel } from '../core/catalog/find';
import type { ModelEntry } from '../core/catalog/schema';
import { type ImageError, invalidRequest } from '../core/errors';
import { fromNumber, multiplyUsd } from '../core/pricing/money';
import { registry } from '../core/providers';
import type { Outcome } from '../core/result';
import { type FollowedTask, type FollowOptions, followTasks } from '../core/run';
import { type TaskHandle, taskHandleSchema } from '../core/task';
import { Accounts } from './accounts';
import { choice, name } from './checks';
import { type CostBasis, costBasis, unknownCost } from './cost';
import { toImageError, toNodeError } from './errors';
import { type Layout, refusedItem, type RequestSummary, type Subject, toItems } from './items';
import { ItemParameters, readLayout, readModel, readPace, readProvider } from './parameters';
import { sameForAll } from './run-settings';
import { n8nSurroundings } from './surroundings';

/** Status polls that fail are repeated this often; nothing that polls costs money. */
const MAX_RETRIES = 3;

interface PollSettings {
	options: FollowOptions;
	layout: Layout;
}

/** What an input item turned out to be. */
type Read =
	| { kind: 'task'; index: number; task: FollowedTask; entry: ModelEntry }
	| { kind: 'settled'; index: number; status: 'completed' | 'failed' }
	| { kind: 'refused'; index: number; error: ImageError };

type ToFollow = Extract<Read, { kind: 'task' }>;

/** The three outputs, in their order. */
type Outputs = Record<'completed' | 'pending' | 'failed', INodeExecutionData[]>;

function readSettings(parameters: ItemParameters): PollSettings {
	const mode = parameters.get('mode', 'Mode', choice(['wait', 'once']));
	return { options: { ...readPace(parameters), maxRetries: MAX_RETRIES, mode }, layout: readLayout(parameters) };
}

/** A handle from the item's JSON. Throws where there is none. */
function handleOf(json: IDataObject): TaskHandle {
	const parsed = taskHandleSchema.safeParse(json.task);
	if (parsed.success) return parsed.data;
	throw invalidRequest(
		json.task === undefined || json.task === null
			? 'The item has no task'
			: `The item's task cannot be read: ${parsed.error.issues[0]?.path.join('.') ?? 'task'} is missing or wrong`,
		'Connect the output of Generate Image or Edit Image with Completion set to "Submit Only", or set Task From to "Fields Below".',
	);
}

function handleFromFields(parameters: ItemParameters): TaskHandle {
	return {
		provider: readProvider(parameters),
		taskId: parameters.get('taskId', 'Task ID', name),
		model: readModel(parameters),
		operation: 'generate',
		count: 1,
		submittedAt: new Date().toISOString(),
		fingerprint: '',
	};
}

/** Completed items pass through, and so do failures that left no task. */
function settledStatus({ status, task }: IDataObject): 'completed' | 'failed' | null {
	if (status === 'completed') return status;
	return status === 'failed' && !task ? status : null;
}

async function readItem(parameters: ItemParameters, json: IDataObject, accounts: Accounts): Promise<Read> {
	const { itemIndex: index } = parameters;
	const from = parameters.get('taskFrom', 'Task From', choice(['input', 'fields']));
	const status = from === 'input' ? settledStatus(json) : null;
	if (status) return { kind: 'settled', index, status };
	const handle = from === 'input' ? handleOf(json) : handleFromFields(parameters);
	const { provider, models } = registry.gateway(handle.provider);
	if (!provider.task) {
		throw invalidRequest(`${provider.displayName} answers at once and has no tasks to poll`);
	}
	const entry = findModel(models, handle.model)?.entry ?? provider.passthrough(handle.model);
	const account = await accounts.of(provider, index);
	return { kind: 'task', index, entry, task: { handle, account, typicalSeconds: entry.typicalSeconds } };
}

async function readItems(context: IExecuteFunctions): Promise<{ reads: Read[]; settings: PollSettings | null }> {
	const accounts = new Accounts(context);
	const reads: Read[] = [];
	let settings: PollSettings | null = null;
	for (const [index, item] of context.getInputData().entries()) {
		try {
			const parameters = new ItemParameters(context, index);
			settings = sameForAll(readSettings(parameters), settings);
			reads.push(await readItem(parameters, item.json, accounts));
		} catch (error) {
			reads.push({ kind: 'refused', index, error: toImageError(error) });
		}
	}
	return { reads, settings };
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

function subjectOf(json: IDataObject, { index, task, entry }: ToFollow): Subject {
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

function put(outputs: Outputs, json: IDataObject, read: ToFollow, outcomes: Array<Outcome<IBinaryData>>, layout: Layout): void {
	const { completed, pending, failed } = toItems(subjectOf(json, read), outcomes, layout);
	outputs.completed.push(...completed);
	outputs.pending.push(...pending);
	outputs.failed.push(...failed.map(({ item }) => item));
}

/**
 * The work of Poll Task: looks after all tasks at once and sorts the items into Completed, Pending and Failed.
 * A task that failed or is not done is an item, not an error; only an item without a usable task ends the run,
 * before anything is asked, unless Continue On Fail is set.
 */
export async function runPollNode(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const { reads, settings } = await readItems(context);
	const refused = reads.find((read) => read.kind === 'refused');
	if (refused && !context.continueOnFail()) throw toNodeError(context.getNode(), refused.error, refused.index);

	const toFollow = reads.filter((read) => read.kind === 'task');
	const results = settings
		? await followTasks(toFollow.map(({ task }) => task), settings.options, n8nSurroundings(context))
		: [];
	const outcomes = new Map(toFollow.map((read, position) => [read.index, results[position] ?? []]));

	const outputs: Outputs = { completed: [], pending: [], failed: [] };
	for (const read of reads) {
		const item = items[read.index];
		if (read.kind === 'refused') outputs.failed.push(refusedItem(context, read.index, read.error));
		if (read.kind === 'settled' && item) outputs[read.status].push({ ...item, pairedItem: { item: read.index } });
		if (read.kind === 'task' && item && settings) {
			put(outputs, item.json, read, outcomes.get(read.index) ?? [], settings.layout);
		}
	}
	return [outputs.completed, outputs.pending, outputs.failed];
}
