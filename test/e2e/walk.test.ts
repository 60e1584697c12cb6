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

afterAll(async () => {
	await editor?.close();
	await instance?.close();
});

/** What no user should ever read. */
const RAW = /undefined|NaN|\[object \w+\]|^\s*at .+:\d+:\d+|node_modules/m;

test("a new user's walk, from the login to a picture of an own prompt, shows nothing raw on any screen", async () => {
	if (!instance) throw new Error('n8n did not start.');
	const { n8n, sandbox } = instance;
	editor = await openEditor(n8n);
	const driver = editor;
	const look = async () => expect(await driver.page.locator('body').innerText()).not.toMatch(RAW);

	await look();
	await driver.openWorkflow('firstImage');
	await look();
	await driver.openNode('Generate Image');
	await driver.parameter('prompt').locator('textarea').fill('A tin robot watering tulips');
	await look();
	// In low quality a fraction of a cent, whatever the ratio (OpenAI pricing, 2026).
	expect(await driver.hints(/of one image/)).toEqual([expect.stringMatching(/^Estimated cost of one image: \$0\.00\d+ to \$0\.00\d+, by aspect ratio\.$/)]);

	// The first try is refused, as own words sometimes are.
	sandbox.scriptFaults({ provider: 'openai', on: 'submit', fault: 'moderated' });
	const refusal = await driver.executeStepInVain();
	expect(refusal).toMatch(/moderation|safety|content/i);
	expect(refusal).not.toMatch(RAW);
	await look();
	expect(sandbox.ledger()).toEqual([]);

	await driver.executeStep();
	await look();
	expect(await driver.previewImage()).toEqual([1536, 1024]);
	await look();
	expect(sandbox.ledger()).toEqual([expect.objectContaining({ prompt: 'A tin robot watering tulips' })]);
	await driver.closeNode();
	await look();
});
