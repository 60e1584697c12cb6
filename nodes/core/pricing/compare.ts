import { ImageError } from '../errors';
import { planRequest } from '../plan';
import type { Gateway } from '../providers/provider';
import type { ImageRequest } from '../request';
import { compareUsd } from './money';
import type { PriceOverrides } from './overrides';
import { quoteRequest, type Quote } from './quote';

/** A model that cannot serve the request, and why. */
export interface Unavailable {
	provider: string;
	model: string;
	reason: string;
}

export interface Comparison {
	/** Cheapest first; unknown prices last. */
	quotes: Quote[];
	unavailable: Unavailable[];
}

function byTotal(a: Quote, b: Quote): number {
	if (a.total === null || b.total === null) return Number(a.total === null) - Number(b.total === null);
	return compareUsd(a.total, b.total);
}

/** Quotes the request on every model of every gateway; its own provider and model do not count. */
export function compareModels(
	gateways: readonly Gateway[],
	request: ImageRequest,
	overrides?: PriceOverrides,
): Comparison {
	const quotes: Quote[] = [];
	const unavailable: Unavailable[] = [];
	for (const gateway of gateways) {
		for (const { provider, model } of gateway.models) {
			try {
				quotes.push(quoteRequest(planRequest(gateway, { ...request, provider, model }), overrides));
			} catch (error) {
				if (!(error instanceof ImageError)) throw error;
				unavailable.push({ provider, model, reason: error.message });
			}
		}
	}
	return { quotes: quotes.sort(byTotal), unavailable };
}
