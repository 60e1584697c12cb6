import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { TOAPIS_WEBHOOK_SECRET } from '../sandbox';
import type { Sandbox } from '../sandbox';
import type { Execution, N8n } from '../support/n8n-host';
import type { SandboxedN8n } from '../support/sandboxed-n8n';

/** Time to install n8n on first use, and to start it. */
export const START_MS = 20 * 60_000;

/** A node of a workflow under test. */
export interface Step {
	name: string;
	/** Node type; of this package where it has no dot. */
	type: string;
	typeVersion?: number;
	parameters: IDataObject;
}

/** Ids under which the sandbox's credentials are imported, for whichever node asks for one. */
const CREDENTIALS = {
	openAiImagesApi: { id: 'sandboxOpenAi', name: 'OpenAI (sandbox)' },
	toApisApi: { id: 'sandboxToApis', name: 'ToAPIs (sandbox)' },
	unificallyApi: { id: 'sandboxUnifically', name: 'Unifically (sandbox)' },
};

/** A manual trigger named Start, and then one item per prompt. */
function itemsOf(prompts: string[]): Step[] {
	return [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', parameters: {} },
		{
			name: 'Prompts',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: { mode: 'raw', jsonOutput: JSON.stringify({ prompt: prompts }), options: {} },
		},
		{ name: 'Items', type: 'n8n-nodes-base.splitOut', parameters: { fieldToSplitOut: 'prompt', options: {} } },
	];
}

/** Generate Image for the prompt of each item. */
export function generate(provider: string, completion: 'wait' | 'submit' | 'callback', options: IDataObject = {}): Step {
	const model = { __rl: true, mode: 'list', value: 'gpt-image-2' };
	return {
		name: 'Generate',
		type: 'generateImage',
		parameters: { provider, model, prompt: '={{ $json.prompt }}', completion, options },
	};
}

/** Poll Task for the tasks that its items bring. */
export function poll(mode: 'wait' | 'once'): Step {
	return { name: 'Poll', type: 'pollTask', parameters: { taskFrom: 'input', mode } };
}

/**
 * Saves a workflow: Start, one item per prompt, then `steps` one after the other.
 *
 * @param loops further connections: from a node's output with this index to a node
 * @returns its id
 */
export async function createWorkflow(n8n: N8n, prompts: string[], steps: Step[], loops: Array<[string, number, string]> = []): Promise<string> {
	const all = [...itemsOf(prompts), ...steps];
	const connections: Record<string, { main: Array<Array<{ node: string; type: string; index: number }>> }> = {};
	const connect = (from: string, output: number, to: string) => {
		const { main } = (connections[from] ??= { main: [] });
		while (main.length <= output) main.push([]);
		main[output]?.push({ node: to, type: 'main', index: 0 });
	};
	all.slice(1).forEach(({ name }, position) => connect(all[position]?.name ?? '', 0, name));
	loops.forEach(([from, output, to]) => connect(from, output, to));
	const { id } = await n8n.api<{ id: string }>('POST', '/workflows', {
		name: steps.map(({ name }) => name).join(', '),
		active: false,
		settings: { executionOrder: 'v1' },
		nodes: all.map(({ type, typeVersion = 1, ...step }, position) => ({
			...step,
			id: `node-${position}`,
			type: type.includes('.') ? type : `n8n-nodes-gpt-image.${type}`,
			typeVersion,
			position: [position * 200, 0],
			...(!type.includes('.') && { credentials: CREDENTIALS }),
		})),
		connections,
	});
	return id;
}

/** The items that the last run of a node put out first. */
export function outputOf({ data }: Execution, node: string): INodeExecutionData[] {
	return data.resultData.runData[node]?.at(-1)?.data?.main?.[0] ?? [];
}

/** An image that arrived in n8n. */
interface Arrived {
	/** As the item tells it, and as the provider was asked. */
	prompt: string;
	billedPrompt: string | undefined;
	/** SHA-256 of the file in n8n's store, and of the file at the provider. */
	stored: string;
	original: string;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** What arrived with each completed item, and what its task was asked for at the provider. */
async function arrived({ sandbox, storedFile }: SandboxedN8n, items: INodeExecutionData[]): Promise<Arrived[]> {
	return await Promise.all(
		items.map(async ({ json, binary }) => {
			const { task, image, request } = json as { task: { taskId: string }; image: { url: string }; request: { prompt: string } };
			const original = await fetch(image.url).then(async (reply) => new Uint8Array(await reply.arrayBuffer()));
			return {
				prompt: request.prompt,
				billedPrompt: sandbox.ledger().find(({ taskId }) => taskId === task.taskId)?.prompt,
				stored: sha256(readFileSync(storedFile(binary?.data?.id ?? ''))),
				original: sha256(original),
			};
		}),
	);
}

/** Holds that there is one image per prompt, in order, byte for byte the provider's, and that each was paid once. */
export async function expectImages(instance: SandboxedN8n, items: INodeExecutionData[], prompts: string[]): Promise<void> {
	const images = await arrived(instance, items);
	expect(images.map(({ prompt }) => prompt)).toEqual(prompts);
	expect(images.map(({ billedPrompt }) => billedPrompt)).toEqual(prompts);
	expect(images.map(({ stored }) => stored)).toEqual(images.map(({ original }) => original));
	expect(new Set(images.map(({ stored }) => stored)).size).toBe(prompts.length);
	expect(instance.sandbox.ledger().map(({ prompt }) => prompt).sort()).toEqual([...prompts].sort());
}

/** Holds that n8n has written down none of the sandbox's secrets. */
export function expectNoSecret(log: string, sandbox: Sandbox): void {
	for (const secret of [TOAPIS_WEBHOOK_SECRET, sandbox.key('toapis'), sandbox.key('unifically')]) expect(log).not.toContain(secret);
}
