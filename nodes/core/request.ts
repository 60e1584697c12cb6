import { z } from 'zod';

import { OPERATIONS } from './task';

/** Width to height, as the nodes offer them. */
export const ASPECT_RATIOS = [
	'1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3', '4:5', '5:4', '2:1', '1:2', '21:9', '9:21',
] as const;
/** One of the ratios, e.g. `16:9`. */
export type AspectRatio = (typeof ASPECT_RATIOS)[number];

/** Tiers of size, smallest first. */
export const RESOLUTIONS = ['0.5K', '1K', '2K', '4K', '8K'] as const;
/** One of the tiers, e.g. `2K`. */
export type Resolution = (typeof RESOLUTIONS)[number];

/** What the nodes offer as quality. */
export const QUALITIES = ['auto', 'low', 'medium', 'high'] as const;
/** One of the qualities; `auto` leaves it to the model. */
export type Quality = (typeof QUALITIES)[number];

/** File formats of images. */
export const OUTPUT_FORMATS = ['png', 'jpeg', 'webp'] as const;
/** One of the formats. */
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** What the nodes offer as background. */
export const BACKGROUNDS = ['auto', 'opaque', 'transparent'] as const;
/** One of the backgrounds. */
export type Background = (typeof BACKGROUNDS)[number];

/** One image of the user's: bytes in the store (`binary`), or a `url`, which is http(s) or a data URI. */
const imageSourceSchema = z.discriminatedUnion('kind', [
	z.object({ kind: z.literal('binary'), key: z.string() }),
	z.object({ kind: z.literal('url'), url: z.string() }),
]);
/** Where an image comes from: a binary field, or a URL. */
export type ImageSource = z.infer<typeof imageSourceSchema>;

const sizeChoiceSchema = z.discriminatedUnion('sizing', [
	z.object({
		sizing: z.literal('aspectRatio'),
		aspectRatio: z.enum(ASPECT_RATIOS),
		resolution: z.enum(RESOLUTIONS),
	}),
	z.object({
		sizing: z.literal('pixels'),
		width: z.number().int().positive(),
		height: z.number().int().positive(),
		/** Take the nearest size the model can do instead of refusing. */
		snap: z.boolean(),
	}),
	z.object({ sizing: z.literal('auto') }),
]);
/** The size as the user chose it. */
export type SizeChoice = z.infer<typeof sizeChoiceSchema>;

/** JSON that may be merged into a request body. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
/** Any JSON object. */
export type JsonObject = { [key: string]: JsonValue };

/**
 * One item's wish, the same for every provider. Undefined fields are left to the provider:
 * an adapter sends nothing the user did not ask for.
 */
export const imageRequestSchema = z.object({
	provider: z.string(),
	/** Canonical or wire model id, or one the catalog does not know. */
	model: z.string(),
	operation: z.enum(OPERATIONS),
	prompt: z.string(),
	size: sizeChoiceSchema,
	quality: z.enum(QUALITIES),
	count: z.number().int(),
	images: z.array(imageSourceSchema),
	mask: imageSourceSchema.optional(),
	outputFormat: z.enum(OUTPUT_FORMATS).optional(),
	outputCompression: z.number().int().optional(),
	background: z.enum(BACKGROUNDS).optional(),
	moderation: z.enum(['auto', 'low']).optional(),
	/** The user's own id for this item, sent where the provider has a place for it. */
	clientReference: z.string().optional(),
	/** Merged into the wire body last. */
	extraParameters: z.record(z.unknown()).optional(),
});
/** What a user wants, in the nodes' terms, whatever the provider. */
export type ImageRequest = z.infer<typeof imageRequestSchema>;
