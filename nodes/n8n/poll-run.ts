import type { IBinaryData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { ImageError } from '../core/errors';
import type { Outcome } from '../core/result';
import { type FollowOptions, followTasks } from '../core/run';
import type { TaskHandle } from '../core/task';
import { Accounts } from './accounts';
import { choice, name } from './checks';
import { toImageError, toNodeError } from './errors';
import { type Layout, refusedItem, toItems } from './items';
import { ItemParameters, readLayout, readModel, readPace, readProvider } from './parameters';
import { sameForAll } from './run-settings';
import { n8nSurroundings } from './surroundings';
import { handleOf, settledStatus, subjectOf, toTravellingTask, type TravellingTask } from './travelling-task';

/** Status polls that fail are repeated this often; nothing that polls costs money. */
const MAX_RETRIES = 3;

/** What an input item turned out to be. */
type Read =
	| ({ kind: 'task'; layout: Layout } & TravellingTask)
	| { kind: 'settled'; index: number; status: 'completed' | 'failed' }
	| { kind: 'refused'; index: number; error: ImageError };

type ToFollow = Extract<Read, { kind: 'task' }>;

/** The three outputs, in their order. */
type Outputs = Record<'completed' | 'pending' | 'failed', INodeExecutionData[]>;

function readOptions(parameters: ItemParameters): FollowOptions {
	const mode = parameters.get('mode', 'Mode', choice(['wait', 'once']));
	return { ...readPace(parameters), maxRetries: MAX_RETRIES, mode };
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

async function readItem(parameters: ItemParameters, json: IDataObject, accounts: Accounts): Promise<Read> {
	const { itemIndex: index } = parameters;
	const from = parameters.get('taskFrom', 'Task From', choice(['input', 'fields']));
	const status = from === 'input' ? settledStatus(json) : null;
	if (status) return { kind: 'settled', index, status };
	const handle = from === 'input' ? handleOf(json) : handleFromFields(parameters);
	return { kind: 'task', layout: readLayout(parameters), ...(await toTravellingTask(handle, index, accounts)) };
}

async function readItems(context: IExecuteFunctions): Promise<{ reads: Read[]; options: FollowOptions | null }> {
	const accounts = new Accounts(context);
	const reads: Read[] = [];
	let options: FollowOptions | null = null;
	for (const [index, item] of context.getInputData().entries()) {
		try {
			const parameters = ItemParameters.ofItem(context, index);
			options = sameForAll(readOptions(parameters), options);
			reads.push(await readItem(parameters, item.json, accounts));
		} catch (error) {
			reads.push({ kind: 'refused', index, error: toImageError(error) });
		}
	}
	return { reads, options };
}

function put(outputs: Outputs, json: IDataObject, read: ToFollow, outcomes: Array<Outcome<IBinaryData>>): void {
	const { completed, pending, failed } = toItems(subjectOf(json, read), outcomes, read.layout);
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
	const { reads, options } = await readItems(context);
	const refused = reads.find((read) => read.kind === 'refused');
	if (refused && !context.continueOnFail()) throw toNodeError(context.getNode(), refused.error, refused.index);

	const toFollow = reads.filter((read) => read.kind === 'task');
	const results = options
		? await followTasks(toFollow.map(({ task }) => task), options, n8nSurroundings(context))
		: [];
	const outcomes = new Map(toFollow.map((read, position) => [read.index, results[position] ?? []]));

	const outputs: Outputs = { completed: [], pending: [], failed: [] };
	for (const read of reads) {
		const item = items[read.index];
		if (read.kind === 'refused') outputs.failed.push(refusedItem(context, read.index, read.error));
		if (read.kind === 'settled' && item) outputs[read.status].push({ ...item, pairedItem: { item: read.index } });
		if (read.kind === 'task' && item) {
			put(outputs, item.json, read, outcomes.get(read.index) ?? []);
		}
	}
	return [outputs.completed, outputs.pending, outputs.failed];
}
