import { join } from 'node:path';

import type { INodeExecutionData } from 'n8n-workflow';

import { ROOT } from '../../scripts/package';
import { startSandboxedN8n } from '../support/sandboxed-n8n';
import type { SandboxedN8n } from '../support/sandboxed-n8n';
import { generate, poll, pollById, runSteps } from '../support/workflows';
import { arrived, expectImages, outputOf, START_MS, timesPaid } from './support';

/** How long the tasks take, in the order of their submission: the last one outlasts a first look. */
const TASKS_MS = [100_000, 100_000, 100_000, 280_000];

const SUSPENDED = ['a kite in a storm'];
const POLLED = ['a glacier at noon'];
/** Of examples/durable-loop.json. */
const LOOPED = ['Alpine meadow in spring, crocuses in melting snow', 'Alpine meadow in autumn, golden larches'];

/** Two waits of 70 s, and the minute between n8n's looks for executions whose time is up. */
const LOOP_MS = 300_000;

/** In each workflow that polls, the user names the tasks after the execution, as docs/scaling.md advises. */
const REFERENCE = '={{ $execution.id }}-{{ $itemIndex }}';

let instance: SandboxedN8n | undefined;

/** How far the providers' clock is ahead. */
let aheadMs = 0;

/** The executions that n8n's death interrupts. */
const executions = { suspended: '', polling: '', looping: '' };

function running(): SandboxedN8n {
	if (!instance) throw new Error('n8n did not start.');
	return instance;
}

/** Resolves once the sandbox was asked about a task. */
async function polled({ sandbox }: SandboxedN8n): Promise<void> {
	while (!sandbox.requests().some(({ method }) => method === 'GET')) await new Promise((resolve) => setTimeout(resolve, 50));
}

// One crash meets an execution that waits for a callback, one that polls, and one in the Wait of the durable loop.
beforeAll(async () => {
	const started = await startSandboxedN8n({
		workflows: [join(ROOT, 'examples', 'durable-loop.json')],
		sandbox: { taskMs: (n) => TASKS_MS[n] ?? 0, now: () => Date.now() + aheadMs },
	});
	instance = started;
	const { n8n } = started;

	executions.suspended = await runSteps(n8n, SUSPENDED, [generate('toapis', 'callback')]);
	await n8n.execution(executions.suspended, ['waiting']);

	executions.polling = await runSteps(n8n, POLLED, [generate('toapis', 'wait', { clientReference: REFERENCE })]);
	await polled(started);

	executions.looping = await n8n.execute('durableLoop', 'Start');
	await n8n.execution(executions.looping, ['waiting']);

	await n8n.kill();
	await started.restart();
	aheadMs = 100_000;
}, START_MS);

afterAll(async () => {
	await instance?.close();
});

test('an execution that was suspended for a callback finishes after the restart, paid once', async () => {
	const execution = await running().n8n.execution(executions.suspended);

	expect(execution.status).toBe('success');
	await expectImages(running(), outputOf(execution, 'Generate'), SUSPENDED);
});

test('a task whose polling was cut off is found by the user\'s own reference, and not paid again', async () => {
	const { n8n, sandbox } = running();
	expect((await n8n.execution(executions.polling)).status).toBe('crashed');

	const rescue = await runSteps(n8n, ['rescue'], [pollById(`${executions.polling}-0`)]);
	const execution = await n8n.execution(rescue);

	expect(execution.status).toBe('success');
	const images = await arrived(running(), outputOf(execution, 'Poll'));
	expect(images.map(({ billedPrompt }) => billedPrompt)).toEqual(POLLED);
	expect(images.map(({ stored }) => stored)).toEqual(images.map(({ original }) => original));
	expect(timesPaid(sandbox, POLLED)).toEqual([1]);
});

test('the same task is found by its handle as well', async () => {
	const { n8n, sandbox } = running();
	const taskId = sandbox.ledger().find(({ prompt }) => POLLED.includes(prompt))?.taskId;
	const handle = { provider: 'toapis', taskId, model: 'gpt-image-2', operation: 'generate', count: 1, submittedAt: new Date().toISOString(), fingerprint: '' };
	const item = { name: 'Handle', type: 'n8n-nodes-base.set', typeVersion: 3.4, parameters: { mode: 'raw', jsonOutput: JSON.stringify({ task: handle }), options: {} } };
	const execution = await n8n.execution(await runSteps(n8n, ['rescue'], [item, poll('wait')]));

	expect(execution.status).toBe('success');
	const [image] = await arrived(running(), outputOf(execution, 'Poll'));
	expect(image?.billedPrompt).toBe(POLLED[0]);
	expect(image?.stored).toBe(image?.original);
	expect(timesPaid(sandbox, POLLED)).toEqual([1]);
});

test(
	'the durable loop goes on where it was: one image at the first look, the other at the second, each paid once',
	async () => {
		const { n8n } = running();
		const looks = async () => {
			const { data, status } = await n8n.execution(executions.looping, ['waiting', 'success', 'error', 'crashed']);
			return { status, runs: data.resultData.runData['Look Once'] ?? [] };
		};
		while ((await looks()).runs.length === 0) await new Promise((resolve) => setTimeout(resolve, 500));
		const [first] = (await looks()).runs;
		expect(first?.data?.main?.map((items) => items?.length)).toEqual([1, 1, 0]);
		aheadMs = 280_000;

		while ((await looks()).status === 'waiting') await new Promise((resolve) => setTimeout(resolve, 500));
		const execution = await n8n.execution(executions.looping);
		expect(execution.status).toBe('success');
		const done = execution.data.resultData.runData.Done?.flatMap((run) => run.data?.main?.[0] ?? []) ?? [];
		// They were submitted at once, so either may have been the quick one.
		const promptOf = ({ json }: INodeExecutionData) => (json.request as { prompt: string }).prompt;
		done.sort((one, other) => LOOPED.indexOf(promptOf(one)) - LOOPED.indexOf(promptOf(other)));
		await expectImages(running(), done, LOOPED);
	},
	LOOP_MS,
);
