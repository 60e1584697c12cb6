import { chromium } from 'playwright-core';
import type { Locator, Page } from 'playwright-core';

import type { N8n } from './n8n-host';

export interface EditorOptions {
	colorScheme?: 'light' | 'dark';
	/** In pixels. */
	width?: number;
	height?: number;
}

/** n8n's editor in a browser, with the words of its users. */
export interface Editor {
	page: Page;
	/** Opens an imported workflow and waits for its canvas. */
	openWorkflow(id: string): Promise<void>;
	/** A new workflow that starts on a click. */
	newWorkflow(): Promise<void>;
	/** Searches the node panel and waits until it offers the named node. */
	searchPanel(text: string, name: string): Promise<void>;
	/** Searches the node panel and adds the named node behind the selected one, by one of its actions where it has some; opens it. */
	addFromPanel(text: string, name: string, action?: string): Promise<void>;
	/** What is added next follows this node. */
	selectNode(name: string): Promise<void>;
	openNode(name: string): Promise<void>;
	closeNode(): Promise<void>;
	/** Names of the parameters that the open node shows, in order. */
	shownParameters(): Promise<string[]>;
	/** The field of one parameter of the open node. */
	parameter(name: string): Locator;
	/** Picks an option of a parameter by its name. */
	choose(parameter: string, option: string): Promise<void>;
	/** Picks a model from the searched list. */
	chooseModel(search: string, name: RegExp): Promise<void>;
	/** Picks a credential by name, in the list of the provider where the node has several. */
	chooseCredential(name: string, provider?: string): Promise<void>;
	/** Runs the open node and waits until it has an output. */
	executeStep(): Promise<void>;
	/** Runs the open node and waits until it shows an error; resolves to the error as the user reads it. */
	executeStepInVain(): Promise<string>;
	/** Runs the workflow from the canvas and waits until the named node is done. */
	executeWorkflow(lastNode: string): Promise<void>;
	/** The hints in the output of the open node, once one of them matches. */
	hints(among: RegExp): Promise<string[]>;
	/** Opens the image in the output of the open node; resolves to its width and height once it is drawn. */
	previewImage(): Promise<[number, number]>;
	close(): Promise<void>;
}

const CHROMIUM = '/usr/bin/chromium';

/** No sandbox: the tests run as root in containers. Nothing is fetched in the background. */
const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** What the panel calls the manual trigger. */
const TRIGGER = 'Trigger manually';

/** Longest wait for anything on the page. */
const PATIENCE_MS = 60_000;

const byTestId = (id: string) => `[data-test-id="${id}"]`;

/** Opens Chromium and logs in as the owner. */
export async function openEditor(n8n: Pick<N8n, 'url' | 'login'>, options: EditorOptions = {}): Promise<Editor> {
	const { colorScheme = 'light', width = 1440, height = 900 } = options;
	const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
	try {
		const page = await browser.newPage({ viewport: { width, height }, colorScheme });
		page.setDefaultTimeout(PATIENCE_MS);
		await page.goto(`${n8n.url}/signin`);
		await page.locator('input[type=email]').fill(n8n.login.email);
		await page.locator('input[type=password]').fill(n8n.login.password);
		await page.keyboard.press('Enter');
		await page.waitForURL(/home|workflow/);
		return drive(page, n8n.url, async () => await browser.close());
	} catch (error) {
		await browser.close();
		throw error;
	}
}

function drive(page: Page, url: string, close: () => Promise<void>): Editor {
	const find = (id: string) => page.locator(byTestId(id));
	const node = (name: string) => page.locator(`${byTestId('canvas-node')}[data-node-name="${name}"]`);
	const shownOption = (name: string | RegExp) => page.getByRole('option', { name }).filter({ visible: true });

	const offered = (name: string) => find('node-creator-item-name').getByText(name, { exact: true });
	const searchPanel = async (text: string, name: string) => {
		const search = find('node-creator-search-bar');
		if (!(await search.isVisible())) await page.locator(`${byTestId('canvas-add-button')}, ${byTestId('node-creator-plus-button')}`).first().click();
		await search.fill(text);
		await offered(name).first().waitFor();
	};

	return {
		page,
		close,
		searchPanel,

		async openWorkflow(id) {
			await page.goto(`${url}/workflow/${id}`);
			await find('canvas-node').first().waitFor();
		},

		async newWorkflow() {
			await page.goto(`${url}/workflow/new`);
			await searchPanel('manual trigger', TRIGGER);
			await offered(TRIGGER).click();
			await find('canvas-node').first().waitFor();
		},

		async addFromPanel(text, name, action = 'Add to workflow') {
			await searchPanel(text, name);
			await offered(name).click();
			await page.getByText(action, { exact: true }).click();
			await find('node-parameters').waitFor();
		},

		selectNode: async (name) => await node(name).click(),

		async openNode(name) {
			await node(name).dblclick();
			await find('node-parameters').waitFor();
		},

		async closeNode() {
			await find('ndv-close-button').click();
			await find('node-parameters').waitFor({ state: 'detached' });
		},

		async shownParameters() {
			const fields = page.locator(`${byTestId('node-parameters')} [data-test-id^="parameter-input-"], ${byTestId('node-parameters')} [data-test-id^="fixed-collection-"]`);
			const ids = await fields.evaluateAll((elements) => elements.map((element) => element.getAttribute('data-test-id') ?? ''));
			return ids.map((id) => id.replace(/^(parameter-input|fixed-collection)-/, ''));
		},

		parameter: (name) => find(`parameter-input-${name}`),

		async choose(parameter, option) {
			await find(`parameter-input-${parameter}`).click();
			await shownOption(option).click();
		},

		async chooseModel(search, name) {
			await find('rlc-input').click();
			await find('rlc-search').fill(search);
			await find('rlc-item').filter({ hasText: name }).first().click();
		},

		async chooseCredential(name, provider = '') {
			const select = find('credentials-label').filter({ hasText: provider }).locator(byTestId('node-credentials-select'));
			// A new node starts with the newest credential of its default provider.
			if ((await select.locator('input').inputValue()) === name) return;
			await select.click();
			const credential = page.locator('[data-test-id^="node-credentials-select-item"]').filter({ hasText: name, visible: true });
			// n8n looks the model up again, and forgets it where another parameter changes before the answer is there.
			const hasModel = await find('resource-locator-model').isVisible();
			const lookedUp = hasModel ? page.waitForResponse(/resource-locator-results/) : undefined;
			await credential.click();
			await lookedUp;
			await page.evaluate(async () => await new Promise(requestAnimationFrame));
		},

		async executeStep() {
			await find('node-execute-button').click();
			await find('node-run-status-success').waitFor();
		},

		async executeStepInVain() {
			await find('node-execute-button').click();
			await find('node-error-message').waitFor();
			return await find('output-panel').innerText();
		},

		async executeWorkflow(lastNode) {
			await find('execute-workflow-button').click();
			await node(lastNode).locator(byTestId('canvas-node-status-success')).waitFor();
		},

		async hints(among) {
			await find('node-hint').filter({ hasText: among }).first().waitFor();
			const texts = await find('node-hint').allInnerTexts();
			return texts.map((text) => text.trim());
		},

		async previewImage() {
			await find('ndv-view-binary-data').click();
			const image = find('output-panel').locator('img');
			await image.waitFor();
			return await image.evaluate(async (element) => {
				const picture = element as HTMLImageElement;
				await picture.decode();
				return [picture.naturalWidth, picture.naturalHeight];
			});
		},
	};
}
