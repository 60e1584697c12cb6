import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';

/** An item for `test.items`: JSON, and files as base64 that go through n8n's own binary store before the next node. */
export interface GivenItem {
	json: IDataObject;
	binary?: Record<string, { data: string; fileName: string; mimeType: string }>;
}

const describe = (name: string, inputs: INodeTypeDescription['inputs'], properties: INodeTypeDescription['properties'] = []): INodeTypeDescription => ({
	displayName: name,
	name,
	group: ['trigger'],
	version: 1,
	description: 'Stand-in for a node of n8n-nodes-base',
	defaults: { name },
	inputs,
	outputs: ['main'],
	properties,
});

/** Starts a run with one empty item, as n8n's Manual Trigger does. */
const manualTrigger: INodeType = {
	description: describe('manualTrigger', []),
	async execute() {
		return [[{ json: {} }]];
	},
};

/** Starts a run with the items in its `items` parameter. */
const items: INodeType = {
	description: describe('items', [], [{ displayName: 'Items', name: 'items', type: 'json', default: '[]' }]),
	async execute(this: IExecuteFunctions) {
		// Read raw: an item's text may begin with "=" and is no expression.
		const given = this.getNode().parameters.items as unknown as GivenItem[];
		return [await Promise.all(given.map(async (item) => await stored(this, item)))];
	},
};

/** Hands its items on, as n8n's No Operation does. */
const noOp: INodeType = {
	description: describe('noOp', ['main']),
	async execute(this: IExecuteFunctions) {
		return [this.getInputData()];
	},
};

async function stored(context: IExecuteFunctions, { json, binary }: GivenItem): Promise<INodeExecutionData> {
	if (!binary) return { json };
	const fields = Object.entries(binary).map(async ([field, file]) => {
		const bytes = Buffer.from(file.data, 'base64');
		return [field, await context.helpers.prepareBinaryData(bytes, file.fileName, file.mimeType)] as const;
	});
	return { json, binary: Object.fromEntries(await Promise.all(fields)) };
}

/** Stand-ins by their full type name: what a workflow needs around the nodes under test. */
export const START_NODES: Readonly<Record<string, INodeType>> = {
	'n8n-nodes-base.manualTrigger': manualTrigger,
	'n8n-nodes-base.noOp': noOp,
	'test.items': items,
};
