import { startSandboxedN8n } from '../support/sandboxed-n8n';
import type { SandboxedN8n } from '../support/sandboxed-n8n';
import { generate, runSteps } from '../support/workflows';
import { START_MS } from './support';

/** The first task never ends; the second shows that time has passed. */
const TASKS_MS = [3_600_000, 300];

let instance: SandboxedN8n | undefined;

function running(): SandboxedN8n {
	if (!instance) throw new Error('n8n did not start.');
	return instance;
}

beforeAll(async () => {
	instance = await startSandboxedN8n({ workflows: [], sandbox: { taskMs: (n) => TASKS_MS[n] ?? 0 } });
}, START_MS);

beforeEach(() => running().sandbox.reset());

afterAll(async () => {
	await instance?.close();
});

/** Requests about the first task, after its submission. */
function looks(): number {
	const { sandbox } = running();
	const [task] = sandbox.tasks();
	return task ? sandbox.requests().filter(({ path }) => path.includes(task.id)).length : 0;
}

/** Runs another execution to its end, in which a task that still was polled would be looked at several times. */
async function passTime(): Promise<void> {
	const { n8n } = running();
	const id = await runSteps(n8n, ['a clock'], [generate('toapis', 'wait')]);
	expect((await n8n.execution(id)).status).toBe('success');
}

test('an execution that is stopped while it polls asks no more', async () => {
	const { n8n } = running();
	const id = await runSteps(n8n, ['a long night'], [generate('toapis', 'wait')]);
	while (looks() < 2) await new Promise((resolve) => setTimeout(resolve, 50));

	await n8n.api('POST', `/executions/${id}/stop`);
	expect((await n8n.execution(id)).status).toBe('canceled');
	const before = looks();
	await passTime();

	expect(looks()).toBe(before);
});

test('an execution that is stopped while it waits for a callback stays stopped when it comes', async () => {
	const { n8n, sandbox } = running();
	const id = await runSteps(n8n, ['a long day'], [generate('toapis', 'callback')]);
	await n8n.execution(id, ['waiting']);

	await n8n.api('POST', `/executions/${id}/stop`);
	expect((await n8n.execution(id)).status).toBe('canceled');
	const [task] = sandbox.tasks();
	const answer = await sandbox.fireCallback(task?.id ?? '');
	await passTime();

	expect(answer).toBe(409);
	expect(looks()).toBe(0);
	expect((await n8n.execution(id)).status).toBe('canceled');
});
