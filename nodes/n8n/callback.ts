import type { IBinaryData, IDataObject, INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { ImageError, invalidRequest } from '../core/errors';
import type { ImageStore, Surroundings } from '../core/ports';
import type { CallbackHint, CallbackMessage, Provider } from '../core/providers/provider';
import { followTasks, type FollowOptions } from '../core/run';
import { Accounts } from './accounts';
import { n8nClock } from './clock';
import { toItems } from './items';
import { ItemParameters, readLayout, readPace } from './parameters';
import { createN8nTransport, toReadable } from './transport';
import { handleOf, subjectOf, toTravellingTask, type TravellingTask } from './travelling-task';

/** Status looks that fail are repeated this often. */
const MAX_RETRIES = 3;

/** What a callback is answered with. */
interface Answer {
	status: number;
	message: string;
	/** The node's output, once every task is settled. */
	output?: INodeExecutionData[];
}

/**
 * Callbacks that are being read, by execution: two at once must not both find everything settled.
 * Gone with the process, as then only one of them can have been read before.
 */
const reading = new Map<string, Promise<unknown>>();

/** Executions that this process has resumed; a repeat of the callback finds nothing left to do. */
const resumed = new Set<string>();

const REMEMBERED_EXECUTIONS = 1_000;

async function inTurn<T>(execution: string, work: () => Promise<T>): Promise<T> {
	const turn = (reading.get(execution) ?? Promise.resolve()).then(work, work);
	reading.set(execution, turn);
	return await turn.finally(() => {
		if (reading.get(execution) === turn) reading.delete(execution);
	});
}

function remember(execution: string): void {
	resumed.add(execution);
	const [oldest] = resumed;
	if (resumed.size > REMEMBERED_EXECUTIONS && oldest !== undefined) resumed.delete(oldest);
}

/** The items that `suspend` left: what is pending, and what was done before. */
function savedItems(context: IWebhookFunctions): INodeExecutionData[] {
	const items: unknown = context.evaluateExpression('{{ $input.all() }}', 0);
	return Array.isArray(items) ? (items as INodeExecutionData[]) : [];
}

function isPending({ json }: INodeExecutionData): boolean {
	return json.status === 'pending';
}

/** Images only go out here: a resumed execution has no references left to read. */
function outgoingStore(context: IWebhookFunctions): ImageStore<IBinaryData> {
	const nothing = async (): Promise<never> => await Promise.reject(invalidRequest('A resumed execution has no input files'));
	return {
		open: nothing,
		reopen: nothing,
		save: async (stream, { fileName, mimeType }) =>
			await context.helpers.prepareBinaryData(await toReadable(stream), fileName, mimeType),
	};
}

async function rawBody(context: IWebhookFunctions): Promise<Uint8Array> {
	const request = context.getRequestObject();
	await request.readRawBody();
	return request.rawBody;
}

/** What a provider makes of a callback: a hint, nothing, or the error of a forged one. */
function hintOf(provider: Provider, message: CallbackMessage): CallbackHint | ImageError | null {
	try {
		return provider.callback?.read(message) ?? null;
	} catch (error) {
		return error instanceof ImageError ? error : null;
	}
}

/** Which of the saved tasks the callback speaks of; an error where it is forged. */
async function named(context: IWebhookFunctions, tasks: TravellingTask[]): Promise<TravellingTask | ImageError | null> {
	const body = await rawBody(context);
	const headers = context.getHeaderData() as Record<string, string | undefined>;
	const accounts = new Map(tasks.map(({ task }) => [task.account.provider.id, task.account]));
	for (const { provider, secrets } of accounts.values()) {
		const hint = hintOf(provider, { headers, rawBody: body, secret: secrets.webhookSecret ?? '', now: n8nClock.now() });
		if (hint instanceof ImageError) return hint;
		const match = hint && tasks.find(({ task }) => task.handle.taskId === hint.taskId && task.handle.provider === provider.id);
		if (match) return match;
	}
	return null;
}

/** Looks at a task once, without fetching its images: a callback is only believed when the task says the same. */
async function isSettled({ task }: TravellingTask, options: FollowOptions, surroundings: Surroundings<IBinaryData>): Promise<boolean> {
	const [outcomes] = await followTasks([task], { ...options, deliver: 'url' }, surroundings);
	return outcomes?.every(({ status }) => status !== 'pending') ?? false;
}

/** Whether all are; stops at the first that is not, so that a batch is not asked about in full at each callback. */
async function allSettled(tasks: TravellingTask[], options: FollowOptions, surroundings: Surroundings<IBinaryData>): Promise<boolean> {
	for (const task of tasks) {
		if (!(await isSettled(task, options, surroundings))) return false;
	}
	return true;
}

/** A refusal for the sender, and a line in the log; neither holds a secret. */
function refuse(context: IWebhookFunctions, error: unknown, status: number, message: string): Answer {
	const reason = error instanceof ImageError ? error.message : 'A callback could not be read';
	context.logger.warn(reason, { executionId: context.getExecutionId() });
	return { status, message };
}

/** Reads one callback and, when it was the last, fetches the images. */
async function answer(context: IWebhookFunctions): Promise<Answer> {
	const items = savedItems(context);
	const accounts = new Accounts(context);
	const tasks = await Promise.all(
		[...items.entries()]
			.filter(([, item]) => isPending(item))
			.map(async ([index, item]) => await toTravellingTask(handleOf(item.json), index, accounts)),
	);
	const hinted = await named(context, tasks);
	if (hinted instanceof ImageError) return refuse(context, hinted, 401, 'The signature of the callback is wrong, missing or too old');
	if (!hinted) return { status: 404, message: 'No task of this execution is meant' };

	const parameters = ItemParameters.ofWebhook(context);
	const options: FollowOptions = { ...readPace(parameters), maxRetries: MAX_RETRIES, mode: 'once' };
	const surroundings = { transport: createN8nTransport(context), clock: n8nClock, store: outgoingStore(context), random: Math.random };
	const others = tasks.filter((task) => task !== hinted);
	if (!(await allSettled([hinted, ...others], options, surroundings))) {
		return { status: 202, message: 'Noted; other tasks of this execution are not done' };
	}
	const outcomes = await followTasks(tasks.map(({ task }) => task), options, surroundings);
	const layout = readLayout(parameters);
	const finished = new Map(
		tasks.map((travelling, position) => {
			const json: IDataObject = items[travelling.index]?.json ?? {};
			const { completed, pending, failed } = toItems(subjectOf(json, travelling), outcomes[position] ?? [], layout);
			return [travelling.index, [...completed, ...pending, ...failed.map(({ item }) => item)]];
		}),
	);
	return {
		status: 200,
		message: 'Resumed',
		output: [...items.entries()].flatMap(([index, item]) => finished.get(index) ?? [{ ...item, pairedItem: { item: index } }]),
	};
}

/**
 * Takes a provider's callback for a suspended execution. Nothing it says is believed before the task itself
 * was asked; a forged, late or repeated one changes nothing. The execution goes on when all tasks are settled.
 */
export async function receiveCallback(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const execution = `${context.getExecutionId()}/${context.getNode().id}/${String(context.evaluateExpression('{{ $runIndex }}', 0))}`;
	const { status, message, output } = await inTurn(execution, async () => {
		if (resumed.has(execution)) return { status: 200, message: 'Resumed already', output: undefined };
		const reply = await answer(context).catch((error: unknown) =>
			refuse(context, error, 500, 'The callback could not be read now; send it again'),
		);
		if (reply.output) remember(execution);
		return { output: undefined, ...reply };
	});
	context.getResponseObject().status(status).json({ message });
	return output ? { noWebhookResponse: true, workflowData: [output] } : { noWebhookResponse: true };
}
