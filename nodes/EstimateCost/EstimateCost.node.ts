import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { registry } from '../core/providers';
import { estimateNodeProperties } from '../n8n/descriptions/estimate-node';
import { balanceCredentials } from '../n8n/descriptions/model';
import { subtitleOf } from '../n8n/descriptions/subtitle';
import { runEstimateNode } from '../n8n/estimate-run';
import { modelSearch } from '../n8n/model-search';

export class EstimateCost implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Estimate Cost',
		name: 'estimateCost',
		icon: { light: 'file:estimateCost.svg', dark: 'file:estimateCost.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf(registry.all),
		description: 'Know the price of images before they are made, compare providers and keep a budget',
		defaults: { name: 'Estimate Cost' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Within Budget', 'Over Budget'],
		credentials: balanceCredentials(registry.all),
		properties: estimateNodeProperties(registry.all),
	};

	methods = { listSearch: { searchModels: modelSearch() } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runEstimateNode(this);
	}
}
