import type { INodeExecutionData } from 'n8n-workflow';
import sharp from 'sharp';

import { startSandbox, type ProviderId, type Sandbox } from '../sandbox';
import { createEngine, type Engine } from '../support/engine';
import { speedUpTime } from '../support/fast-time';
import { chain, credentialData, imageNode, PACKAGE_DIR, PROVIDERS } from './support';

let sandbox: Sandbox;
let engine: Engine;
let slowDown: (() => void) | undefined;

beforeAll(async () => {
	sandbox = await startSandbox({ taskMs: 200 });
	engine = await createEngine({ packageDir: PACKAGE_DIR, credentials: credentialData(sandbox) });
	// Looks at tasks are seconds apart.
	slowDown = speedUpTime(50);
});

beforeEach(() => sandbox.reset());

afterAll(async () => {
	slowDown?.();
	await engine.close();
	await sandbox.close();
});

const TASKS: readonly ProviderId[] = ['toapis', 'unifically'];

async function picture(background: string): Promise<string> {
	const png = await sharp({ create: { width: 64, height: 48, channels: 4, background } }).png().toBuffer();
	return png.toString('base64');
}

function statuses(items: INodeExecutionData[] | undefined): unknown[] {
	return (items ?? []).map(({ json }) => json.status);
}

describe.each(PROVIDERS)('Generate Image on %s, in n8n\'s engine', (provider) => {
	it('gives an image for each item, in order, with the fields of the contract', async () => {
		const generate = imageNode(sandbox, 'generateImage', { provider, prompt: '={{ $json.text }}' });
		const run = await engine.run(chain([{ json: { text: 'a red boat' } }, { json: { text: 'a blue boat' } }], generate));
		expect(run.error).toBeUndefined();
		const items = run.outputs.generateImage?.[0] ?? [];
		expect(items.map(({ json }) => (json.request as { prompt: string }).prompt)).toEqual(['a red boat', 'a blue boat']);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		for (const item of items) {
			expect(item.json).toMatchObject({
				status: 'completed',
				provider,
				model: 'gpt-image-2',
				image: { index: 0, count: 1, format: 'png', mimeType: 'image/png', width: 1024, height: 1024 },
				request: { operation: 'generate', aspectRatio: '1:1', resolution: '1K' },
				cost: { currency: 'USD' },
				timing: { attempts: 1 },
			});
			const facts = await sharp(await engine.binary(item)).metadata();
			expect([facts.format, facts.width, facts.height]).toEqual(['png', 1024, 1024]);
		}
		expect(sandbox.ledger()).toHaveLength(2);
	});
});

describe.each<ProviderId>(['openai', 'apiyi', 'toapis', 'unifically'])('Edit Image on %s', (provider) => {
	it('sends a file and a link in their order', async () => {
		const items = [{ json: {}, binary: { data: { data: await picture('#c03'), fileName: 'first.bin', mimeType: 'application/octet-stream' } } }];
		const edit = imageNode(sandbox, 'editImage', {
			provider,
			prompt: 'put both on a table',
			images: { image: [{ source: 'binary', binaryField: 'data' }, { source: 'url', url: `${sandbox.filesUrl}/samples/mug.png` }] },
		});
		const run = await engine.run(chain(items, edit));
		expect(run.error).toBeUndefined();
		expect(statuses(run.outputs.editImage?.[0])).toEqual(['completed']);
		expect(sandbox.ledger()).toMatchObject([{ provider, operation: 'edit', count: 1 }]);
	});
});

describe('a task that is handed from node to node', () => {
	it.each(TASKS)('of %s is finished by Poll Task', async (provider) => {
		const generate = imageNode(sandbox, 'generateImage', { provider, prompt: 'a kite', completion: 'submit' });
		const poll = imageNode(sandbox, 'pollTask', {});
		const run = await engine.run(chain([{ json: {} }], generate, poll));
		expect(statuses(run.outputs.generateImage?.[0])).toEqual(['pending']);
		expect(run.outputs.pollTask?.map(statuses)).toEqual([['completed'], [], []]);
		expect(JSON.stringify(run.outputs.generateImage)).not.toContain(sandbox.key(provider));
		expect(sandbox.ledger()).toHaveLength(1);
	});

	it('stays pending when it is looked at too early, with its handle', async () => {
		const generate = imageNode(sandbox, 'generateImage', { provider: 'toapis', prompt: 'a slow kite', completion: 'submit' });
		const poll = imageNode(sandbox, 'pollTask', { mode: 'once' });
		sandbox.scriptFaults({ provider: 'toapis', on: 'poll', fault: 'unknown-status' });
		const run = await engine.run(chain([{ json: {} }], generate, poll));
		expect(run.outputs.pollTask?.map(statuses)).toEqual([[], ['pending'], []]);
		const [pending] = run.outputs.pollTask?.[1] ?? [];
		expect(pending?.json.task).toMatchObject({ provider: 'toapis', taskId: sandbox.tasks()[0]?.id });
	});

	it('that failed goes to Failed, with the reason and without a charge', async () => {
		const generate = imageNode(sandbox, 'generateImage', { provider: 'toapis', prompt: 'x', completion: 'submit' });
		sandbox.scriptFaults({ provider: 'toapis', on: 'poll', fault: 'task-failed' });
		const run = await engine.run(chain([{ json: {} }], generate, imageNode(sandbox, 'pollTask', {})));
		expect(run.outputs.pollTask?.map(statuses)).toEqual([[], [], ['failed']]);
		expect(run.outputs.pollTask?.[2]?.[0]?.json.error).toMatchObject({ kind: 'task_failed', billed: 'no' });
	});
});

describe('what is refused before anything is sent', () => {
	it.each<[string, Record<string, unknown>, RegExp]>([
		['an empty prompt', { prompt: '  ' }, /prompt is empty.*item 0/i],
		['a size the model cannot make', { provider: 'toapis', prompt: 'x', aspectRatio: '1:1', resolution: '4K' }, /4K.*16:9/],
		['pixels off the grid', { prompt: 'x', sizing: 'pixels', width: 1000, height: 1000 }, /nearest size is \d+x\d+/i],
		['too many images', { prompt: 'x', numberOfImages: 99 }, /1 to 10, not 99/],
		['a model that is gone', { prompt: 'x', model: { __rl: true, mode: 'id', value: 'gpt-image-1' } }, /2026-10-23.*gpt-image-2/],
		['a prompt that is too long', { prompt: 'x'.repeat(32_001) }, /32,001 characters.*takes 32,000/],
		['a reference at no web address', { prompt: 'x', images: { image: [{ source: 'url', url: 'file:///etc/passwd' }] } }, /must begin with http:\/\/ or https:\/\//],
		['Extra Parameters that get around a cap', { prompt: 'x', options: { maxCostUsd: 1, extraParameters: '{"n": 8, "quality": "high"}' } }, /Extra Parameters set n, quality/],
		['a provider that does not exist', { provider: 'midjourney', prompt: 'x' }, /openai.*unifically/i],
	])('%s', async (_name, parameters, message) => {
		const run = await engine.run(chain([{ json: {} }], imageNode(sandbox, 'generateImage', parameters as never)));
		expect(`${run.error?.message} ${run.error?.description}`).toMatch(message);
		expect(sandbox.requests()).toEqual([]);
	});
});

describe('failures', () => {
	const twoItems = [{ json: { text: 'good' } }, { json: { text: '' } }];

	it('go to the error output with the error object, and the rest goes on', async () => {
		const generate = imageNode(sandbox, 'generateImage', { provider: 'apiyi', prompt: '={{ $json.text }}' }, { onError: 'continueErrorOutput' });
		const run = await engine.run(chain(twoItems, generate));
		const [done, failed] = run.outputs.generateImage ?? [];
		expect(statuses(done)).toEqual(['completed']);
		expect(failed).toHaveLength(1);
		expect(JSON.stringify(failed?.[0]?.json)).toContain('"kind":"invalid_request"');
	});

	it('stay in the output with Continue On Fail', async () => {
		const generate = imageNode(sandbox, 'generateImage', { provider: 'apiyi', prompt: '={{ $json.text }}' }, { onError: 'continueRegularOutput' });
		const run = await engine.run(chain(twoItems, generate));
		expect(statuses(run.outputs.generateImage?.[0])).toEqual(['completed', 'failed']);
		expect(run.outputs.generateImage?.[0]?.[1]?.json.error).toMatchObject({ kind: 'invalid_request', billed: 'no', httpStatus: null });
	});

	it('of a provider say what happened and what to do, and hold no key', async () => {
		sandbox.scriptFaults({ provider: 'openai', on: 'submit', fault: 'moderated' });
		const run = await engine.run(chain([{ json: {} }], imageNode(sandbox, 'generateImage', { provider: 'openai', prompt: 'x' })));
		expect(run.error?.message).toMatch(/safety system.*item 0/s);
		expect(run.error?.description).toMatch(/Reword the prompt/);
		expect(run.error?.context).toMatchObject({ error: { kind: 'moderation', httpStatus: 400, billed: 'no' } });
		expect(JSON.stringify(run.run)).not.toContain(sandbox.key('openai'));
		expect(run.logs.join('\n')).not.toContain(sandbox.key('openai'));
	});
});

describe('Maximum Cost', () => {
	it('counts the whole run and refuses before the first request', async () => {
		const generate = imageNode(sandbox, 'generateImage', { provider: 'toapis', prompt: 'x', numberOfImages: 2, options: { maxCostUsd: 0.05 } });
		const run = await engine.run(chain([{ json: {} }, { json: {} }], generate));
		expect(run.error?.context).toMatchObject({ error: { kind: 'over_budget' } });
		expect(sandbox.requests()).toEqual([]);
	});
});
