import type { SizingRule, Tariff } from '../catalog/schema';
import { parsePixels } from '../pixels';
import type { PlannedRequest } from '../planned';
import type { Resolution } from '../request';
import { addUsd, maxUsd, minUsd, multiplyUsd, type Usd } from './money';
import {
	estimateTextTokens,
	MAX_REFERENCE_TOKENS,
	outputImageTokens,
	PRICED_QUALITIES,
	TOKENS_PER_PARTIAL_IMAGE,
	type PricedQuality,
} from './tokens';

/** Cheapest and dearest outcome; the same where nothing is left to the model. */
export interface PriceRange {
	low: Usd;
	high: Usd;
}

type TokenTariff = Extract<Tariff, { basis: 'perToken' }>;
type QualityTariff = Extract<Tariff, { basis: 'perImageByQuality' }>;

const MILLION = 1_000_000;

/** Tokens at a price per million. */
export function tokensUsd(perMillion: Usd, tokens: number): Usd {
	return multiplyUsd(perMillion, tokens, MILLION);
}

/** The range of some prices; null where there is none, or one of them is not known. */
export function rangeOf(prices: readonly (Usd | undefined)[]): PriceRange | null {
	// Many are the same, and amounts are slow to compare.
	const [first, ...others] = new Set(prices.filter((price) => price !== undefined));
	if (first === undefined || prices.includes(undefined)) return null;
	return { low: minUsd(first, ...others), high: maxUsd(first, ...others) };
}

/** What decides the price of an output image; null where it is open. */
interface Output {
	/** Those the image may come in. */
	qualities: readonly PricedQuality[];
	resolution: Resolution | null;
	/** `WxH` */
	pixels: string | null;
	/** The model's rule, for the sizes an open size may come to. */
	sizing: SizingRule;
	partialImages: number;
}

/** Partial images that a stream was asked for by Extra Parameters. */
function partialImages({ request }: PlannedRequest): number {
	const { stream, partial_images: partials } = request.extraParameters ?? {};
	return stream === true && typeof partials === 'number' && Number.isInteger(partials) && partials > 0 ? partials : 0;
}

function plannedOutput(planned: PlannedRequest): Output {
	const { request, entry, size } = planned;
	const quality = request.quality === 'auto' ? (entry.defaultQuality ?? 'auto') : request.quality;
	return {
		qualities: quality === 'auto' ? PRICED_QUALITIES : [quality],
		resolution: size.resolution,
		pixels: size.pixels ?? size.expected,
		sizing: entry.sizing,
		partialImages: partialImages(planned),
	};
}

/** The price of the tier, or of every tier where it is open. */
function byTier<T>(table: Partial<Record<Resolution, T>>, { resolution }: Output): (T | undefined)[] {
	return resolution ? [table[resolution]] : Object.values(table);
}

function byQuality(tariff: QualityTariff, { qualities, pixels }: Output): (Usd | undefined)[] {
	return qualities.flatMap((quality) => {
		const price = tariff.byQuality[quality];
		if (typeof price !== 'object') return [price];
		return pixels ? [price[pixels]] : Object.values(price);
	});
}

/** Every size that a rule documents, for models that choose alone. */
function documentedSizes(rule: SizingRule): string[] {
	switch (rule.rule) {
		case 'pixels':
			return Object.values(rule.table).flatMap((ratios) => Object.values(ratios));
		case 'list':
			return rule.sizes.map(({ size }) => size);
		case 'ratioAndTier':
		case 'none':
			return [];
	}
}

/** Output tokens of one size in some qualities; undefined where the table has none. */
function outputTokens({ outputTokens: known }: TokenTariff, qualities: readonly PricedQuality[], size: string): (number | undefined)[] {
	if (known !== 'formula') return qualities.map((quality) => known[quality]?.[size]);
	const pixels = parsePixels(size);
	return qualities.map((quality) => outputImageTokens(quality, pixels));
}

function byToken(tariff: TokenTariff, { qualities, pixels, sizing, partialImages: partials }: Output): (Usd | undefined)[] {
	const sizes = pixels ? [pixels] : documentedSizes(sizing);
	const tokens = sizes.flatMap((size) => outputTokens(tariff, qualities, size));
	// Only the ends of the range are turned into money: a hundred outcomes a quote would be slow.
	return endsOf(tokens).map((count) =>
		count === undefined ? undefined : tokensUsd(tariff.perMillion.imageOutput, count + partials * TOKENS_PER_PARTIAL_IMAGE),
	);
}

/** The smallest and the largest count; undefined where one is not known. */
function endsOf(counts: readonly (number | undefined)[]): (number | undefined)[] {
	const known = counts.filter((count) => count !== undefined);
	return known.length === counts.length && known.length > 0 ? [Math.min(...known), Math.max(...known)] : [undefined];
}

/** What the image may cost; undefined stands for an outcome without a known price. */
function possiblePrices(tariff: Tariff, output: Output): (Usd | undefined)[] {
	switch (tariff.basis) {
		case 'perImage':
			return [tariff.flat];
		case 'perImageByResolution':
			return byTier(tariff.byResolution, output);
		case 'perImageByQuality':
			return byQuality(tariff, output);
		case 'perMegapixel':
			return byTier(tariff.megapixels, output).map((megapixels) =>
				megapixels === undefined ? undefined : multiplyUsd(tariff.perMegapixel, megapixels),
			);
		case 'perToken':
			return byToken(tariff, output);
		case 'unknown':
			return [];
	}
}

/** What one output image costs; null where the tariff has no price for this size or quality. */
export function outputPrice(tariff: Tariff, planned: PlannedRequest): PriceRange | null {
	return rangeOf(possiblePrices(tariff, plannedOutput(planned)));
}

/** What the prompt and the reference images of one request cost, where they cost anything. */
export function inputPrice(tariff: Tariff, { request }: PlannedRequest): Usd {
	if (tariff.basis !== 'perToken') return '0';
	const { textInput, imageInput } = tariff.perMillion;
	return addUsd(
		tokensUsd(textInput, estimateTextTokens(request.prompt)),
		tokensUsd(imageInput, request.images.length * MAX_REFERENCE_TOKENS),
	);
}
