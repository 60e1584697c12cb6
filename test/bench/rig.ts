import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import type { IDataObject } from 'n8n-workflow';

import type { ProviderId, SandboxOptions } from '../sandbox';
import { startSandboxedN8n, type SandboxedN8n } from '../support/sandboxed-n8n';
import { generate, publishWorkflow, webhook, type Step } from '../support/workflows';
import { metered, type Used } from './process-meter';

/** One run of a workflow. */
export interface Run extends Used {
	/** From the call of the webhook to its answer, milliseconds. */
	wallMs: number;
	/** What the last node put out. */
	items: IDataObject[];
}

/** What the bare script prints of itself. */
interface BareRun {
	wallMs: number;
	cpuMs: number;
	/** Most memory beyond that of an idle Node. */
	addedBytes: number;
}

/** Who does the work. */
export type Subject = 'package' | 'builtIn' | 'empty';

/** A real n8n and a sandbox, with one published workflow for each subject. */
export interface Rig {
	instance: SandboxedN8n;
	/** Runs a subject's workflow for so many items. Throws where an image is missing. */
	run(subject: Subject, items: number): Promise<Run>;
	/** A new n8n process on the same folder, as a measurement of memory wants it. */
	restart(): Promise<void>;
	/** Runs the script that does the same without n8n. */
	runBare(items: number, atOnce: number): Promise<BareRun>;
	close(): Promise<void>;
}

export interface RigOptions {
	sandbox: SandboxOptions;
	/** Options > Concurrency of our node. */
	concurrency: number;
	provider?: ProviderId;
}

const PROMPT = 'a loaf of bread';
const FIXED_SIZE: IDataObject = { sizing: 'pixels', width: 1024, height: 1024 };

/** One item for each prompt in the request. */
const ITEMS: Step = {
	name: 'Items',
	type: 'n8n-nodes-base.splitOut',
	parameters: { fieldToSplitOut: 'body.prompts', options: { destinationFieldName: 'prompt' } },
};

/** n8n's own OpenAI node with the same call. */
function builtInNode(credential: { id: string; name: string }): Step {
	return {
		name: 'Generate',
		type: '@n8n/n8n-nodes-langchain.openAi',
		typeVersion: 2.3,
		parameters: {
			resource: 'image',
			operation: 'generate',
			modelId: { __rl: true, mode: 'id', value: 'gpt-image-2' },
			prompt: '={{ $json.prompt }}',
			options: { size: '1024x1024' },
		},
		credentials: { openAiApi: credential },
	};
}

async function publish({ n8n, sandbox }: SandboxedN8n, { concurrency, provider = 'openai' }: RigOptions): Promise<void> {
	const credential = await n8n.api<{ id: string; name: string }>('POST', '/credentials', {
		name: 'Sandbox for the built-in node',
		type: 'openAiApi',
		data: { apiKey: sandbox.key('openai'), url: `${sandbox.baseUrl('openai')}/v1` },
	});
	const ours = generate(provider, 'wait', { concurrency });
	const lastSteps: Record<Subject, Step> = {
		package: { ...ours, parameters: { ...ours.parameters, ...(provider === 'openai' && FIXED_SIZE) } },
		builtIn: builtInNode(credential),
		empty: { name: 'Nothing', type: 'n8n-nodes-base.noOp', parameters: {} },
	};
	for (const [path, last] of Object.entries(lastSteps)) await publishWorkflow(n8n, [webhook(path, { wait: true }), ITEMS, last]);
}

const WEBHOOK_DEADLINE_MS = 30_000;
const LOOK_MS = 100;

/** n8n opens its webhooks a moment after it says that it is ready. */
async function webhooksOpen(url: string): Promise<void> {
	const deadline = Date.now() + WEBHOOK_DEADLINE_MS;
	const isOpen = async () => (await fetch(url, { method: 'POST' })).status !== 404;
	while (!(await isOpen())) {
		if (Date.now() > deadline) throw new Error(`n8n has not opened ${url} within ${WEBHOOK_DEADLINE_MS / 1_000} s.`);
		await pause(LOOK_MS);
	}
}

async function call(url: string, items: number): Promise<IDataObject[]> {
	const reply = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ prompts: Array.from({ length: items }, () => PROMPT) }),
		signal: AbortSignal.timeout(280_000),
	});
	const body = (await reply.json()) as IDataObject[];
	if (!reply.ok) throw new Error(`n8n answered with ${reply.status}: ${JSON.stringify(body).slice(0, 500)}`);
	return body;
}

/** Starts n8n and the sandbox, and publishes the workflows. */
export async function startRig(options: RigOptions): Promise<Rig> {
	const instance = await startSandboxedN8n({ workflows: [], sandbox: options.sandbox });
	const { sandbox } = instance;
	// The last to be published.
	const ready = async () => await webhooksOpen(`${instance.n8n.url}/webhook/empty`);
	await publish(instance, options);
	await ready();

	const run = async (subject: Subject, items: number): Promise<Run> => {
		sandbox.reset();
		const started = performance.now();
		const { value, used } = await metered(instance.n8n.child.pid, async () => await call(`${instance.n8n.url}/webhook/${subject}`, items));
		const wallMs = performance.now() - started;
		const paid = sandbox.ledger().length;
		const wanted = subject === 'empty' ? 0 : items;
		if (value.length !== items || paid !== wanted) throw new Error(`${subject}: ${value.length} of ${items} items, ${paid} images paid`);
		return { ...used, wallMs, items: value };
	};
	return {
		instance,
		run,
		async restart() {
			await instance.n8n.stop();
			await instance.restart();
			await ready();
		},
		async runBare(items, atOnce) {
			const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-gpt-image-bare-'));
			const args = ['--import', 'tsx', join(__dirname, 'bare.ts'), sandbox.baseUrl('openai'), sandbox.key('openai'), String(items), String(atOnce), folder];
			try {
				const { stdout } = await promisify(execFile)(process.execPath, args);
				return JSON.parse(stdout) as BareRun;
			} finally {
				rmSync(folder, { recursive: true, force: true });
			}
		},
		close: instance.close,
	};
}
