/** `npm run docs:screenshots`: drives the running editor and writes the pictures of README and docs to docs/images/. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import sharp from 'sharp';

import { openEditor } from '../../test/support/editor';
import type { Editor } from '../../test/support/editor';
import { startSandboxedN8n } from '../../test/support/sandboxed-n8n';
import type { SandboxedN8n } from '../../test/support/sandboxed-n8n';
import { ROOT, ensureBuilt } from '../package';

const IMAGES = join(ROOT, 'docs', 'images');
const EXAMPLE = join(ROOT, 'examples', 'first-image.json');
const COMPARISON = join(ROOT, 'examples', 'cheapest-within-budget.json');

/** Most that one picture weighs, so that README loads fast. */
const MOST_BYTES = 300_000;

/** Writes a PNG of at most 256 colours, which is plenty for an editor. */
async function save(name: string, picture: Buffer): Promise<void> {
	const bytes = await sharp(picture).png({ palette: true, compressionLevel: 9 }).toBuffer();
	if (bytes.length > MOST_BYTES) throw new Error(`${name} has ${bytes.length} bytes, more than ${MOST_BYTES}.`);
	writeFileSync(join(IMAGES, name), bytes);
	console.log(`docs/images/${name}: ${Math.round(bytes.length / 1000)} kB`);
}

/** n8n's passing notes hide what is below them. */
const WITHOUT_TOASTS = '.el-notification { visibility: hidden }';

async function shoot(name: string, { page }: Editor): Promise<void> {
	for (const icon of await page.locator('img').all()) await icon.evaluate(async (element) => await (element as HTMLImageElement).decode());
	await save(name, await page.screenshot({ animations: 'disabled', style: WITHOUT_TOASTS }));
}

/** The panel with a search, then the first example: its price before the run, and the image. */
async function firstImage(editor: Editor): Promise<void> {
	await editor.newWorkflow();
	await editor.searchPanel('product photo', 'Generate Image');
	await shoot('node-panel.png', editor);

	await editor.openWorkflow('firstImage');
	await editor.openNode('Generate Image');
	await editor.hints(/of one image/);
	await shoot('generate-image.png', editor);
	await editor.executeStep();
	await editor.previewImage();
	await shoot('editor.png', editor);
}

/** The prices of every model that can make what an item asks for. */
async function estimate(editor: Editor): Promise<void> {
	await editor.openWorkflow('cheapestWithinBudget');
	await editor.executeWorkflow('Generate Image');
	await editor.openNode('Estimate Cost');
	// n8n offers the chart as a file only; the prices themselves are here.
	await editor.page.locator('[data-test-id="output-panel"]').getByText('Schema', { exact: true }).click();
	await shoot('estimate-cost.png', editor);
}

/** The chart that Estimate Cost drew, as light and dark readers see it. */
async function chart({ n8n, storedFile }: SandboxedN8n, { page }: Editor): Promise<void> {
	const { data } = await n8n.execution(await n8n.execute('cheapestWithinBudget', 'Start'));
	const drawn = data.resultData.runData['Estimate Cost']?.[0]?.data?.main?.[0]?.[0]?.binary?.chart;
	if (!drawn?.id) throw new Error('Estimate Cost has drawn no chart.');
	const svg = readFileSync(storedFile(drawn.id));
	for (const colorScheme of ['light', 'dark'] as const) {
		await page.emulateMedia({ colorScheme });
		await page.goto('about:blank');
		await page.setContent(`<body style="margin:0"><img src="data:image/svg+xml;base64,${svg.toString('base64')}"></body>`);
		const image = page.locator('img');
		await image.evaluate(async (element) => await (element as HTMLImageElement).decode());
		await save(`price-comparison-${colorScheme}.png`, await image.screenshot());
	}
}

async function main(): Promise<void> {
	mkdirSync(IMAGES, { recursive: true });
	ensureBuilt();
	let instance: SandboxedN8n | undefined;
	let editor: Editor | undefined;
	try {
		instance = await startSandboxedN8n({ workflows: [EXAMPLE, COMPARISON] });
		editor = await openEditor(instance.n8n, { width: 1440, height: 900 });
		await firstImage(editor);
		await estimate(editor);
		await chart(instance, editor);
	} finally {
		await editor?.close();
		await instance?.close();
	}
}

void main();
