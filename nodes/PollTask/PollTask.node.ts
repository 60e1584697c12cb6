import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { registry } from '../core/providers';
import { taskCredentials } from '../n8n/descriptions/model';
import { pollNodeProperties } from '../n8n/descriptions/poll-node';
import { modelSearch } from '../n8n/model-search';
import { runPollNode } from '../n8n/poll-run';

export class PollTask implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Poll Task',
		name: 'pollTask',
		icon: { light: 'file:pollTask.svg', dark: 'file:pollTask.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["mode"] === "once" ? "look once" : "wait until done" }}',
		description: 'Finish image tasks that were submitted earlier, whatever the provider',
		defaults: { name: 'Poll Task' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Completed', 'Pending', 'Failed'],
		credentials: taskCredentials(registry.all),
		properties: pollNodeProperties(registry.all),
	};

	methods = { listSearch: { searchModels: modelSearch() } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runPollNode(this);
	}
}
