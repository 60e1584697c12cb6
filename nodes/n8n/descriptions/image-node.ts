import type { INodeProperties, INodePropertyOptions, INodeTypeDescription } from 'n8n-workflow';

import type { Gateway } from '../../core/providers/provider';
import type { Operation } from '../../core/task';
import { imagesProperties, maskProperties } from './images';
import { credentialsProperty, modelProperty, providerProperty } from './model';
import { imageOptions } from './options';
import { numberOfImagesProperty, qualityProperties, sizeProperties } from './size';

const PROMPTS: Record<Operation, string> = {
	generate: 'e.g. Packshot of a ceramic mug on light oak, soft morning light, no text',
	edit: 'e.g. Put the product on a plain white background and keep its shadow',
};

/** Whether images are downloaded. */
export const deliverProperty: INodeProperties = {
	displayName: 'Deliver',
	name: 'deliver',
	type: 'options',
	options: [
		{ name: 'Binary File', value: 'binary', description: 'Download the image into a binary field' },
		{ name: 'URL', value: 'url', description: "The provider's link, which expires; files where there is no link" },
	],
	default: 'binary',
	description: 'How the finished images are put out',
};

const SUBMIT = { name: 'Submit Only', value: 'submit', description: 'Put the task out at once, for Poll Task to finish later' };

const CALLBACK = {
	name: 'Suspend Until Callback',
	value: 'callback',
	description: 'Free the worker until the provider calls this n8n back, which it must be able to reach; after the timeout the tasks go on as pending',
};

const WAIT = { name: 'Wait Until Done', value: 'wait', description: 'Hold until the images are there' };

/** One parameter for providers that call back, one for those that must be asked. */
function completionProperties(gateways: readonly Gateway[]): INodeProperties[] {
	const variant = (options: INodePropertyOptions[], providers: Gateway[]): INodeProperties => ({
		displayName: 'Completion',
		name: 'completion',
		type: 'options',
		options,
		default: 'wait',
		displayOptions: { show: { provider: providers.map(({ provider }) => provider.id) } },
		description: 'When the node is done. Models that answer at once are always waited for.',
	});
	const withTasks = gateways.filter(({ provider }) => provider.task);
	return [
		variant([SUBMIT, CALLBACK, WAIT], withTasks.filter(({ provider }) => provider.callback)),
		variant([SUBMIT, WAIT], withTasks.filter(({ provider }) => !provider.callback)),
	];
}

/**
 * Where callbacks resume a suspended execution: n8n's own signed address, without a path of ours. Nothing is
 * registered anywhere, so the lifecycle methods of a trigger, which n8n's linter asks for beside a literal
 * `webhooks`, would never run.
 */
export const resumedByCallback: Pick<INodeTypeDescription, 'webhooks'> = {
	webhooks: [
		{
			name: 'default',
			httpMethod: 'POST',
			responseMode: 'onReceived',
			path: '',
			restartWebhook: true,
			isFullPath: true,
		},
	],
};

/** All parameters of Generate Image or Edit Image. */
export function imageNodeProperties(gateways: readonly Gateway[], operation: Operation): INodeProperties[] {
	const operations = [operation];
	return [
		providerProperty(gateways),
		credentialsProperty,
		modelProperty,
		{
			displayName: 'Prompt',
			name: 'prompt',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			required: true,
			placeholder: PROMPTS[operation],
			description: operation === 'edit' ? 'What to change' : 'What the image shows',
		},
		...imagesProperties(gateways, operation),
		...(operation === 'edit' ? maskProperties(gateways) : []),
		...sizeProperties(gateways, operations),
		...qualityProperties(gateways, operations),
		numberOfImagesProperty,
		...completionProperties(gateways),
		deliverProperty,
		imageOptions(gateways, operation),
	];
}
