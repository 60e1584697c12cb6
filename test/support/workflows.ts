import type { IDataObject, INode } from 'n8n-workflow';

import type { N8n } from './n8n-host';

/** A node of a workflow under test. */
export interface Step {
	name: string;
	/** Node type; of this package where it has no dot. */
	type: string;
	typeVersion?: number;
	parameters: IDataObject;
	webhookId?: string;
	/** Of a node that is not of this package. */
	credentials?: INode['credentials'];
}

/** Ids under which the sandbox's credentials are imported, for whichever node asks for one. */
const CREDENTIALS = {
	openAiImagesApi: { id: 'sandboxOpenAi', name: 'OpenAI (sandbox)' },
	toApisApi: { id: 'sandboxToApis', name: 'ToAPIs (sandbox)' },
	unificallyApi: { id: 'sandboxUnifically', name: 'Unifically (sandbox)' },
};

/** The model as the editor saves it. */
const MODEL = { __rl: true, mode: 'list', value: 'gpt-image-2' };

/** A manual trigger named Start, and then one item per prompt. */
export function promptItems(prompts: string[]): Step[] {
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

/** A Webhook node named Start. Items have the request in `body`; the caller gets the last node's items where it waits. */
export function webhook(path: string, { wait = false } = {}): Step {
	const answer = wait ? { responseMode: 'lastNode', responseData: 'allEntries' } : { responseMode: 'onReceived' };
	return {
		name: 'Start',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		parameters: { httpMethod: 'POST', path, ...answer, options: {} },
		webhookId: path,
	};
}

/** Generate Image for the prompt of each item. */
export function generate(provider: string, completion: 'wait' | 'submit' | 'callback', options: IDataObject = {}): Step {
	return {
		name: 'Generate',
		type: 'generateImage',
		parameters: { provider, model: MODEL, prompt: '={{ ($json.body ?? $json).prompt }}', completion, options },
	};
}

/** Poll Task for the tasks that its items bring. */
export function poll(mode: 'wait' | 'once'): Step {
	return { name: 'Poll', type: 'pollTask', parameters: { taskFrom: 'input', mode } };
}

/** Poll Task for one task of ToAPIs by its id there, or by the user's own. */
export function pollById(taskId: string): Step {
	return { name: 'Poll', type: 'pollTask', parameters: { taskFrom: 'fields', provider: 'toapis', model: MODEL, taskId, mode: 'wait' } };
}

interface SavedWorkflow {
	id: string;
	versionId: string;
}

/** Saves a workflow of steps one after the other. */
export async function createWorkflow(n8n: N8n, steps: Step[]): Promise<SavedWorkflow> {
	return await n8n.api<SavedWorkflow>('POST', '/workflows', {
		name: steps.map(({ name }) => name).join(', '),
		active: false,
		settings: { executionOrder: 'v1' },
		nodes: steps.map(({ type, typeVersion = 1, ...step }, position) => ({
			...step,
			id: `node-${position}`,
			type: type.includes('.') ? type : `n8n-nodes-gpt-image.${type}`,
			typeVersion,
			position: [position * 200, 0],
			...(!type.includes('.') && { credentials: CREDENTIALS }),
		})),
		connections: Object.fromEntries(
			steps.slice(1).map(({ name }, position) => [steps[position]?.name, { main: [[{ node: name, type: 'main', index: 0 }]] }]),
		),
	});
}

/** Saves a workflow that begins with a Webhook node, and opens it to callers. */
export async function publishWorkflow(n8n: N8n, steps: Step[]): Promise<void> {
	const { id, versionId } = await createWorkflow(n8n, steps);
	await n8n.api('POST', `/workflows/${id}/activate`, { versionId });
}

/** Runs steps for one item per prompt, as the editor's button does; returns the execution's id. */
export async function runSteps(n8n: N8n, prompts: string[], steps: Step[]): Promise<string> {
	const { id } = await createWorkflow(n8n, [...promptItems(prompts), ...steps]);
	return await n8n.execute(id, 'Start');
}
