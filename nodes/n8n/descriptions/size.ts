import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { ModelEntry } from '../../core/catalog/schema';
import type { Gateway } from '../../core/providers/provider';
import type { Resolution } from '../../core/request';
import type { Operation } from '../../core/task';
import { aspectRatios, resolutions, sizingModes, type SizingMode } from './capabilities';
import { variants } from './variants';

const MODES: Record<SizingMode, INodePropertyOptions> = {
	aspectRatio: { name: 'Aspect Ratio and Resolution', value: 'aspectRatio', description: 'Such as 16:9 at 2K' },
	auto: { name: 'Automatic', value: 'auto', description: 'The model decides from the prompt' },
	pixels: { name: 'Exact Pixels', value: 'pixels', description: 'Width and height, within what the model allows' },
};

const RATIO_NAMES: Record<string, string> = {
	'1:1': '1:1 (Square)',
	'16:9': '16:9 (Landscape Video)',
	'9:16': '9:16 (Story, Reel)',
	'4:5': '4:5 (Feed Post)',
	'21:9': '21:9 (Banner)',
};

const RESOLUTION_HINTS: Partial<Record<Resolution, string>> = {
	'0.5K': 'About 512 pixels: for drafts',
	'1K': 'About 1024 pixels: for drafts and the web',
	'2K': 'About 2048 pixels: for social media and shops',
	'4K': 'About 4096 pixels: for print. Costs more and takes minutes.',
	'8K': 'About 8192 pixels. Costs more and takes minutes.',
};

/** The default of the contract where the model offers it, else the first that it offers. */
function standardOr(offered: readonly string[], standard: string): string {
	return offered.includes(standard) ? standard : (offered[0] ?? standard);
}

/** The default of the contract comes last, as n8n takes the last copy where an expression chooses the provider. */
function withDefaultLast(copies: INodeProperties[], standard: string): INodeProperties[] {
	return [...copies.filter((copy) => copy.default !== standard), ...copies.filter((copy) => copy.default === standard)];
}

function takesPixels(entry: ModelEntry): true | null {
	return sizingModes(entry)?.includes('pixels') ? true : null;
}

function dimension(axis: 'Width' | 'Height'): Pick<INodeProperties, 'displayName' | 'name' | 'type' | 'typeOptions' | 'default' | 'description'> {
	return {
		displayName: axis,
		name: axis.toLowerCase(),
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 1024,
		description: `${axis} in pixels. Sizes that the model cannot make are refused, and the nearest it can is named.`,
	};
}

/** Sizing, Aspect Ratio, Resolution, Width and Height, each where provider and model can use it. */
export function sizeProperties(gateways: readonly Gateway[], operations: readonly Operation[]): INodeProperties[] {
	const everywhere = { gateways, operations, root: '' } as const;
	// Hidden rather than shown by mode: a model whose Sizing is not shown has a ratio or nothing.
	const byRatio = { ...everywhere, displayOptions: { hide: { sizing: ['pixels', 'auto'] } } };
	const byPixels = { ...everywhere, displayOptions: { show: { sizing: ['pixels'] } } };
	return [
		...variants(everywhere, sizingModes, (modes) => ({
			displayName: 'Sizing',
			name: 'sizing',
			type: 'options',
			options: modes.map((mode) => MODES[mode]).sort((a, b) => a.name.localeCompare(b.name)),
			default: 'aspectRatio',
			description: 'How the size of the image is chosen',
		})),
		...withDefaultLast(
			variants(byRatio, aspectRatios, (ratios) => ({
				displayName: 'Aspect Ratio',
				name: 'aspectRatio',
				type: 'options',
				options: ratios.map((ratio) => ({ name: RATIO_NAMES[ratio] ?? ratio, value: ratio })),
				default: standardOr(ratios, '1:1'),
				description: 'Width to height',
			})),
			'1:1',
		),
		...withDefaultLast(
			variants(byRatio, resolutions, (tiers) => ({
				displayName: 'Resolution',
				name: 'resolution',
				type: 'options',
				options: tiers.map((tier) => ({ name: tier, value: tier, description: RESOLUTION_HINTS[tier] })),
				default: standardOr(tiers, '1K'),
				description: 'How large the image is. Larger images cost more on most providers.',
			})),
			'1K',
		),
		...variants(byPixels, takesPixels, () => dimension('Width')),
		...variants(byPixels, takesPixels, () => dimension('Height')),
	];
}

/** Snap Size, an option that belongs to exact pixels. */
export function snapSizeOptions(gateways: readonly Gateway[], operations: readonly Operation[]): INodeProperties[] {
	return variants(
		{ gateways, operations, root: '/', displayOptions: { show: { '/sizing': ['pixels'] } } },
		takesPixels,
		() => ({
			displayName: 'Snap Size',
			name: 'snapSize',
			type: 'boolean',
			default: true,
			description: 'Whether to take the nearest size the model can make instead of refusing',
		}),
	);
}

/** Quality, where the model has the setting, with the values it takes. */
export function qualityProperties(gateways: readonly Gateway[], operations: readonly Operation[]): INodeProperties[] {
	return variants(
		{ gateways, operations, root: '' },
		({ qualities }) => (qualities.length > 0 ? qualities.filter((quality) => quality !== 'auto') : null),
		(qualities) => ({
			displayName: 'Quality',
			name: 'quality',
			type: 'options',
			options: [
				{ name: 'Automatic', value: 'auto', description: "The provider's default" },
				...qualities.map((quality) => ({ name: quality.charAt(0).toUpperCase() + quality.slice(1), value: quality })),
			],
			default: 'auto',
			description: 'Higher quality costs more and takes longer',
		}),
	);
}

/** How many images. */
export const numberOfImagesProperty: INodeProperties = {
	displayName: 'Number of Images',
	name: 'numberOfImages',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 10, numberPrecision: 0 },
	default: 1,
	description: 'How many images to make of each input item. Each is charged.',
};
