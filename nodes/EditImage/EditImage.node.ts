import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import { registry } from '../core/providers';
import { receiveCallback } from '../n8n/callback';
import { resumedByCallback, imageNodeProperties } from '../n8n/descriptions/image-node';
import { credentialsOf } from '../n8n/descriptions/model';
import { imageNodeHints } from '../n8n/descriptions/node-hints';
import { subtitleOf } from '../n8n/descriptions/subtitle';
import { runImageNode } from '../n8n/image-run';
import { modelSearch } from '../n8n/model-search';

export class EditImage implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Edit Image',
		name: 'editImage',
		icon: { light: 'file:editImage.svg', dark: 'file:editImage.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf(registry.all),
		description: 'Change or combine images with gpt-image-2, Nano Banana, Flux and others, on any of five gateways',
		defaults: { name: 'Edit Image' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: credentialsOf(registry.all),
		hints: imageNodeHints(registry.all, 'edit'),
		...resumedByCallback,
		properties: imageNodeProperties(registry.all, 'edit'),
	};

	methods = { listSearch: { searchModels: modelSearch('edit') } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runImageNode(this, 'edit');
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receiveCallback(this);
	}
}
