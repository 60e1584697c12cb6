import type { AspectRatio, Resolution } from '../request';
import type { ModelEntry, PixelLimits, Price, SizeTable } from './schema';

const GPT_PAGE = 'UniAll gpt-image-2 page';
const ORIGIN_PAGE = 'UniAll GPT Image-2 model page (gpt-image-2-origin)';

const common = {
	provider: 'uniall',
	aliases: [],
	operations: ['generate', 'edit'],
	mask: null,
	qualities: [],
	outputFormats: [],
	outputCompression: false,
	backgrounds: [],
	moderation: false,
	maxPromptLength: 32_000,
	asOf: '2026-05',
	verified: false,
} satisfies Partial<ModelEntry>;

/** References travel as URLs; that data URIs are taken too is not documented. */
function references(max: number): ModelEntry['references'] {
	return { max, maxMegabytes: 20, formats: ['png', 'jpeg', 'webp'], accepts: 'urlOrData' };
}

function unpriced(note: string): Price {
	return { basis: 'unknown', source: 'UniAll model pages', asOf: '2026-05', confidence: 'unknown', note };
}

const DATA_URI = 'Local images are sent as data URIs, which UniAll does not document; use URLs where it refuses them.';

/** Common values of the page; an account may have more of them enabled. */
const LISTED_SIZES: ModelEntry['sizing'] = {
	rule: 'list',
	sizes: [
		{ size: '1024x768', aspectRatio: '4:3', resolution: '1K' },
		{ size: '768x1024', aspectRatio: '3:4', resolution: '1K' },
		{ size: '1024x1024', aspectRatio: '1:1', resolution: '1K' },
		{ size: '1536x864', aspectRatio: '16:9', resolution: '1K' },
		{ size: '864x1536', aspectRatio: '9:16', resolution: '1K' },
		{ size: '1920x1080', aspectRatio: '16:9', resolution: '2K' },
		{ size: '1080x1920', aspectRatio: '9:16', resolution: '2K' },
		{ size: '1536x1536', aspectRatio: '1:1', resolution: '2K' },
		{ size: '2048x2048', aspectRatio: '1:1', resolution: '4K' },
		{ size: '3840x2160', aspectRatio: '16:9', resolution: '4K' },
		{ size: '2160x3840', aspectRatio: '9:16', resolution: '4K' },
	],
	auto: false,
};

const ORIGIN_RATIOS: AspectRatio[] = ['1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3', '4:5'];

/** The ratios of Google's Gemini image models. */
const BANANA_RATIOS: AspectRatio[] = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'];

const banana = {
	...common,
	route: 'tasks',
	references: references(14),
	imagesPerRequest: 1,
	outputFormats: ['png', 'jpeg', 'webp'],
	typicalSeconds: 20,
	source: 'UniAll async image generation page',
	notes: [
		'The shape of a task\'s reply is not documented; the common ones are read.',
		'Ratios and number of references are not documented; those of Google\'s Gemini image models are used.',
		DATA_URI,
	],
} satisfies Partial<ModelEntry>;

function tiers(resolutions: readonly Resolution[]): ModelEntry['sizing'] {
	return {
		rule: 'ratioAndTier',
		tiers: Object.fromEntries(resolutions.map((resolution) => [resolution, BANANA_RATIOS])),
		auto: false,
	};
}

/** Sizes ByteDance recommends (Volcengine Ark image API reference). */
const SEEDREAM_SIZES: SizeTable = {
	'2K': {
		'1:1': '2048x2048',
		'16:9': '2848x1600',
		'9:16': '1600x2848',
		'4:3': '2304x1728',
		'3:4': '1728x2304',
		'3:2': '2496x1664',
		'2:3': '1664x2496',
		'21:9': '3136x1344',
	},
	'4K': {
		'1:1': '4096x4096',
		'16:9': '5504x3040',
		'9:16': '3040x5504',
		'4:3': '4704x3520',
		'3:4': '3520x4704',
		'3:2': '4992x3328',
		'2:3': '3328x4992',
		'21:9': '6240x2656',
	},
};

const SEEDREAM_1K: SizeTable['1K'] = {
	'1:1': '1024x1024',
	'16:9': '1312x736',
	'9:16': '736x1312',
	'4:3': '1152x864',
	'3:4': '864x1152',
	'3:2': '1248x832',
	'2:3': '832x1248',
	'21:9': '1568x672',
};

/** Volcengine Ark image API reference. Seedream 4.0 goes down to 1280x720, its successors to 2560x1440. */
const SEEDREAM_LIMITS: PixelLimits = {
	multipleOf: 1,
	maxEdge: 16_384,
	maxRatio: 16,
	minPixels: 3_686_400,
	maxPixels: 16_777_216,
};

const seedream = {
	...common,
	route: 'seedream',
	references: references(10),
	sizing: { rule: 'pixels', limits: SEEDREAM_LIMITS, table: SEEDREAM_SIZES, auto: false },
	imagesPerRequest: 6,
	typicalSeconds: 20,
	price: unpriced('UniAll\'s price for Seedream was not at hand.'),
	source: 'UniAll Seedream page',
	notes: ['UniAll documents custom_size without limits; the sizes are ByteDance\'s own.', DATA_URI],
} satisfies Partial<ModelEntry>;

/** UniAll AI's models, each with the source and date of its price and limits. */
export const uniallModels: readonly ModelEntry[] = [
	{
		...common,
		model: 'gpt-image-2',
		wireModel: 'gpt-image-2',
		label: 'GPT Image 2',
		goodFor: 'Answers at once, up to 8 images per request',
		route: 'images',
		sizing: LISTED_SIZES,
		references: references(16),
		imagesPerRequest: 8,
		qualities: ['low', 'medium', 'high'],
		defaultQuality: 'medium',
		outputFormats: ['png', 'jpeg', 'webp'],
		typicalSeconds: 40,
		price: unpriced('UniAll bills by size and quality; the numbers are not public. Enter yours as a price override.'),
		source: GPT_PAGE,
		verified: true,
		notes: [
			'1920x1080 and 1080x1920 are on UniAll\'s list although OpenAI wants multiples of 16, so its list stands alone.',
			'2048x2048 counts as 4K here.',
			DATA_URI,
		],
	},
	{
		...common,
		model: 'gpt-image-2-origin',
		wireModel: 'gpt-image-2-origin',
		label: 'GPT Image 2 Origin',
		goodFor: 'Known price per image, up to 4K',
		route: 'origin',
		sizing: {
			rule: 'ratioAndTier',
			tiers: { '1K': ORIGIN_RATIOS, '2K': ORIGIN_RATIOS, '4K': ORIGIN_RATIOS },
			auto: false,
		},
		references: { ...references(6), accepts: 'url' },
		imagesPerRequest: 4,
		allowedCounts: [1, 2, 4],
		typicalSeconds: 40,
		price: {
			basis: 'perImageByResolution',
			byResolution: { '1K': '0.01836', '2K': '0.05576', '4K': '0.11424' },
			source: ORIGIN_PAGE,
			asOf: '2026-05',
			confidence: 'exact',
		},
		source: ORIGIN_PAGE,
		notes: [
			'Up to 8 images per request "where supported by configuration"; 1, 2 or 4 are used.',
			'The shape of the reply is not documented; the common ones are read.',
		],
	},
	{
		...banana,
		model: 'nano-banana-2',
		wireModel: 'NanoBanana2-{resolution}',
		aliases: ['gemini-3.1-flash-image', 'gemini-3.1-flash-image-preview'],
		label: 'Nano Banana 2',
		goodFor: 'The same character over many pictures, from 0.5K',
		sizing: tiers(['0.5K', '1K', '2K', '4K']),
		price: {
			basis: 'perImageByResolution',
			byResolution: { '0.5K': '0.041', '1K': '0.054', '2K': '0.082', '4K': '0.109' },
			source: 'UniAll model list',
			asOf: '2026-05',
			confidence: 'exact',
		},
	},
	{
		...banana,
		model: 'nano-banana-pro',
		wireModel: 'NanoBananaPro-{resolution}',
		aliases: ['gemini-3-pro-image', 'gemini-3-pro-image-preview'],
		label: 'Nano Banana Pro',
		goodFor: 'Demanding composition, up to 8K',
		sizing: tiers(['1K', '2K', '4K', '8K']),
		price: {
			basis: 'perImageByResolution',
			byResolution: { '1K': '0.102' },
			source: 'UniAll model list',
			asOf: '2026-05',
			confidence: 'exact',
			note: 'UniAll lists one price, $0.102; that of higher resolutions is not public.',
		},
	},
	{
		...banana,
		model: 'nano-banana',
		wireModel: 'NanoBanana',
		label: 'Nano Banana',
		goodFor: 'Quick edits at 1K',
		sizing: tiers(['1K']),
		price: unpriced('UniAll\'s price for Nano Banana was not at hand.'),
	},
	{
		...seedream,
		model: 'seedream-4.0',
		wireModel: 'seedream-4.0',
		label: 'Seedream 4.0',
		goodFor: 'ByteDance\'s model, from 1K to 4K',
		sizing: {
			rule: 'pixels',
			limits: { ...SEEDREAM_LIMITS, minPixels: 921_600 },
			table: { '1K': SEEDREAM_1K, ...SEEDREAM_SIZES },
			auto: false,
		},
	},
	{
		...seedream,
		model: 'seedream-4.5',
		wireModel: 'seedream-4.5',
		label: 'Seedream 4.5',
		goodFor: 'Small text and posters, 2K and 4K',
	},
	{
		...seedream,
		model: 'seedream-5.0-lite',
		wireModel: 'seedream-5.0-lite',
		label: 'Seedream 5.0 Lite',
		goodFor: 'Fast pictures, 2K and 4K',
	},
];
