import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';
import sharp from 'sharp';

import { exampleNames, type ExampleWorkflow, readExample } from '../support/examples';
import type { Execution } from '../support/n8n-host';
import { startSandboxedN8n } from '../support/sandboxed-n8n';
import type { SandboxedN8n } from '../support/sandboxed-n8n';
import { START_MS } from './support';

let instance: SandboxedN8n | undefined;

/** Where the examples save their files. */
const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-gpt-image-examples-'));

const ran = new Set<string>();

function running(): SandboxedN8n {
	if (!instance) throw new Error('n8n did not start.');
	return instance;
}

beforeAll(async () => {
	instance = await startSandboxedN8n({ workflows: [], env: { N8N_RESTRICT_FILE_ACCESS_TO: folder } });
}, START_MS);

beforeEach(() => running().sandbox.reset());

afterAll(async () => {
	await instance?.close();
	rmSync(folder, { recursive: true, force: true });
});

/** Imports an example as the editor does, and starts it; returns the execution's id. */
async function start(name: string, change: (workflow: ExampleWorkflow) => void = () => undefined): Promise<string> {
	const { n8n, sandbox } = running();
	const workflow = readExample(name, { filesUrl: sandbox.filesUrl, folder });
	change(workflow);
	// An example may run several times here, each as a workflow of its own.
	const { id } = await n8n.api<{ id: string }>('POST', '/workflows', { ...workflow, id: undefined });
	const trigger = workflow.nodes.find(({ type }) => type === 'n8n-nodes-base.manualTrigger');
	ran.add(name);
	return await n8n.execute(id, trigger?.name ?? '');
}

async function run(name: string, change?: (workflow: ExampleWorkflow) => void): Promise<Execution> {
	const execution = await running().n8n.execution(await start(name, change));
	expect(execution.data.resultData.error).toBeUndefined();
	expect(execution.status).toBe('success');
	return execution;
}

/** What all runs of a node put out through one output. */
function items({ data }: Execution, node: string, output = 0): INodeExecutionData[] {
	return (data.resultData.runData[node] ?? []).flatMap((task) => task.data?.main?.[output] ?? []);
}

/** Format and pixels of a file; throws where it cannot be decoded to its last pixel. */
async function picture(path: string): Promise<string> {
	const bytes = readFileSync(path);
	const { format, width, height } = await sharp(bytes).metadata();
	await sharp(bytes).stats();
	return `${format} ${width}x${height}`;
}

async function stored(file: IBinaryData | undefined): Promise<string> {
	return await picture(running().storedFile(file?.id ?? ''));
}

function set(node: string, field: string, value: unknown) {
	return ({ nodes }: ExampleWorkflow): void => {
		const { assignments } = nodes.find(({ name }) => name === node)?.parameters.assignments as { assignments: Array<{ name: string; value: unknown }> };
		const assignment = assignments.find(({ name }) => name === field);
		if (!assignment) throw new Error(`${node} has no field "${field}".`);
		assignment.value = value;
	};
}

test('marketing-campaign: two drafts for each of three formats, the chosen ones finished at 2K from the draft', async () => {
	const execution = await run('marketing-campaign');

	const { sandbox } = running();
	expect(sandbox.ledger().map(({ operation, usd }) => `${operation} ${usd}`).sort()).toEqual([
		...Array.from({ length: 3 }, () => 'edit 0.05'),
		...Array.from({ length: 6 }, () => 'generate 0.03'),
	]);
	const finals = sandbox.requests().filter(({ body }) => String(JSON.stringify(body)).includes('image_urls'));
	const chosen = items(execution, 'Chosen Drafts').map(({ json }) => (json.image as { url: string }).url);
	expect(finals.map(({ body }) => (body as { input: { image_urls: string[] } }).input.image_urls).sort()).toEqual(chosen.map((url) => [url]).sort());
	expect(await Promise.all(['feed', 'story', 'banner'].map(async (format) => await picture(join(folder, `campaign-${format}.png`))))).toEqual([
		'png 1638x2048',
		'png 1152x2048',
		'png 2048x1152',
	]);
	expect(items(execution, 'The Bill')[0]?.json).toEqual({ usd: 0.15, images: 3 });
});

test('ecommerce-catalog: files by SKU, a cost report, and the broken row in a list of its own', async () => {
	const execution = await run('ecommerce-catalog');

	for (const sku of ['MUG-001', 'TEE-014', 'LMP-220']) expect(await picture(join(folder, `${sku}.png`))).toBe('png 1024x1024');
	expect(readdirSync(folder)).not.toContain('BAG-007.png');
	expect(readFileSync(join(folder, 'cost-report.csv'), 'utf8').replace('\ufeff', '').trim().split('\n')).toEqual([
		'sku,name,file,size,usd',
		`MUG-001,Ceramic mug,${folder}/MUG-001.png,1024x1024,0.015`,
		`TEE-014,Linen shirt,${folder}/TEE-014.png,1024x1024,0.015`,
		`LMP-220,Desk lamp,${folder}/LMP-220.png,1024x1024,0.015`,
	]);
	expect(items(execution, 'Total Cost')[0]?.json).toEqual({ usd: 0.045, images: 3 });
	const failures = readFileSync(join(folder, 'failures.csv'), 'utf8').trim().split('\n');
	expect(failures).toHaveLength(2);
	expect(failures[1]).toMatch(/^BAG-007,.*\/missing\/canvas-bag\.png,invalid_request,.*,no$/);
	expect(running().sandbox.ledger().map(({ prompt }) => /Put the (.+?) on/.exec(prompt)?.[1]).sort()).toEqual(['Ceramic mug', 'Desk lamp', 'Linen shirt']);
});

test("scheduled-social-assets: the day's post in three shapes", async () => {
	await run('scheduled-social-assets');

	const files = readdirSync(folder).filter((file) => file.endsWith('.jpg')).sort();
	const day = files[0]?.slice(0, 10) ?? '';
	expect(files).toEqual([`${day}-feed.jpg`, `${day}-square.jpg`, `${day}-story.jpg`]);
	expect(await Promise.all(files.map(async (file) => await picture(join(folder, file))))).toEqual(['jpeg 1024x1280', 'jpeg 1024x1024', 'jpeg 864x1536']);
	const plan = [/Breakfast/, /sourdough/, /croissant/, /Rye/, /Cinnamon/, /weekend/, /Queue/];
	const prompts = running().sandbox.ledger().map(({ prompt }) => prompt);
	expect(prompts).toHaveLength(3);
	for (const prompt of prompts) expect(prompt).toMatch(plan[new Date(day).getUTCDay()] as RegExp);
});

test('ab-test: one item with both pictures and both prices', async () => {
	const [item, ...more] = items(await run('ab-test'), 'Scoreboard');

	expect(more).toEqual([]);
	expect([await stored(item?.binary?.gptImage2), await stored(item?.binary?.nanoBanana2)]).toEqual(['png 1024x1024', 'png 1024x1024']);
	expect(item?.json.gptImage2).toMatch(/^gpt-image-2: \$0\.03, \d+\.\d s$/);
	expect(item?.json.nanoBanana2).toMatch(/^nano-banana-2: \$0\.03, \d+\.\d s$/);
	expect(running().sandbox.ledger().map(({ model }) => model).sort()).toEqual(['google/nano-banana-2', 'openai/gpt-image-2']);
});

test('failover: the first choice makes it while it can', async () => {
	const images = items(await run('failover'), 'Images');

	expect(images.map(({ json }) => json.provider)).toEqual(['apiyi']);
	expect(running().sandbox.ledger().map(({ provider }) => provider)).toEqual(['apiyi']);
});

test('failover: the second choice makes it when the first is down, and nothing is paid twice', async () => {
	const { sandbox } = running();
	sandbox.scriptFaults({ provider: 'apiyi', on: 'submit', fault: 'status', status: 503, times: 10 });
	const images = items(await run('failover'), 'Images');

	expect(images.map(({ json }) => json.provider)).toEqual(['toapis']);
	expect(await stored(images[0]?.binary?.data)).toBe('png 1024x1024');
	expect(sandbox.ledger().map(({ provider }) => provider)).toEqual(['toapis']);
});

test('failover: a person gets what nobody knows to be unpaid, and what was refused', async () => {
	const { sandbox } = running();
	sandbox.scriptFaults({ provider: 'apiyi', on: 'submit', fault: 'accepted-then-reset' });
	const uncertain = items(await run('failover'), 'For a Person');
	expect(uncertain.map(({ json }) => json.error)).toEqual([expect.objectContaining({ billed: 'unknown' })]);

	sandbox.scriptFaults({ provider: 'apiyi', on: 'submit', fault: 'moderated' });
	const refused = items(await run('failover'), 'For a Person');
	expect(refused.map(({ json }) => json.error)).toEqual([expect.objectContaining({ kind: 'moderation', billed: 'no' })]);
	expect(sandbox.ledger().map(({ provider }) => provider)).toEqual(['apiyi']);
});

test('cheapest-within-budget: the cheapest provider makes the image', async () => {
	const execution = await run('cheapest-within-budget');

	const [estimate] = items(execution, 'Estimate Cost');
	expect(readFileSync(running().storedFile(estimate?.binary?.chart?.id ?? ''), 'utf8')).toMatch(/^<svg /);
	const quotes = estimate?.json.quotes as Array<{ provider: string; total: number | null }>;
	const prices = quotes.flatMap(({ total }) => total ?? []);
	expect(prices).toEqual([...prices].sort((a, b) => a - b));
	const [image] = items(execution, 'Generate Image');
	expect([image?.json.provider, await stored(image?.binary?.data)]).toEqual([quotes[0]?.provider, 'png 1024x1024']);
	expect(running().sandbox.ledger().map(({ provider, count }) => [provider, count])).toEqual([[quotes[0]?.provider, 1]]);
});

test('cheapest-within-budget: of the providers that one has', async () => {
	const execution = await run('cheapest-within-budget', set('Wish', 'providers', '["toapis", "unifically"]'));

	// Flux.2 Klein at 1 megapixel, before ToAPIs at $0.015.
	expect(items(execution, 'Generate Image').map(({ json }) => [json.provider, json.model])).toEqual([['unifically', 'flux.2-klein']]);
});

test('cheapest-within-budget: over the budget nothing is sent', async () => {
	const execution = await run('cheapest-within-budget', set('Wish', 'budgetUsd', 0.0001));

	expect(items(execution, 'Too Expensive')[0]?.json.message).toMatch(/^The cheapest way costs \$0\.\d+, the budget is \$0\.0001\.$/);
	expect(running().sandbox.ledger()).toEqual([]);
});

/** Answers the form of a waiting execution, as a browser does. */
async function answer(id: string, fields: string[]): Promise<void> {
	const { n8n } = running();
	const { data } = await n8n.execution(id, ['waiting']);
	const address = new URL(`${n8n.url}/form-waiting/${id}`);
	if (data.resumeToken) address.searchParams.set('signature', data.resumeToken);
	const page = await fetch(address);
	expect(page.status).toBe(200);
	const draft = items({ id, status: 'waiting', data }, 'Draft at 1K')[0]?.json.image as { url: string };
	expect((await page.text()).replaceAll('&amp;', '&')).toContain(`<img src="${draft.url}"`);
	const form = new FormData();
	fields.forEach((value, index) => form.set(`field-${index + 1}`, value));
	expect((await fetch(address, { method: 'POST', body: form })).status).toBe(200);
}

test('draft-approve-finish: 4K only after somebody approved the draft in the form', async () => {
	const { n8n, sandbox } = running();
	const id = await start('draft-approve-finish');
	await n8n.execution(id, ['waiting']);
	expect(sandbox.ledger().map(({ provider, usd }) => [provider, usd])).toEqual([['toapis', 0.015]]);

	await answer(id, ['Approve', 'more smoke']);
	expect((await n8n.execution(id)).status).toBe('success');
	expect(await picture(join(folder, 'finished.png'))).toBe('png 3840x2560');
	expect(sandbox.ledger().map(({ provider, usd }) => [provider, usd])).toEqual([['toapis', 0.015], ['unifically', 0.06]]);
	expect(sandbox.ledger()[1]?.prompt).toContain('more smoke');
});

test('draft-approve-finish: a rejected draft costs nothing more', async () => {
	const { n8n, sandbox } = running();
	const id = await start('draft-approve-finish');
	await answer(id, ['Reject', '']);

	expect(items(await n8n.execution(id), 'Rejected')).toHaveLength(1);
	expect(sandbox.ledger()).toHaveLength(1);
});

test('durable-loop: suspended in the database while the tasks run, then both pictures', async () => {
	const { n8n, sandbox } = running();
	const id = await start('durable-loop');
	await n8n.execution(id, ['waiting']);
	expect(sandbox.ledger()).toHaveLength(2);

	const execution = await n8n.execution(id);
	expect(execution.status).toBe('success');
	const done = items(execution, 'Done');
	expect(await Promise.all(done.map(async ({ binary }) => await stored(binary?.data)))).toEqual(['png 3840x2160', 'png 3840x2160']);
	expect(done.map(({ json }) => (json.request as { prompt: string | null } | null)?.prompt)).toEqual([
		'Alpine meadow in spring, crocuses in melting snow',
		'Alpine meadow in autumn, golden larches',
	]);
	expect(sandbox.ledger()).toHaveLength(2);
});

test('every example has run, the first image in a test of its own', () => {
	expect([...ran, 'first-image'].sort()).toEqual(exampleNames());
});
