import type { Price, Tariff } from '../catalog/schema';
import type { PlannedRequest } from '../planned';
import type { Operation } from '../task';
import { addUsd, formatUsd, multiplyUsd, type Usd } from './money';
import { overriddenTariff, type PriceOverrides } from './overrides';
import { inputPrice, outputPrice, type PriceRange } from './tariff';

/**
 * How sure a price is: `exact` list price, `estimate`, `upper_bound` (no more than), `unknown`.
 */
export type Confidence = 'exact' | 'estimate' | 'upper_bound' | 'unknown';

/** What a price is counted by. */
export type PriceBasis = 'perImage' | 'perMegapixel' | 'perToken' | 'unknown';

/** What a request will cost. Money is US dollars as decimal text; null where the price is unknown. */
export interface Quote {
	provider: string;
	model: string;
	operation: Operation;
	/** `total` / `images`, to the twelfth decimal. */
	perImage: Usd | null;
	images: number;
	/** All images with their share of prompt and references. */
	total: Usd | null;
	currency: 'USD';
	basis: PriceBasis;
	confidence: Confidence;
	/** ISO date or month of the source; null for unknown prices and for the user's own. */
	priceAsOf: string | null;
	source: string | null;
	notes: string[];
}

/** A tariff with what is known of its origin. */
type QuotedPrice = Pick<Price, 'source' | 'confidence' | 'note'> & { tariff: Tariff; asOf: string | null };

const BASES: Readonly<Record<Tariff['basis'], PriceBasis>> = {
	perImage: 'perImage',
	perImageByResolution: 'perImage',
	perImageByQuality: 'perImage',
	perMegapixel: 'perMegapixel',
	perToken: 'perToken',
	unknown: 'unknown',
};

function priceOf({ request, entry, wireModel }: PlannedRequest, overrides: PriceOverrides): QuotedPrice {
	const own = overriddenTariff(overrides, request.provider, [wireModel, entry.model]);
	if (own) return { tariff: own, asOf: null, source: 'Price Overrides', confidence: 'exact' };
	const { source, asOf, confidence, note } = entry.price;
	return { tariff: entry.price, source, asOf, confidence, note };
}

function confidenceOf(price: QuotedPrice, { low, high }: PriceRange): Confidence {
	if (price.confidence !== 'exact') return 'estimate';
	if (low !== high) return 'upper_bound';
	// Tokens of prompt and references are never known beforehand.
	return price.tariff.basis === 'perToken' ? 'estimate' : 'exact';
}

function rangeNotes({ low, high }: PriceRange): string[] {
	if (low === high) return [];
	return [`An image costs ${formatUsd(low)} to ${formatUsd(high)}, as the model chooses; the highest is quoted.`];
}

function inputNotes(input: Usd, { request, counts }: PlannedRequest): string[] {
	if (input === '0') return [];
	const parts = request.images.length > 0 ? 'prompt and reference images' : 'prompt';
	const requests = counts.length > 1 ? `each of the ${counts.length} requests` : 'the request';
	return [`Includes about ${formatUsd(input)} for the ${parts} of ${requests}.`];
}

function extraNotes({ request }: PlannedRequest): string[] {
	const names = Object.keys(request.extraParameters ?? {});
	return names.length > 0 ? ['Extra Parameters may change the price; only partial images are counted.'] : [];
}

/**
 * The price of a planned request. Where quality or size is left to the model, the dearest outcome is
 * quoted and the range is noted. `overrides` are the user's own prices and win over the catalog.
 */
export function quoteRequest(planned: PlannedRequest, overrides: PriceOverrides = new Map()): Quote {
	const { request, entry, counts } = planned;
	const price = priceOf(planned, overrides);
	const subject = {
		provider: request.provider,
		model: entry.model,
		operation: request.operation,
		images: request.count,
		currency: 'USD' as const,
	};
	const notes = price.note ? [price.note] : [];
	const range = outputPrice(price.tariff, planned);
	if (!range) {
		return {
			...subject,
			perImage: null,
			total: null,
			basis: 'unknown',
			confidence: 'unknown',
			priceAsOf: null,
			source: null,
			notes: [...notes, 'The price of this request is not known. Enter your own under Price Overrides in Estimate Cost.'],
		};
	}
	const input = inputPrice(price.tariff, planned);
	const total = addUsd(multiplyUsd(range.high, request.count), multiplyUsd(input, counts.length));
	return {
		...subject,
		perImage: multiplyUsd(total, 1, request.count),
		total,
		basis: BASES[price.tariff.basis],
		confidence: confidenceOf(price, range),
		priceAsOf: price.asOf,
		source: price.source,
		notes: [...notes, ...rangeNotes(range), ...inputNotes(input, planned), ...extraNotes(planned)],
	};
}
