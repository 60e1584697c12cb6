import { START_MS, outputOf } from '../e2e/support';
import { startSandboxedN8n } from '../support/sandboxed-n8n';
import type { SandboxedN8n } from '../support/sandboxed-n8n';
import { generate, runSteps } from '../support/workflows';

/** Past 300 s, at which both n8n's own requests and undici give up by default. */
const LATENCY_MS = 310_000;

const RUN_MS = LATENCY_MS + 60_000;

let instance: SandboxedN8n | undefined;

beforeAll(async () => {
	instance = await startSandboxedN8n({ workflows: [], sandbox: { latencyMs: LATENCY_MS } });
}, START_MS);

afterAll(async () => {
	await instance?.close();
});

test(
	'an image that takes more than five minutes within one request arrives, and is paid once',
	async () => {
		if (!instance) throw new Error('n8n did not start.');
		const prompts = ['a cathedral, every stone of it'];
		const id = await runSteps(instance.n8n, prompts, [generate('openai', 'wait')]);
		const execution = await instance.n8n.execution(id, undefined, RUN_MS);

		expect(execution.status).toBe('success');
		const items = outputOf(execution, 'Generate');
		expect((items[0]?.json.timing as { totalMs: number }).totalMs).toBeGreaterThanOrEqual(LATENCY_MS);
		expect(items[0]?.json.image).toMatchObject({ width: 1024, height: 1024, format: 'png' });
		expect(instance.sandbox.ledger().map(({ prompt }) => prompt)).toEqual(prompts);
	},
	RUN_MS,
);
