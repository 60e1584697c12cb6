/**
 * How sure a price is: `exact` list price, `estimate`, `upper_bound` (no more than), `unknown`.
 */
export type Confidence = 'exact' | 'estimate' | 'upper_bound' | 'unknown';

export type PriceBasis = 'perImage' | 'perMegapixel' | 'perToken' | 'unknown';

/** What a request will cost. Money is US dollars as decimal text; null where the price is unknown. */
export interface Quote {
	provider: string;
	model: string;
	operation: 'generate' | 'edit';
	perImage: string | null;
	images: number;
	total: string | null;
	currency: 'USD';
	basis: PriceBasis;
	confidence: Confidence;
	/** ISO date or month of the source; null for unknown prices. */
	priceAsOf: string | null;
	source: string | null;
	notes: string[];
}
