import type { AspectRatio, Resolution } from '../request';
import type { ModelEntry, Price } from './schema';

const GUIDE = 'Unifically GPT Image 2 guide, 2026-05-06';

const task = {
	provider: 'unifically',
	aliases: [],
	operations: ['generate', 'edit'],
	mask: null,
	imagesPerRequest: 1,
	qualities: [],
	outputFormats: [],
	outputCompression: false,
	backgrounds: [],
	moderation: false,
	maxPromptLength: 32_000,
	typicalSeconds: 30,
	source: GUIDE,
	asOf: '2026-05',
	verified: true,
	notes: [],
} satisfies Partial<ModelEntry>;

function urls(max: number, maxMegabytes: number): ModelEntry['references'] {
	return { max, maxMegabytes, formats: ['png', 'jpeg', 'webp'], accepts: 'url' };
}

function sized(resolutions: readonly Resolution[], ratios: AspectRatio[]): ModelEntry['sizing'] {
	const tiers = Object.fromEntries(resolutions.map((resolution) => [resolution, ratios]));
	return { rule: 'ratioAndTier', tiers, auto: false };
}

function byResolution(prices: Partial<Record<Resolution, string>>): Price {
	return { basis: 'perImageByResolution', byResolution: prices, source: GUIDE, asOf: '2026-05-06', confidence: 'exact' };
}

const UNPRICED: Price = {
	basis: 'unknown',
	source: 'No price at hand for this model',
	asOf: '2026-11',
	confidence: 'unknown',
};

const GPT_RATIOS: AspectRatio[] = ['1:1', '2:3', '3:2'];

const gptImage = {
	...task,
	route: 'gpt-image',
	references: urls(16, 100),
} satisfies Partial<ModelEntry>;

/** The guide counts "ten aspect ratios from 1:1 through 21:9"; the ten are those of Google's Gemini image models. */
const BANANA_RATIOS: AspectRatio[] = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'];

const banana = {
	...task,
	route: 'nano-banana',
	references: urls(20, 10),
} satisfies Partial<ModelEntry>;

const FLUX_RATIOS: AspectRatio[] = ['1:1', '16:9', '9:16', '4:3', '3:4', '21:9', '9:21'];
const FLUX_MOVED = 'Prices of Flux models have moved; the provider\'s dry run tells the current one.';

const flux = {
	...task,
	route: 'flux',
	references: urls(10, 100),
	sizing: sized(['1K', '2K'], FLUX_RATIOS),
	source: 'Unifically Flux.2 model pages',
	verified: false,
	notes: [
		'Resolution is counted in megapixels (0.6, 1, 2 or 4): 1K is 1, 2K is 4. Others go with Extra Parameters.',
		'References: 10 by the newer pages, 8 by an older one.',
	],
} satisfies Partial<ModelEntry>;

function fluxPrice(oneK: string, twoK: string): Price {
	return {
		basis: 'perImageByResolution',
		byResolution: { '1K': oneK, '2K': twoK },
		source: 'Unifically Flux.2 model pages',
		asOf: '2026-05',
		confidence: 'estimate',
		note: FLUX_MOVED,
	};
}

/** Unifically's models, each with the source and date of its price and limits. */
export const unificallyModels: readonly ModelEntry[] = [
	{
		...gptImage,
		model: 'gpt-image-2',
		wireModel: 'openai/gpt-image-2',
		label: 'GPT Image 2',
		goodFor: 'Photoreal pictures with legible text, up to 4K',
		sizing: sized(['1K', '2K', '4K'], GPT_RATIOS),
		price: byResolution({ '1K': '0.03', '2K': '0.05', '4K': '0.06' }),
		notes: [
			'The guide has a resolution and no quality; an undated docs page has quality medium or high and no resolution. The guide is followed, being dated and priced.',
			'The guide says its prices map onto OpenAI\'s high quality; by OpenAI\'s token formula those cost $0.17-0.71. Neither price is derived from the other.',
		],
	},
	{
		...gptImage,
		model: 'gpt-image-1.5',
		wireModel: 'openai/gpt-image-1.5',
		label: 'GPT Image 1.5',
		goodFor: 'Workflows that still depend on it',
		sizing: sized(['1K'], GPT_RATIOS),
		qualities: ['low', 'medium', 'high'],
		price: UNPRICED,
		lifecycle: { state: 'deprecated', since: '2026-05-06', successor: 'gpt-image-2' },
		verified: false,
		notes: ['Hidden in the price list, still callable. Its inputs are taken from the page of gpt-image-1.'],
	},
	{
		...gptImage,
		model: 'gpt-image-1',
		wireModel: 'openai/gpt-image-1',
		label: 'GPT Image 1',
		goodFor: 'Shut down',
		sizing: sized(['1K'], GPT_RATIOS),
		qualities: ['low', 'medium', 'high'],
		price: UNPRICED,
		lifecycle: { state: 'retired', since: '2026-10-23', successor: 'gpt-image-2' },
		notes: ['OpenAI shut the model down; the guide, which is older, announced it.'],
	},
	{
		...banana,
		model: 'nano-banana-2',
		wireModel: 'google/nano-banana-2',
		label: 'Nano Banana 2',
		goodFor: 'The same character over many pictures, ten ratios',
		sizing: sized(['1K', '2K', '4K'], BANANA_RATIOS),
		price: byResolution({ '1K': '0.03', '2K': '0.05', '4K': '0.06' }),
		notes: ['The guide calls it Gemini 2.5 Flash Image; elsewhere Nano Banana 2 is Gemini 3.1 Flash Image.'],
	},
	{
		...banana,
		model: 'nano-banana-pro',
		wireModel: 'google/nano-banana-pro',
		aliases: ['gemini-3-pro-image', 'gemini-3-pro-image-preview'],
		label: 'Nano Banana Pro',
		goodFor: 'Demanding composition at 1K and 2K',
		sizing: sized(['1K', '2K'], BANANA_RATIOS),
		price: byResolution({ '1K': '0.06', '2K': '0.06' }),
	},
	{
		...banana,
		model: 'nano-banana',
		wireModel: 'google/nano-banana',
		label: 'Nano Banana',
		goodFor: 'Quick edits at 1K',
		sizing: sized(['1K'], BANANA_RATIOS),
		price: { basis: 'perImage', flat: '0.03', source: 'Unifically Nano Banana guide', asOf: '2026-05', confidence: 'exact' },
		source: 'Unifically Nano Banana guide',
	},
	{
		...flux,
		model: 'flux.2-pro',
		wireModel: 'black-forest-labs/flux.2-pro',
		label: 'Flux.2 Pro',
		goodFor: 'Fast, even quality at a low price',
		price: fluxPrice('0.02', '0.03'),
	},
	{
		...flux,
		model: 'flux.2-flex',
		wireModel: 'black-forest-labs/flux.2-flex',
		label: 'Flux.2 Flex',
		goodFor: 'Steps and guidance by Extra Parameters',
		price: fluxPrice('0.04', '0.06'),
	},
	{
		...flux,
		model: 'flux.2-max',
		wireModel: 'black-forest-labs/flux.2-max',
		label: 'Flux.2 Max',
		goodFor: 'Best quality of the family',
		sizing: sized(['1K', '2K'], [...FLUX_RATIOS, '5:4']),
		price: UNPRICED,
	},
	{
		...flux,
		model: 'flux.2-klein',
		wireModel: 'black-forest-labs/flux.2-klein',
		label: 'Flux.2 Klein',
		goodFor: 'Drafts at about a cent per megapixel',
		price: {
			basis: 'perMegapixel',
			perMegapixel: '0.0098',
			megapixels: { '1K': 1, '2K': 4 },
			source: GUIDE,
			asOf: '2026-05-06',
			confidence: 'estimate',
			note: 'The guide says "about $0.0098 per megapixel".',
		},
	},
];
