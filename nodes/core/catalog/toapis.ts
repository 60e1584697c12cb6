import { ASPECT_RATIOS, type AspectRatio } from '../request';
import { GPT_IMAGE_2_SIZES } from './gpt-image';
import type { ModelEntry, Price } from './schema';

const ALL_RATIOS: AspectRatio[] = [...ASPECT_RATIOS];

const task = {
	provider: 'toapis',
	aliases: [],
	operations: ['generate', 'edit'],
	references: { max: 16, maxMegabytes: 10, formats: ['png', 'jpeg', 'webp'], accepts: 'url' },
	mask: null,
	imagesPerRequest: 1,
	qualities: [],
	outputFormats: [],
	outputCompression: false,
	backgrounds: [],
	moderation: false,
	maxPromptLength: 32_000,
	asOf: '2026-05',
} satisfies Partial<ModelEntry>;

const EVERY_RATIO: ModelEntry['sizing'] = {
	rule: 'ratioAndTier',
	tiers: { '1K': ALL_RATIOS, '2K': ALL_RATIOS, '4K': ALL_RATIOS },
	expected: GPT_IMAGE_2_SIZES,
	auto: false,
};

const unlisted: Price = {
	basis: 'unknown',
	source: 'ToAPIs names no public price for this variant',
	asOf: '2026-11',
	confidence: 'unknown',
};

const PROMPT_LENGTH = 'Prompt length: 4,000 characters by older pages, 32,000 by newer ones. The newer number is used.';

/** ToAPIs' models, each with the source and date of its price and limits. */
export const toapisModels: readonly ModelEntry[] = [
	{
		...task,
		model: 'gpt-image-2',
		wireModel: 'gpt-image-2',
		label: 'GPT Image 2',
		goodFor: 'Lowest price per image, up to 4K wide formats',
		route: 'plain',
		sizing: {
			rule: 'ratioAndTier',
			tiers: {
				'1K': ['1:1', '3:2', '2:3'],
				'2K': ALL_RATIOS,
				'4K': ['16:9', '9:16', '2:1', '1:2', '21:9', '9:21'],
			},
			expected: GPT_IMAGE_2_SIZES,
			auto: false,
		},
		typicalSeconds: 8,
		price: {
			basis: 'perImageByResolution',
			byResolution: { '1K': '0.015', '2K': '0.02', '4K': '0.025' },
			source: 'ToAPIs GPT-Image-2 model page (3, 4 and 5 credits at 200 credits per dollar)',
			asOf: '2026-05',
			confidence: 'exact',
			note: 'ToAPIs settles by the current price of the account.',
		},
		source: 'ToAPIs GPT-Image-2 model page',
		verified: true,
		notes: [
			'Ratios per resolution: this list is the model page\'s; newer pages of the -official and -vip variants name all ratios at every resolution.',
			'Resolution stands at the top level with 1k/2k/4k in the parameter table, in metadata with 1K in an example. The table is followed.',
			'The pixels are those of gpt-image-2-official: to be expected, not promised.',
			PROMPT_LENGTH,
		],
	},
	{
		...task,
		model: 'gpt-image-2-vip',
		wireModel: 'gpt-image-2-vip',
		label: 'GPT Image 2 VIP',
		goodFor: 'Every ratio at every resolution, with quality',
		route: 'vip',
		sizing: EVERY_RATIO,
		qualities: ['low', 'medium', 'high'],
		defaultQuality: 'medium',
		typicalSeconds: 20,
		price: unlisted,
		source: 'ToAPIs docs, gpt-image-2-vip page',
		verified: true,
		notes: [PROMPT_LENGTH],
	},
	{
		...task,
		model: 'gpt-image-2-official',
		wireModel: 'gpt-image-2-official',
		label: 'GPT Image 2 Official',
		goodFor: 'Masks, formats and quality by resolution',
		route: 'official',
		sizing: EVERY_RATIO,
		mask: { maxMegabytes: 10 },
		imagesPerRequest: 4,
		qualities: ['low', 'medium', 'high'],
		defaultQuality: 'high',
		outputFormats: ['png', 'jpeg'],
		outputCompression: true,
		backgrounds: ['auto', 'opaque'],
		typicalSeconds: 60,
		price: unlisted,
		source: 'ToAPIs docs, gpt-image-2-official page',
		verified: true,
		notes: [
			'Images per request: the parameter table says 1-10, the text "max 4". The lower number is used.',
			'A transparent background silently becomes auto, so it is refused here.',
			PROMPT_LENGTH,
		],
	},
];
