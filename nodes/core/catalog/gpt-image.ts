import type { ModelEntry, PixelLimits, Price, SizeTable } from './schema';

/** What a free pixel size must fulfil for gpt-image-2 (APIYI gpt-image-2 overview; OpenAI API reference, 2026-08). */
const PIXEL_LIMITS: PixelLimits = {
	multipleOf: 16,
	maxEdge: 3840,
	maxRatio: 3,
	minPixels: 655_360,
	maxPixels: 8_294_400,
};

/** Ratio and tier to pixels (ToAPIs docs, gpt-image-2-official). 8,294,400 pixels is where 4K ends. */
export const GPT_IMAGE_2_SIZES: SizeTable = {
	'1K': {
		'1:1': '1024x1024',
		'16:9': '1536x864',
		'9:16': '864x1536',
		'4:3': '1024x768',
		'3:4': '768x1024',
		'3:2': '1536x1024',
		'2:3': '1024x1536',
		'4:5': '1024x1280',
		'5:4': '1280x1024',
		'2:1': '2048x1024',
		'1:2': '1024x2048',
		'21:9': '2016x864',
		'9:21': '864x2016',
	},
	'2K': {
		'1:1': '2048x2048',
		'16:9': '2048x1152',
		'9:16': '1152x2048',
		'4:3': '2048x1536',
		'3:4': '1536x2048',
		'3:2': '2048x1360',
		'2:3': '1360x2048',
		'4:5': '2048x2560',
		'5:4': '2560x2048',
		'2:1': '2688x1344',
		'1:2': '1344x2688',
		'21:9': '2688x1152',
		'9:21': '1152x2688',
	},
	'4K': {
		'1:1': '2880x2880',
		'16:9': '3840x2160',
		'9:16': '2160x3840',
		'4:3': '3312x2480',
		'3:4': '2480x3312',
		'3:2': '3520x2336',
		'2:3': '2336x3520',
		'4:5': '2576x3216',
		'5:4': '3216x2576',
		'2:1': '3840x1920',
		'1:2': '1920x3840',
		'21:9': '3840x1648',
		'9:21': '1648x3840',
	},
};

/** gpt-image-2 and later take any size within the limits. */
export const FREE_PIXELS: ModelEntry['sizing'] = {
	rule: 'pixels',
	limits: PIXEL_LIMITS,
	table: GPT_IMAGE_2_SIZES,
	auto: true,
};

/** The GPT image models before gpt-image-2 (OpenAI API reference, 2026-08). */
export const THREE_SIZES: ModelEntry['sizing'] = {
	rule: 'list',
	sizes: [
		{ size: '1024x1024', aspectRatio: '1:1', resolution: '1K' },
		{ size: '1536x1024', aspectRatio: '3:2', resolution: '1K' },
		{ size: '1024x1536', aspectRatio: '2:3', resolution: '1K' },
	],
	auto: true,
};

/** The Images API as OpenAI documents it; relays differ in a few fields. */
export const IMAGES_API = {
	aliases: [],
	route: 'images',
	operations: ['generate', 'edit'],
	references: { max: 16, maxMegabytes: 50, formats: ['png', 'jpeg', 'webp'], accepts: 'file' },
	mask: { maxMegabytes: 4 },
	imagesPerRequest: 10,
	qualities: ['auto', 'low', 'medium', 'high'],
	defaultQuality: 'auto',
	outputFormats: ['png', 'jpeg', 'webp'],
	outputCompression: true,
	backgrounds: ['auto', 'opaque', 'transparent'],
	moderation: true,
	maxPromptLength: 32_000,
} satisfies Partial<ModelEntry>;

const CALCULATOR = 'Output tokens by the formula of OpenAI\'s size calculator; prompt and reference tokens are estimated.';

/** gpt-image-2: US dollars per million tokens; reproduces the published .006/.053/.211 at 1024x1024. */
export const GPT_IMAGE_2_PRICE: Price = {
	basis: 'perToken',
	perMillion: { textInput: '5', imageInput: '8', imageOutput: '30' },
	outputTokens: 'formula',
	source: 'OpenAI price list and APIYI gpt-image-2 overview (official per-image prices)',
	asOf: '2026-05',
	confidence: 'exact',
	note: CALCULATOR,
};

/** Output tokens of the GPT image models with three sizes (OpenAI image guide). */
export const THREE_SIZE_TOKENS = {
	low: { '1024x1024': 272, '1024x1536': 408, '1536x1024': 400 },
	medium: { '1024x1024': 1056, '1024x1536': 1584, '1536x1024': 1568 },
	high: { '1024x1024': 4160, '1024x1536': 6240, '1536x1024': 6208 },
};

/** gpt-image-1.5: reproduces the published .009/.034/.133 at 1024x1024. */
export const GPT_IMAGE_1_5_PRICE: Price = {
	basis: 'perToken',
	perMillion: { textInput: '5', imageInput: '8', imageOutput: '32' },
	outputTokens: THREE_SIZE_TOKENS,
	source: 'OpenAI price list, per-image prices as quoted in Unifically GPT Image 2 guide, 2026-05-06',
	asOf: '2026-05',
	confidence: 'exact',
	note: 'Output tokens by OpenAI\'s table; prompt and reference tokens are estimated.',
};
