import { z } from 'zod';

import { ASPECT_RATIOS, BACKGROUNDS, OUTPUT_FORMATS, QUALITIES, RESOLUTIONS } from '../request';
import { OPERATIONS } from '../task';

/** `WxH` in pixels. */
const pixels = z.string().regex(/^[1-9]\d*x[1-9]\d*$/);
const aspectRatio = z.enum(ASPECT_RATIOS);
const resolution = z.enum(RESOLUTIONS);
/** Decimal US dollars as text, so that no price is ever a binary float. */
const usd = z.string().regex(/^\d+(\.\d{1,12})?$/);
/** ISO date, or year and month where the source gives no day. */
const date = z.string().regex(/^\d{4}-\d{2}(-\d{2})?$/);

/** Tier -> ratio -> `WxH`. */
const sizeTable = z.record(resolution, z.record(aspectRatio, pixels));

/** The constraints on free pixel sizes. OpenAI's are in `gpt-image.ts`, ByteDance's in `uniall.ts`. */
const pixelLimits = z.object({
	multipleOf: z.number().int(),
	maxEdge: z.number().int(),
	/** Longest edge divided by shortest, at most. */
	maxRatio: z.number(),
	minPixels: z.number().int(),
	maxPixels: z.number().int(),
});

/** How a model takes its output size. */
const sizingRule = z.discriminatedUnion('rule', [
	/** Any `WxH` within the limits; `table` translates ratio and tier. */
	z.object({ rule: z.literal('pixels'), limits: pixelLimits, table: sizeTable, auto: z.boolean() }),
	/** One of a fixed list of `WxH`. */
	z.object({
		rule: z.literal('list'),
		sizes: z.array(z.object({ size: pixels, aspectRatio, resolution })).min(1),
		auto: z.boolean(),
	}),
	/** A ratio and a tier; `expected` says which pixels usually come of it. */
	z.object({
		rule: z.literal('ratioAndTier'),
		tiers: z.record(resolution, z.array(aspectRatio)),
		expected: sizeTable.optional(),
		auto: z.boolean(),
	}),
	/** The model decides alone. */
	z.object({ rule: z.literal('none') }),
]);

const references = z.object({
	/** 0 where the model takes none. */
	max: z.number().int().min(0),
	maxMegabytes: z.number().positive(),
	formats: z.array(z.enum(OUTPUT_FORMATS)),
	/**
	 * What travels on the wire: `file` = multipart part, `url` = a public URL in JSON (bytes are uploaded
	 * first where the provider has an upload endpoint), `urlOrData` = a URL or a data URI in JSON.
	 */
	accepts: z.enum(['file', 'url', 'urlOrData']),
});

const perMillion = z.object({ textInput: usd, imageInput: usd, imageOutput: usd });

/** How a model is billed. */
const tariffSchema = z.discriminatedUnion('basis', [
	/** The same for every image. */
	z.object({ basis: z.literal('perImage'), flat: usd }),
	/** By resolution tier. */
	z.object({ basis: z.literal('perImageByResolution'), byResolution: z.record(resolution, usd) }),
	/** By quality, and within a quality by `WxH` where the size counts too. */
	z.object({
		basis: z.literal('perImageByQuality'),
		byQuality: z.record(z.enum(QUALITIES), z.union([usd, z.record(pixels, usd)])),
	}),
	/** `megapixels` = what each tier counts as. */
	z.object({ basis: z.literal('perMegapixel'), perMegapixel: usd, megapixels: z.record(resolution, z.number().int().positive()) }),
	/**
	 * By tokens, US dollars per million. `formula` = output tokens by the published calculator's formula;
	 * `table` = quality -> `WxH` -> tokens.
	 */
	z.object({
		basis: z.literal('perToken'),
		perMillion,
		outputTokens: z.union([z.literal('formula'), z.record(z.enum(QUALITIES), z.record(pixels, z.number().int()))]),
	}),
	z.object({ basis: z.literal('unknown') }),
]);

/** How a model is billed; amounts in US dollars as decimal text. */
export type Tariff = z.infer<typeof tariffSchema>;

/** A tariff, who says so, and since when. */
const priceSchema = z.intersection(
	tariffSchema,
	z.object({
		source: z.string().min(1),
		asOf: date,
		/** `exact` for list prices, `estimate` where the number is second-hand or approximate. */
		confidence: z.enum(['exact', 'estimate', 'unknown']),
		note: z.string().optional(),
	}),
);
/** A tariff with who says so, and since when. */
export type Price = z.infer<typeof priceSchema>;

/** One model at one provider: what it is called there, what it can do and what it costs. */
export const modelEntrySchema = z.object({
	/** Registry id of the provider. */
	provider: z.string(),
	/** Canonical id: the same picture model has the same id on every provider. */
	model: z.string(),
	/** The id on the wire; with `{resolution}` where the tier is part of the name. */
	wireModel: z.string(),
	/** Further ids under which users may know it. */
	aliases: z.array(z.string()),
	label: z.string(),
	/** What it is good for, in a few words for the model picker. */
	goodFor: z.string(),
	/** Which of the adapter's request shapes serves it. */
	route: z.string(),
	operations: z.array(z.enum(OPERATIONS)).min(1),
	sizing: sizingRule,
	references,
	/** Null where the model takes no mask. */
	mask: z.object({ maxMegabytes: z.number().positive() }).nullable(),
	/** Images per request; more are asked for with parallel requests. */
	imagesPerRequest: z.number().int().positive(),
	/** Counts a single request may have, where not every number up to the limit will do. */
	allowedCounts: z.array(z.number().int()).optional(),
	/** Empty where the model has no quality setting; never holds `auto` unless the wire takes it. */
	qualities: z.array(z.enum(QUALITIES)),
	/** What the provider uses when none is sent; prices are quoted with it. */
	defaultQuality: z.enum(QUALITIES).optional(),
	outputFormats: z.array(z.enum(OUTPUT_FORMATS)),
	/** 0-100 for jpeg and webp. */
	outputCompression: z.boolean(),
	backgrounds: z.array(z.enum(BACKGROUNDS)),
	moderation: z.boolean(),
	/** Characters. */
	maxPromptLength: z.number().int().positive(),
	/** Seconds from submission to image at 1K, for the poll schedule. */
	typicalSeconds: z.number().positive(),
	/** Set where the model is gone (`retired`: refused) or going (`deprecated`: hint). */
	lifecycle: z
		.object({ state: z.enum(['deprecated', 'retired']), since: date, successor: z.string() })
		.optional(),
	price: priceSchema,
	source: z.string().min(1),
	asOf: date,
	/** False where the reply shape or a limit was not documented by the provider. */
	verified: z.boolean(),
	/** Conflicts between sources, and which side was taken. */
	notes: z.array(z.string()),
});

/** One model on one provider: what it can do, what it costs, and who says so. */
export type ModelEntry = z.infer<typeof modelEntrySchema>;
/** How a model takes its size: exact pixels, a list, a ratio with a tier, or not at all. */
export type SizingRule = ModelEntry['sizing'];
/** What free sizes must keep to, in pixels. */
export type PixelLimits = z.infer<typeof pixelLimits>;
/** Pixels (`WxH`) by tier and ratio. */
export type SizeTable = z.infer<typeof sizeTable>;
