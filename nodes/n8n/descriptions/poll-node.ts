import type { INodeProperties } from 'n8n-workflow';

import type { Gateway } from '../../core/providers/provider';
import { deliverProperty } from './image-node';
import { modelProperty, providerProperty } from './model';
import { sharedOptions } from './options';

const BY_FIELDS = { show: { taskFrom: ['fields'] } };

/** All parameters of Poll Task. */
export function pollNodeProperties(gateways: readonly Gateway[]): INodeProperties[] {
	return [
		{
			displayName: 'Task From',
			name: 'taskFrom',
			type: 'options',
			options: [
				{ name: 'Fields Below', value: 'fields', description: 'A task ID that you enter' },
				{ name: 'Input Item', value: 'input', description: 'The task that Generate Image or Edit Image put out' },
			],
			default: 'input',
			description: 'Which task to look after',
		},
		{
			...providerProperty(gateways.filter(({ provider }) => provider.task)),
			displayOptions: BY_FIELDS,
			description: 'The gateway that accepted the task',
		},
		{ ...modelProperty, displayOptions: BY_FIELDS, description: 'The model that the task was submitted for' },
		{
			displayName: 'Task ID',
			name: 'taskId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. img_5b1c0e',
			displayOptions: BY_FIELDS,
			description: "The provider's ID of the task. Providers that take a Client Reference find the task by that as well.",
		},
		{
			displayName: 'Mode',
			name: 'mode',
			type: 'options',
			options: [
				{ name: 'Look Once', value: 'once', description: 'Sort the tasks by how they stand now' },
				{ name: 'Wait Until Done', value: 'wait', description: 'Hold until the tasks are done or the time is up' },
			],
			default: 'wait',
			description: 'Whether to wait for tasks that are not done',
		},
		deliverProperty,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: Object.values(sharedOptions),
		},
	];
}
