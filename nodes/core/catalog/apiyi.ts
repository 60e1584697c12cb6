import { FREE_PIXELS, GPT_IMAGE_1_5_PRICE, GPT_IMAGE_2_PRICE, IMAGES_API, THREE_SIZES } from './gpt-image';
import type { ModelEntry } from './schema';

const OVERVIEW = 'APIYI gpt-image-2 overview';

const relay = {
	...IMAGES_API,
	provider: 'apiyi',
	references: { ...IMAGES_API.references, max: 5 },
	mask: { maxMegabytes: 50 },
	imagesPerRequest: 1,
	source: OVERVIEW,
	asOf: '2026-05',
	typicalSeconds: 120,
} satisfies Partial<ModelEntry>;

const SAME_PRICE = 'APIYI bills OpenAI\'s token prices, less up to 15 % by top-up.';

/** APIYI's models, each with the source and date of its price and limits. */
export const apiyiModels: readonly ModelEntry[] = [
	{
		...relay,
		model: 'gpt-image-2',
		wireModel: 'gpt-image-2',
		label: 'GPT Image 2',
		goodFor: 'Any size up to 4K, precise text, masks',
		sizing: FREE_PIXELS,
		backgrounds: ['auto', 'opaque'],
		price: { ...GPT_IMAGE_2_PRICE, source: OVERVIEW, note: `${GPT_IMAGE_2_PRICE.note} ${SAME_PRICE}` },
		verified: true,
		notes: [
			'References: the overview says 5 and that more is an error, a newer page says 16. The lower number is used.',
			'APIYI says that a transparent background errors; OpenAI lists it as a preview.',
			'Reference images above 10 MB are advised against.',
			'Masks: APIYI speaks of 50 MB, OpenAI allows 4 MB for the same model.',
		],
	},
	{
		...relay,
		model: 'gpt-image-2-all',
		wireModel: 'gpt-image-2-all',
		label: 'GPT Image 2 All',
		goodFor: 'Flat price, about 30 seconds, no settings',
		route: 'all',
		sizing: { rule: 'none' },
		mask: null,
		qualities: [],
		defaultQuality: undefined,
		outputFormats: [],
		outputCompression: false,
		backgrounds: [],
		moderation: false,
		typicalSeconds: 30,
		price: { basis: 'perImage', flat: '0.03', source: OVERVIEW, asOf: '2026-05', confidence: 'exact' },
		verified: true,
		notes: [
			'Replies hold a URL by an older page, base64 with a data-URI prefix by newer ones. Both are read.',
			'The number of references is not documented; that of gpt-image-2 is used.',
		],
	},
	{
		...relay,
		model: 'gpt-image-1.5',
		wireModel: 'gpt-image-1.5',
		label: 'GPT Image 1.5',
		goodFor: 'Transparent backgrounds',
		sizing: THREE_SIZES,
		price: {
			...GPT_IMAGE_1_5_PRICE,
			confidence: 'estimate',
			source: 'OpenAI price list; APIYI says "same price" of its official models',
			note: `${GPT_IMAGE_1_5_PRICE.note} ${SAME_PRICE}`,
		},
		verified: false,
		notes: ['Named by the gpt-image-2 overview as the way to transparent backgrounds; it has no page of its own there.'],
	},
];
