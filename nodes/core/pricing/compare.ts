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

/** What every model in the catalog would ask for one request. */
export interface Comparison {
	/** Cheapest first; unknown prices last. */
	quotes: Quote[];
	unavailable: Unavailable[];
}

function byTotal(a: Quote, b: Quote): number {
	if (a.total === null || b.total === null) return Number(a.total === null) - Number(b.total === null);
	return compareUsd(a.total, b.total);
}

/** The quote, or why the model cannot serve the request. */
function quoteOrReason(gateway: Gateway, request: ImageRequest, overrides?: PriceOverrides): Quote | ImageError {
	let failure: unknown;
	try {
		return quoteRequest(planRequest(gateway, request), overrides);
	} catch (error) {
		failure = error;
	}
	if (failure instanceof ImageError) return failure;
	throw failure;
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
			const result = quoteOrReason(gateway, { ...request, provider, model }, overrides);
			if (result instanceof ImageError) unavailable.push({ provider, model, reason: result.message });
			else quotes.push(result);
		}
	}
	return { quotes: quotes.sort(byTotal), unavailable };
}
