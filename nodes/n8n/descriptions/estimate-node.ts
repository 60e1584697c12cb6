import type { INodeProperties } from 'n8n-workflow';

import type { Gateway } from '../../core/providers/provider';
import { OPERATIONS } from '../../core/task';
import { credentialsProperty, modelProperty, providerProperty } from './model';
import { numberOfImagesProperty, qualityProperties, sizeProperties, snapSizeOptions } from './size';

const OPTIONS: INodeProperties[] = [
	{
		displayName: 'Budget (USD)',
		name: 'budgetUsd',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 4 },
		default: 1,
		description: 'Most that all input items together may cost. Above it, and for unknown prices, they leave through Over Budget.',
	},
	{
		displayName: 'Chart',
		name: 'chart',
		type: 'boolean',
		default: false,
		displayOptions: { show: { '/mode': ['compare'] } },
		description: 'Whether to draw the comparison as well, as an SVG picture to download in the binary field "chart"',
	},
	{
		displayName: 'Include Balance',
		name: 'includeBalance',
		type: 'boolean',
		default: true,
		description: "Whether to ask the chosen provider for the account's balance, with its credential. Free.",
	},
	{
		displayName: 'Price Overrides (JSON)',
		name: 'priceOverrides',
		type: 'json',
		default: '{}',
		placeholder: 'e.g. {"toapis/gpt-image-2": {"1K": 0.012, "4K": 0.02}}',
		description: 'Your own prices in US dollars per image, by provider/model: a number, or one for each resolution or quality',
	},
	{
		displayName: 'Runs per Month',
		name: 'runsPerMonth',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 30,
		description: 'Adds what the item costs in a month of that many runs',
	},
];

/** All parameters of Estimate Cost. */
export function estimateNodeProperties(gateways: readonly Gateway[]): INodeProperties[] {
	return [
		{
			displayName: 'Mode',
			name: 'mode',
			type: 'options',
			noDataExpression: true,
			options: [
				{ name: 'Compare', value: 'compare', description: 'Every model of every provider that can do it, cheapest first' },
				{ name: 'Quote', value: 'quote', description: 'The price of one model' },
			],
			default: 'quote',
			description: 'Whether to price the chosen model or compare it with all others',
		},
		providerProperty(gateways),
		credentialsProperty,
		modelProperty,
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			options: [
				{ name: 'Edit Image', value: 'edit', action: 'Estimate the cost of an edit' },
				{ name: 'Generate Image', value: 'generate', action: 'Estimate the cost of an image' },
			],
			default: 'generate',
		},
		{
			displayName: 'Number of Reference Images',
			name: 'referenceCount',
			type: 'number',
			typeOptions: { minValue: 0, numberPrecision: 0 },
			default: 0,
			description: 'How many images go in; an edit has at least one',
		},
		...sizeProperties(gateways, OPERATIONS),
		...qualityProperties(gateways, OPERATIONS),
		numberOfImagesProperty,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [...OPTIONS, ...snapSizeOptions(gateways, OPERATIONS)],
		},
	];
}
