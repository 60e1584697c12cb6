import type { INodeProperties } from 'n8n-workflow';

import type { Gateway } from '../../core/providers/provider';
import type { Operation } from '../../core/task';
import { snapSizeOptions } from './size';
import { variants } from './variants';

const FORMAT_NAMES = { png: 'PNG', jpeg: 'JPEG', webp: 'WebP' } as const;
const BACKGROUND_NAMES = { auto: 'Automatic', opaque: 'Opaque', transparent: 'Transparent' } as const;

/** Options that Generate, Edit and Poll share. */
export const sharedOptions = {
	binaryField: {
		displayName: 'Binary Field',
		name: 'binaryField',
		type: 'string',
		default: 'data',
		description: 'Name of the binary field that holds the image in the output',
	},
	concurrency: {
		displayName: 'Concurrency',
		name: 'concurrency',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 100, numberPrecision: 0 },
		default: 5,
		description: 'How many requests may be under way at once',
	},
	downloadLimitMb: {
		displayName: 'Download Limit (MB)',
		name: 'downloadLimitMb',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 1024, numberPrecision: 0 },
		default: 100,
		description: 'Largest image accepted from the provider',
	},
	outputLayout: {
		displayName: 'Output Layout',
		name: 'outputLayout',
		type: 'options',
		options: [
			{ name: 'One Item per Image', value: 'itemPerImage' },
			{ name: 'One Item with All Images', value: 'oneItem', description: 'Binary fields data, data_1, data_2 and so on' },
		],
		default: 'itemPerImage',
		description: 'How several images of one input item are put out',
	},
	timeoutSeconds: {
		displayName: 'Timeout (Seconds)',
		name: 'timeoutSeconds',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 86400, numberPrecision: 0 },
		default: 600,
		description: 'Longest time for one item. A task that takes longer goes on at the provider, and its handle is put out.',
	},
} satisfies Record<string, INodeProperties>;

const FIXED: INodeProperties[] = [
	...Object.values(sharedOptions),
	{
		displayName: 'Extra Parameters (JSON)',
		name: 'extraParameters',
		type: 'json',
		default: '{}',
		placeholder: 'e.g. {"seed": 42}',
		description: "Merged into the request's body last: the way to use a setting that this node does not know yet",
	},
	{
		displayName: 'Maximum Cost (USD)',
		name: 'maxCostUsd',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 4 },
		default: 1,
		description: 'Refuse the whole run, all items together, before the first request if it may cost more',
	},
	{
		displayName: 'Maximum Retries',
		name: 'maxRetries',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 10, numberPrecision: 0 },
		default: 3,
		description: 'Repeats of a request that surely was not charged',
	},
	{
		displayName: 'On Uncertain Outcome',
		name: 'onUncertain',
		type: 'options',
		options: [
			{ name: 'Fail', value: 'fail', description: 'Nothing is paid twice' },
			{ name: 'Retry', value: 'retry', description: 'Send it again, even if the first one may have been charged' },
		],
		default: 'fail',
		description: 'What to do when the connection broke and nobody can tell whether the provider charged',
	},
];

/** Options that some models have, each where provider and model can use it. */
function modelOptions(gateways: readonly Gateway[], operation: Operation): INodeProperties[] {
	const scope = { gateways, operations: [operation], root: '/' } as const;
	return [
		...variants(scope, ({ backgrounds }) => (backgrounds.length > 0 ? backgrounds : null), (backgrounds) => ({
			displayName: 'Background',
			name: 'background',
			type: 'options',
			options: backgrounds.map((value) => ({ name: BACKGROUND_NAMES[value], value })),
			default: 'auto',
			hint: backgrounds.includes('transparent') ? 'A transparent background needs PNG or WebP: JPEG has no transparency' : undefined,
			description: 'What is behind the subject',
		})),
		...variants(scope, ({ moderation }) => (moderation ? true : null), () => ({
			displayName: 'Moderation',
			name: 'moderation',
			type: 'options',
			options: [
				{ name: 'Automatic', value: 'auto' },
				{ name: 'Low', value: 'low', description: 'Less restrictive filtering' },
			],
			default: 'auto',
			description: "How strict the provider's content filter is",
		})),
		...variants(scope, ({ outputCompression }) => (outputCompression ? true : null), () => ({
			displayName: 'Output Compression',
			name: 'outputCompression',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 100, numberPrecision: 0 },
			default: 90,
			description: 'Quality of a JPEG or WebP file, 0 to 100',
		})),
		...variants(scope, ({ outputFormats }) => (outputFormats.length > 0 ? outputFormats : null), (formats) => ({
			displayName: 'Output Format',
			name: 'outputFormat',
			type: 'options',
			options: formats.map((value) => ({ name: FORMAT_NAMES[value], value })),
			default: 'png',
			description: 'File format of the image',
		})),
		...snapSizeOptions(gateways, [operation]),
	];
}

function clientReference(gateways: readonly Gateway[]): INodeProperties {
	return {
		displayName: 'Client Reference',
		name: 'clientReference',
		type: 'string',
		default: '',
		placeholder: 'e.g. order-1042',
		displayOptions: {
			show: { '/provider': gateways.filter(({ provider }) => provider.task?.recover).map(({ provider }) => provider.id) },
		},
		description: 'Your own ID of the task at the provider, unique for each item. Without one the node sets its own.',
	};
}

/** The Options collection of Generate Image and Edit Image. */
export function imageOptions(gateways: readonly Gateway[], operation: Operation): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [...FIXED, clientReference(gateways), ...modelOptions(gateways, operation)].sort((a, b) =>
			a.displayName.localeCompare(b.displayName),
		),
	};
}
