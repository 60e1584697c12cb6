import {
	FREE_PIXELS,
	GPT_IMAGE_1_5_PRICE,
	GPT_IMAGE_2_PRICE,
	IMAGES_API,
	THREE_SIZE_TOKENS,
	THREE_SIZES,
} from './gpt-image';
import type { ModelEntry, Price } from './schema';

const REFERENCE = 'OpenAI API reference, 2026-08';

const common = {
	...IMAGES_API,
	provider: 'openai',
	sizing: FREE_PIXELS,
	typicalSeconds: 40,
	price: GPT_IMAGE_2_PRICE,
	source: REFERENCE,
	asOf: '2026-08',
	verified: true,
	notes: [],
} satisfies Partial<ModelEntry>;

const TRANSPARENT_PREVIEW =
	'OpenAI lists transparent backgrounds for gpt-image-2 as a preview; guides of spring 2026 say it errors. Allowed here, and refused by OpenAI where the account lacks the preview.';

const gptImage2: ModelEntry = {
	...common,
	model: 'gpt-image-2',
	wireModel: 'gpt-image-2',
	label: 'GPT Image 2',
	goodFor: 'Any size up to 4K, precise text, masks',
	notes: [
		TRANSPARENT_PREVIEW,
		'Sizes above 2560x1440 are called experimental by OpenAI.',
		'Masks: OpenAI allows 4 MB, APIYI speaks of 50 MB for the same model.',
	],
};

/** Nobody publishes these rates; ToAPIs sells at "80 % of official", which gives those of gpt-image-2. */
const DERIVED_PRICE: Price = {
	...GPT_IMAGE_2_PRICE,
	source: 'Derived from ToAPIs gpt-image-2.5-vip token prices ("80 % of official")',
	asOf: '2026-09',
	confidence: 'estimate',
	note: 'The rates are derived from a reseller\'s discount, and the token count is that of gpt-image-2.',
};

const NO_PRICE: Price = {
	basis: 'unknown',
	source: 'No price published when this was written',
	asOf: '2026-11',
	confidence: 'unknown',
};

const EXTRA_QUALITIES = 'OpenAI also has the qualities xhigh and max here; send them with Extra Parameters.';

function flavour(model: string, label: string, goodFor: string, price: Price): ModelEntry {
	return { ...common, model, wireModel: model, label, goodFor, price, verified: false, notes: [EXTRA_QUALITIES] };
}

function retired(model: string, label: string, since: string, notes: string[]): ModelEntry {
	return {
		...common,
		model,
		wireModel: model,
		label,
		goodFor: 'Shut down',
		sizing: THREE_SIZES,
		price: NO_PRICE,
		lifecycle: { state: 'retired', since, successor: 'gpt-image-2' },
		notes,
	};
}

/** OpenAI's image models, each with the source and date of its price and limits. */
export const openaiModels: readonly ModelEntry[] = [
	gptImage2,
	{
		...gptImage2,
		model: 'gpt-image-2-2026-04-21',
		wireModel: 'gpt-image-2-2026-04-21',
		label: 'GPT Image 2 (2026-04-21)',
		goodFor: 'The same picture model for years: a pinned snapshot',
	},
	{
		...common,
		model: 'gpt-image-1.5',
		wireModel: 'gpt-image-1.5',
		label: 'GPT Image 1.5',
		goodFor: 'Transparent backgrounds, a gentle move away from gpt-image-1',
		sizing: THREE_SIZES,
		price: GPT_IMAGE_1_5_PRICE,
	},
	{
		...common,
		model: 'gpt-image-1-mini',
		wireModel: 'gpt-image-1-mini',
		label: 'GPT Image 1 Mini',
		goodFor: 'Drafts in large numbers',
		sizing: THREE_SIZES,
		price: {
			basis: 'perToken',
			perMillion: { textInput: '2', imageInput: '2.5', imageOutput: '8' },
			outputTokens: THREE_SIZE_TOKENS,
			source: 'Second-hand price tables; OpenAI\'s own was not at hand',
			asOf: '2026-05',
			confidence: 'estimate',
			note: 'The token count is that of gpt-image-1.',
		},
	},
	flavour('gpt-image-2.5-sunburst', 'GPT Image 2.5 Sunburst', 'Successor of GPT Image 2', DERIVED_PRICE),
	flavour('gpt-image-2.5-sunburst-2026-09-08', 'GPT Image 2.5 Sunburst (2026-09-08)', 'Pinned snapshot', DERIVED_PRICE),
	flavour('gpt-image-2.5-flare', 'GPT Image 2.5 Flare', 'Successor of GPT Image 2', DERIVED_PRICE),
	flavour('gpt-image-2.5-flare-2026-09-08', 'GPT Image 2.5 Flare (2026-09-08)', 'Pinned snapshot', DERIVED_PRICE),
	flavour('gpt-image-2.6-sunburst', 'GPT Image 2.6 Sunburst', 'Newest, price not published', NO_PRICE),
	flavour('gpt-image-2.6-flare', 'GPT Image 2.6 Flare', 'Newest, price not published', NO_PRICE),
	retired('gpt-image-1', 'GPT Image 1', '2026-10-23', [
		'Guides of spring 2026 speak of the shutdown as to come; OpenAI\'s SDK of November says it happened. gpt-image-1.5 is the more conservative way on.',
	]),
	retired('dall-e-3', 'DALL-E 3', '2026-05-12', []),
	retired('dall-e-2', 'DALL-E 2', '2026-05-12', []),
];
