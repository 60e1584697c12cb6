import { TOAPIS_WEBHOOK_SECRET } from '../sandbox';
import { startSandboxedN8n } from '../support/sandboxed-n8n';
import type { SandboxedN8n } from '../support/sandboxed-n8n';
import { createWorkflow, generate, poll, promptItems, runSteps } from '../support/workflows';
import { expectImages, expectNoSecret, outputOf, START_MS } from './support';

const END = { name: 'End', type: 'n8n-nodes-base.noOp', parameters: {} };

/** How long the first task takes, and how much longer each next one; below the skew that a signature may have. */
const TASK_MS = 60_000;

const SETTLED = ['waiting', 'success', 'error', 'crashed', 'canceled'];

let instance: SandboxedN8n | undefined;

/** How far the providers' clock is ahead: tasks are done when a test says so. */
let aheadMs = 0;

function running(): SandboxedN8n {
	if (!instance) throw new Error('n8n did not start.');
	return instance;
}

beforeAll(async () => {
	const sandbox = { taskMs: (n: number) => TASK_MS * (n + 1), now: () => Date.now() + aheadMs };
	instance = await startSandboxedN8n({ workflows: [], sandbox });
}, START_MS);

beforeEach(() => {
	aheadMs = 0;
	running().sandbox.reset();
});

afterAll(async () => {
	await instance?.close();
});

/** Runs a new workflow until its execution is suspended; returns the execution's id and its tasks' ids. */
async function suspended(provider: string, prompts: string[], options = {}): Promise<{ id: string; tasks: string[] }> {
	const { n8n, sandbox } = running();
	const before = sandbox.tasks().length;
	const id = await runSteps(n8n, prompts, [generate(provider, 'callback', options), poll('wait'), END]);
	expect((await n8n.execution(id, SETTLED)).status).toBe('waiting');
	const tasks = sandbox.tasks().slice(before).map((task) => task.id);
	expect(tasks).toHaveLength(prompts.length);
	return { id, tasks };
}

function lookCount(): number {
	return running().sandbox.requests().filter(({ method }) => method === 'GET').length;
}

/** Resolves once the sandbox has been asked about a task more often than `count` times. */
async function lookedMoreThan(count: number): Promise<void> {
	while (lookCount() <= count) await new Promise((resolve) => setTimeout(resolve, 50));
}

test('signed callbacks of ToAPIs resume the execution when the last task is done, with the very images', async () => {
	const { n8n } = running();
	const prompts = ['a red kite', 'a blue kite'];
	const { id } = await suspended('toapis', prompts);
	const looks = lookCount();
	expect(looks).toBe(0);

	aheadMs = TASK_MS;
	await lookedMoreThan(looks);
	expect((await n8n.execution(id, SETTLED)).status).toBe('waiting');

	aheadMs = 2 * TASK_MS;
	const execution = await n8n.execution(id);
	expect(execution.status).toBe('success');
	await expectImages(running(), outputOf(execution, 'Generate'), prompts);
	expect(execution.data.resultData.runData.End).toHaveLength(1);
	expect(outputOf(execution, 'End').map(({ json }) => json.status)).toEqual(['completed', 'completed']);
});

test('unsigned callbacks of Unifically are hints: the task is asked, and what the callback claims is not used', async () => {
	const { n8n, sandbox } = running();
	const prompts = ['a paper boat', 'a paper crane'];
	const { id, tasks } = await suspended('unifically', prompts);
	const [first = '', second = ''] = tasks;
	const claim = (taskId: string) => ({ task_id: taskId, status: 'completed', data: { image_url: `${sandbox.filesUrl}/forged.png` } });

	expect(await sandbox.fireCallback(first, { body: claim(first) })).toBe(202);
	expect(await sandbox.fireCallback(second, { body: claim(second) })).toBe(202);
	expect((await n8n.execution(id, SETTLED)).status).toBe('waiting');

	// Both are done at once, so two true callbacks meet.
	aheadMs = 2 * TASK_MS;
	const execution = await n8n.execution(id);
	expect(execution.status).toBe('success');
	await expectImages(running(), outputOf(execution, 'Generate'), prompts);
	expect(execution.data.resultData.runData.End).toHaveLength(1);
	expect(sandbox.requests().filter(({ path }) => path.includes('forged'))).toEqual([]);
});

test('forged, stale, unsigned and replayed callbacks change nothing, and n8n writes no secret down', async () => {
	const { n8n, sandbox } = running();
	const prompts = ['a glass of water'];
	const { id, tasks: [task = ''] } = await suspended('toapis', prompts);
	const now = Math.floor(Date.now() / 1_000);

	expect(await sandbox.fireCallback(task, { secret: 'guessed' })).toBe(401);
	expect(await sandbox.fireCallback(task, { body: { type: 'generation.completed', data: { task_id: task } } })).toBe(401);
	expect(await sandbox.fireCallback(task, { timestamp: now - 301 })).toBe(401);
	expect(await sandbox.fireCallback(task, { timestamp: now + 330 })).toBe(401);
	expect(await sandbox.fireCallback(task, { unsigned: true })).toBe(401);
	expect(lookCount()).toBe(0);
	expect((await n8n.execution(id, SETTLED)).status).toBe('waiting');
	const log = n8n.child.tail();
	for (const reason of ['its signature is wrong', 'it is more than five minutes old', 'it is not signed']) {
		expect(log).toContain(`A callback in the name of ToAPIs was refused: ${reason}`);
	}

	// The right sender, but the task is not done; also with the key of the day before.
	expect(await sandbox.fireCallback(task)).toBe(202);
	expect(await sandbox.fireCallback(task, { secret: 'the next one', previousSecret: TOAPIS_WEBHOOK_SECRET })).toBe(202);
	expect((await n8n.execution(id, SETTLED)).status).toBe('waiting');

	aheadMs = TASK_MS;
	const execution = await n8n.execution(id);
	expect(execution.status).toBe('success');
	await expectImages(running(), outputOf(execution, 'Generate'), prompts);

	expect(await sandbox.fireCallback(task)).toBe(409);
	expect((await n8n.execution(id)).data.resultData.runData.End).toHaveLength(1);
	expect(sandbox.ledger()).toHaveLength(1);
	expectNoSecret(running());
});

test('a callback for one execution resumes no other', async () => {
	const { n8n, sandbox } = running();
	const one = await suspended('toapis', ['a lighthouse']);
	const other = await suspended('toapis', ['a windmill']);
	const addressOf = (taskId = '') => sandbox.tasks().find((task) => task.id === taskId)?.callbackUrl ?? '';
	const [oneTask = ''] = one.tasks;
	const otherAddress = new URL(addressOf(other.tasks[0]));

	// A true, signed callback at the wrong door.
	expect(await sandbox.fireCallback(oneTask, { url: otherAddress.href })).toBe(404);
	// The other door with the key of this one, and without any.
	const mixed = new URL(addressOf(oneTask));
	mixed.pathname = otherAddress.pathname;
	expect(await sandbox.fireCallback(oneTask, { url: mixed.href })).toBe(401);
	otherAddress.search = '';
	expect(await sandbox.fireCallback(oneTask, { url: otherAddress.href })).toBe(401);
	expect(lookCount()).toBe(0);

	aheadMs = TASK_MS;
	expect((await n8n.execution(one.id)).status).toBe('success');
	expect((await n8n.execution(other.id, SETTLED)).status).toBe('waiting');
	aheadMs = 2 * TASK_MS;
	expect((await n8n.execution(other.id)).status).toBe('success');
	expect(sandbox.ledger()).toHaveLength(2);
});

test('when the time is up first, the pending items go on and Poll Task finishes them', async () => {
	const { n8n } = running();
	const prompts = ['a slow tortoise', 'a slower snail'];
	const { id } = await suspended('toapis', prompts, { timeoutSeconds: 2 });

	// n8n looks for executions whose time is up once a minute.
	const resumed = await n8n.execution(id, ['running', 'success', 'error']);
	expect(resumed.status).toBe('running');
	aheadMs = 2 * TASK_MS;
	const execution = await n8n.execution(id);

	expect(execution.status).toBe('success');
	expect(outputOf(execution, 'Generate').map(({ json }) => json.status)).toEqual(['pending', 'pending']);
	await expectImages(running(), outputOf(execution, 'Poll'), prompts);
});

test('a run from the command line cannot be suspended: it polls, and says so', async () => {
	const { n8n, command } = running();
	const { id } = await createWorkflow(n8n, [...promptItems(['a moth']), generate('toapis', 'callback')]);

	const run = command(['execute', `--id=${id}`, '--rawOutput']);
	await lookedMoreThan(0);
	aheadMs = TASK_MS;
	const output = await run;

	expect(output).toContain('A run from the command line ends with its process, so this run polled instead of waiting for callbacks.');
	expect(output).toContain('"status": "completed"');
	expect(running().sandbox.tasks()).toEqual([expect.objectContaining({ callbackUrl: null, failed: false })]);
});
