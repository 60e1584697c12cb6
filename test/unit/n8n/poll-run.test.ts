import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { Readable } from 'node:stream';

import { PollTask } from '../../../nodes/PollTask/PollTask.node';
import type { Transport } from '../../../nodes/core/ports';
import { type ContextOptions, executeContext } from '../../support/execute-context';
import { PNG, type ScriptedReply, ScriptedTransport } from '../../support/scripted-transport';
import { VirtualClock } from '../../support/virtual-clock';

let network: Transport;
let clock: VirtualClock;

jest.mock('../../../nodes/transport', () => ({
	createTransport: () => network,
	toReadable: (bytes: AsyncIterable<Uint8Array>) => Readable.from(bytes, { objectMode: false }),
}));

jest.mock('../../../nodes/n8n/clock', () => ({
	get n8nClock() {
		return clock;
	},
}));

const node = new PollTask();
const credentials = {
	toApisApi: { apiKey: 'toapis-secret', baseUrl: 'http://toapis.example' },
	unificallyApi: { apiKey: 'unifically-secret', baseUrl: 'http://unifically.example' },
};

function handle(taskId: string, provider = 'toapis') {
	return { provider, taskId, model: 'gpt-image-2', operation: 'generate', count: 1, submittedAt: '2026-11-21T00:00:00.000Z', fingerprint: 'abc' };
}

function pending(taskId: string, more: IDataObject = {}): INodeExecutionData {
	return { json: { status: 'pending', task: handle(taskId), ...more } };
}

/** What ToAPIs answers for each task. */
const STATES: Record<string, ScriptedReply> = {
	done: { json: { id: 'done', status: 'completed', progress: 100, result: { type: 'image', data: [{ url: 'http://files.example/done.png' }] } } },
	running: { json: { id: 'running', status: 'in_progress', progress: 50 } },
	broken: { json: { id: 'broken', status: 'failed', error: { code: 'generation_failed', message: 'upstream returned 422' } } },
};

async function poll(items: INodeExecutionData[], parameters: INodeParameters = { mode: 'once' }, options: ContextOptions = {}) {
	const transport = new ScriptedTransport(({ url }) => {
		if (url.startsWith('http://files.example/')) return { bytes: PNG };
		return STATES[url.split('/').at(-1) ?? ''] ?? { status: 404, json: { error: { code: 404, message: 'Task not found' } } };
	});
	network = transport;
	clock = new VirtualClock();
	const { context } = executeContext(node, { items, parameters, credentials, ...options });
	const [completed = [], unfinished = [], failed = []] = await clock.run(node.execute.call(context));
	return { completed, pending: unfinished, failed, sent: transport.sent };
}

test('tasks leave through the output that says how they stand', async () => {
	const { completed, pending: running, failed } = await poll([pending('done'), pending('running'), pending('broken')]);
	expect(completed).toHaveLength(1);
	expect(completed[0]).toMatchObject({
		json: { status: 'completed', task: { taskId: 'done' }, image: { url: 'http://files.example/done.png', bytes: PNG.length } },
		binary: { data: { mimeType: 'image/png' } },
		pairedItem: { item: 0 },
	});
	expect(running[0]).toMatchObject({ json: { status: 'pending', task: handle('running'), progress: 50 }, pairedItem: { item: 1 } });
	expect(failed[0]).toMatchObject({
		json: { status: 'failed', task: { taskId: 'broken' }, error: { kind: 'task_failed', billed: 'no' } },
		pairedItem: { item: 2 },
	});
});

test('the estimate and the request that came with the task stay with it', async () => {
	const request = { operation: 'generate', prompt: 'a cat', size: '1024x1024', aspectRatio: '1:1', resolution: '1K', quality: 'auto', fingerprint: 'abc' };
	const cost = { currency: 'USD', estimated: 0.015, actual: null, basis: 'perImage', priceAsOf: '2026-05' };
	const { completed } = await poll([pending('done', { request, cost })]);
	expect(completed[0]?.json).toMatchObject({ request, cost: { estimated: 0.015, basis: 'perImage', priceAsOf: '2026-05' } });
});

test('an item with nothing but a task is enough, and no field is missing', async () => {
	const { completed } = await poll([{ json: { task: handle('done') } }]);
	expect(completed[0]?.json).toMatchObject({
		request: { operation: 'generate', prompt: null, size: null, fingerprint: 'abc' },
		cost: { currency: 'USD', estimated: null, actual: null },
		usage: null,
	});
});

test('a task that left through an error output is found in its details', async () => {
	const { completed } = await poll([{ json: { error: { kind: 'network' }, message: 'broke', details: { status: 'failed', task: handle('done') } } }]);
	expect(completed[0]?.json).toMatchObject({ status: 'completed', task: handle('done') });
});

test('a finished item passes through untouched, its file with it', async () => {
	const item = { json: { status: 'completed', task: null, image: { index: 0 } }, binary: { data: { data: 'QQ==', mimeType: 'image/png' } } };
	const { completed, sent } = await poll([item]);
	expect(completed).toEqual([{ ...item, pairedItem: { item: 0 } }]);
	expect(sent).toEqual([]);
});

test('a failure that left no task passes on to Failed', async () => {
	const item = { json: { status: 'failed', task: null, error: { kind: 'moderation' } } };
	const { failed, sent } = await poll([item]);
	expect(failed).toEqual([{ ...item, pairedItem: { item: 0 } }]);
	expect(sent).toEqual([]);
});

test('a task can be entered by hand', async () => {
	const { completed } = await poll([{ json: {} }], { taskFrom: 'fields', provider: 'toapis', taskId: 'done', mode: 'once' });
	expect(completed[0]?.json).toMatchObject({ status: 'completed', provider: 'toapis', model: 'gpt-image-2' });
});

test('a task that is not done when the time is up leaves through Pending, its handle intact', async () => {
	const { pending: running, failed } = await poll([pending('running')], { mode: 'wait', options: { timeoutSeconds: 120 } });
	expect(failed).toEqual([]);
	expect(running[0]?.json).toMatchObject({ status: 'pending', task: handle('running'), progress: 50 });
});

test('a lost task is a failed item with its handle', async () => {
	const { failed } = await poll([pending('gone')]);
	expect(failed[0]?.json).toMatchObject({ task: handle('gone'), error: { kind: 'not_found', httpStatus: 404 } });
});

test.each<[string, IDataObject, RegExp]>([
	['no task', {}, /The item has no task \[item 1\]/],
	['half a task', { task: { provider: 'toapis' } }, /taskId is missing or wrong \[item 1\]/],
	['a task of nobody', { task: handle('x', 'acme') }, /toapis.*\[item 1\]/],
	['a task of a provider without tasks', { task: handle('x', 'openai') }, /OpenAI answers at once.*\[item 1\]/],
])('an item with %s ends the run before anything is asked', async (_name, json, message) => {
	await expect(poll([pending('done'), { json }])).rejects.toThrow(message);
	expect((network as ScriptedTransport).sent).toEqual([]);
});

test('with Continue On Fail such an item goes to Failed', async () => {
	const { completed, failed } = await poll([pending('done'), { json: {} }], { mode: 'once' }, { onError: 'continueRegularOutput' });
	expect(completed).toHaveLength(1);
	expect(failed[0]?.json).toMatchObject({ status: 'failed', error: { kind: 'invalid_request' } });
});

test('a download carries no key', async () => {
	const { sent } = await poll([pending('done')]);
	const download = sent.find(({ url }) => url.startsWith('http://files.example/'));
	expect(Object.keys(download?.headers ?? {}).map((header) => header.toLowerCase())).not.toContain('authorization');
});
