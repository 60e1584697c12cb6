import type { SizingRule, Tariff } from '../catalog/schema';
import { parsePixels } from '../pixels';
import type { PlannedRequest } from '../plan';
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
function rangeOf(prices: readonly (Usd | undefined)[]): PriceRange | null {
	const known = prices.filter((price) => price !== undefined);
	const [first, ...others] = known;
	if (first === undefined || known.length < prices.length) return null;
	return { low: minUsd(first, ...others), high: maxUsd(first, ...others) };
}

/** The qualities that the image may come in. */
function possibleQualities({ request, entry }: PlannedRequest): readonly PricedQuality[] {
	const quality = request.quality === 'auto' ? (entry.defaultQuality ?? 'auto') : request.quality;
	return quality === 'auto' ? PRICED_QUALITIES : [quality];
}

/** The price of the chosen tier, or of every tier where the model chooses. */
function byTier<T>(table: Partial<Record<Resolution, T>>, { size }: PlannedRequest): (T | undefined)[] {
	return size.resolution ? [table[size.resolution]] : Object.values(table);
}

function byQuality(tariff: QualityTariff, planned: PlannedRequest): PriceRange | null {
	const pixels = planned.size.pixels ?? planned.size.expected;
	return rangeOf(
		possibleQualities(planned).flatMap((quality) => {
			const price = tariff.byQuality[quality];
			if (typeof price !== 'object') return [price];
			return pixels ? [price[pixels]] : Object.values(price);
		}),
	);
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

function outputTokens(tariff: TokenTariff, quality: PricedQuality, size: string): number | undefined {
	if (tariff.outputTokens === 'formula') return outputImageTokens(quality, parsePixels(size));
	return tariff.outputTokens[quality]?.[size];
}

/** Partial images that a stream was asked for by Extra Parameters. */
function partialImages({ request }: PlannedRequest): number {
	const { stream, partial_images: partials } = request.extraParameters ?? {};
	return stream === true && typeof partials === 'number' && Number.isInteger(partials) && partials > 0 ? partials : 0;
}

function byToken(tariff: TokenTariff, planned: PlannedRequest): PriceRange | null {
	const pixels = planned.size.pixels ?? planned.size.expected;
	const sizes = pixels ? [pixels] : documentedSizes(planned.entry.sizing);
	const partials = partialImages(planned) * TOKENS_PER_PARTIAL_IMAGE;
	return rangeOf(
		possibleQualities(planned).flatMap((quality) =>
			sizes.map((size) => {
				const tokens = outputTokens(tariff, quality, size);
				return tokens === undefined ? undefined : tokensUsd(tariff.perMillion.imageOutput, tokens + partials);
			}),
		),
	);
}

/** What one output image costs; null where the tariff has no price for this size or quality. */
export function outputPrice(tariff: Tariff, planned: PlannedRequest): PriceRange | null {
	switch (tariff.basis) {
		case 'perImage':
			return rangeOf([tariff.flat]);
		case 'perImageByResolution':
			return rangeOf(byTier(tariff.byResolution, planned));
		case 'perImageByQuality':
			return byQuality(tariff, planned);
		case 'perMegapixel':
			return rangeOf(
				byTier(tariff.megapixels, planned).map((megapixels) =>
					megapixels === undefined ? undefined : multiplyUsd(tariff.perMegapixel, megapixels),
				),
			);
		case 'perToken':
			return byToken(tariff, planned);
		case 'unknown':
			return null;
	}
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
