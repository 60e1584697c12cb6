import type { INodeProperties } from 'n8n-workflow';

import type { Gateway } from '../../core/providers/provider';
import type { Operation } from '../../core/task';
import { imagesProperties, maskProperties } from './images';
import { modelProperty, providerProperty } from './model';
import { imageOptions } from './options';
import { numberOfImagesProperty, qualityProperties, sizeProperties } from './size';

const PROMPTS: Record<Operation, string> = {
	generate: 'e.g. Packshot of a ceramic mug on light oak, soft morning light, no text',
	edit: 'e.g. Put the product on a plain white background and keep its shadow',
};

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

function completionProperty(gateways: readonly Gateway[]): INodeProperties {
	return {
		displayName: 'Completion',
		name: 'completion',
		type: 'options',
		options: [
			{ name: 'Submit Only', value: 'submit', description: 'Put the task out at once, for Poll Task to finish later' },
			{ name: 'Wait Until Done', value: 'wait', description: 'Hold until the images are there' },
		],
		default: 'wait',
		displayOptions: {
			show: { provider: gateways.filter(({ provider }) => provider.task).map(({ provider }) => provider.id) },
		},
		description: 'When the node is done. Models that answer at once are always waited for.',
	};
}

/** All parameters of Generate Image or Edit Image. */
export function imageNodeProperties(gateways: readonly Gateway[], operation: Operation): INodeProperties[] {
	const operations = [operation];
	return [
		providerProperty(gateways),
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
		completionProperty(gateways),
		deliverProperty,
		imageOptions(gateways, operation),
	];
}
