import { join } from 'node:path';

import { ROOT } from '../../scripts/package';
import { openEditor } from '../support/editor';
import type { Editor } from '../support/editor';
import { startSandboxedN8n } from '../support/sandboxed-n8n';
import type { SandboxedN8n } from '../support/sandboxed-n8n';
import { START_MS } from './support';

let instance: SandboxedN8n | undefined;
let editor: Editor | undefined;

beforeAll(async () => {
	instance = await startSandboxedN8n({ workflows: [join(ROOT, 'examples', 'first-image.json')] });
}, START_MS);

afterEach(async () => {
	await editor?.close();
	editor = undefined;
});

afterAll(async () => {
	await instance?.close();
});

async function open(colorScheme: 'light' | 'dark'): Promise<Editor> {
	if (!instance) throw new Error('n8n did not start.');
	editor = await openEditor(instance.n8n, { colorScheme });
	return editor;
}

test('each node is found by the words that users search for', async () => {
	const { newWorkflow, page, searchPanel } = await open('light');
	await newWorkflow();

	// A word that does not lead to the node ends the test by its time limit.
	for (const word of ['gpt-image', 'nano banana', 'product photo', 'text to image']) await searchPanel(word, 'Generate Image');
	await searchPanel('edit photo', 'Edit Image');
	await searchPanel('image price', 'Estimate Cost');
	await searchPanel('task status', 'Poll Task');
	expect(await page.locator('[data-test-id="node-creator-no-results"]').count()).toBe(0);
});

test.each(['light', 'dark'] as const)('a new user gets an image and its price from an own prompt, in %s', async (colorScheme) => {
	const driver = await open(colorScheme);
	await driver.newWorkflow();
	await driver.addFromPanel('product photo', 'Generate Image');

	await driver.choose('provider', 'OpenAI');
	await driver.chooseCredential('OpenAI (sandbox)');
	await driver.parameter('prompt').locator('textarea').fill('A tin robot watering tulips');
	await driver.choose('aspectRatio', '3:2');
	await driver.choose('quality', 'Low');
	await driver.executeStep();

	// 158 output tokens at $30 and some twenty input tokens at $5 a million (OpenAI pricing, 2026).
	expect(await driver.hints(/for 1 image/)).toEqual([expect.stringMatching(/^Estimated cost: about \$0\.004\d* for 1 image\.$/)]);
	expect(await driver.previewImage()).toEqual([1536, 1024]);
	const icon = driver.page.locator('[data-test-id="ndv"] img[src*="generateImage"]').first();
	expect(await icon.getAttribute('src')).toMatch(colorScheme === 'dark' ? /generateImage\.dark\.svg$/ : /generateImage\.svg$/);
	expect(instance?.sandbox.ledger().at(-1)).toMatchObject({ provider: 'openai', model: 'gpt-image-2', prompt: 'A tin robot watering tulips' });
});

test('what provider and model cannot use is not shown', async () => {
	const driver = await open('light');
	await driver.newWorkflow();
	await driver.addFromPanel('text to image', 'Generate Image');

	// OpenAI answers at once, so there is nothing to complete later; its gpt-image-2 has a quality.
	await driver.choose('provider', 'OpenAI');
	expect(await driver.shownParameters()).toEqual(expect.arrayContaining(['provider', 'model', 'prompt', 'quality']));
	expect(await driver.shownParameters()).not.toContain('completion');

	// ToAPIs takes tasks; its plain gpt-image-2 has no quality, its gpt-image-2-vip has one.
	await driver.choose('provider', 'ToAPIs');
	await driver.parameter('completion').waitFor();
	expect(await driver.shownParameters()).not.toContain('quality');

	// The price of what is chosen stands there before a run (ToAPIs' model page: $0.02 at 2K, $0.015 at 1K).
	await driver.choose('resolution', '2K');
	expect(await driver.hints(/\$0\.02/)).toEqual(['Estimated cost of one image: $0.02. At 1K it is $0.015.']);

	await driver.chooseModel('vip', /VIP/);
	await driver.parameter('quality').waitFor();
	expect(await driver.shownParameters()).toEqual(expect.arrayContaining(['completion', 'quality', 'aspectRatio', 'resolution']));

	await driver.choose('sizing', 'Exact Pixels');
	await driver.parameter('width').waitFor();
	expect(await driver.shownParameters()).not.toContain('resolution');
});

test('an image goes on through Edit Image, Estimate Cost and Poll Task, each added from the panel', async () => {
	const driver = await open('dark');
	await driver.openWorkflow('firstImage');
	await driver.executeWorkflow('Generate Image');

	await driver.selectNode('Generate Image');
	await driver.addFromPanel('edit photo', 'Edit Image');
	await driver.choose('provider', 'ToAPIs');
	await driver.chooseCredential('ToAPIs (sandbox)');
	await driver.parameter('prompt').locator('textarea').fill('Plain white background');
	await driver.choose('completion', 'Submit Only');
	await driver.executeStep();
	await driver.hints(/pass the items to Poll Task/);
	await driver.closeNode();

	await driver.selectNode('Edit Image');
	await driver.addFromPanel('task status', 'Poll Task');
	await driver.chooseCredential('ToAPIs (sandbox)', 'ToAPIs');
	await driver.executeStep();
	expect(await driver.previewImage()).toEqual([1024, 1024]);
	await driver.closeNode();

	await driver.selectNode('Poll Task');
	await driver.addFromPanel('image price', 'Estimate Cost', 'Estimate the cost of an image');
	await driver.choose('mode', 'Compare');
	await driver.executeStep();
	const output = await driver.page.locator('[data-test-id="output-panel"]').innerText();
	expect(output).toContain('Within Budget Branch (1 item)');
	expect(output).not.toMatch(/undefined|NaN/);
});
