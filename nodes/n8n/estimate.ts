import { findModel } from '../core/catalog/find';
import { planRequest } from '../core/plan';
import { readAmount } from '../core/pricing/budget';
import { compareModels, type Comparison } from '../core/pricing/compare';
import type { Usd } from '../core/pricing/money';
import { parsePriceOverrides } from '../core/pricing/overrides';
import { quoteRequest, type Quote } from '../core/pricing/quote';
import { registry } from '../core/providers';
import type { Gateway } from '../core/providers/provider';
import type { ImageRequest } from '../core/request';
import { OPERATIONS } from '../core/task';
import { choice, json, number, wholeNumber, yesNo } from './checks';
import { type ItemParameters, readPricedParameters } from './parameters';

/** About forty words: the length counts only where a model bills its input tokens, and then for little. */
const TYPICAL_PROMPT = 'Photo of the product on a table by a window. '.repeat(5);

/** Stands in the request for each reference image: only their number has a price. */
const REFERENCE = { kind: 'url', url: 'https://example.com/reference.png' } as const;

/** One item's price. */
export interface Estimate {
	gateway: Gateway;
	/** The chosen model's quote; in a comparison the cheapest, where the chosen model cannot do it. */
	quote: Quote;
	/** Null in mode `quote`. */
	comparison: Comparison | null;
}

/** What else the item asks for. */
export interface EstimateOptions {
	/** Most that all items may cost; null for no limit. */
	budgetUsd: Usd | null;
	runsPerMonth: number | null;
	includeBalance: boolean;
	/** Whether a comparison is drawn; a quote never is. */
	chart: boolean;
}

function readRequest(parameters: ItemParameters): ImageRequest {
	const operation = parameters.get('operation', 'Operation', choice(OPERATIONS));
	const references = parameters.get('referenceCount', 'Number of Reference Images', wholeNumber(0, 100));
	return {
		...readPricedParameters(parameters),
		operation,
		prompt: TYPICAL_PROMPT,
		images: Array.from({ length: operation === 'edit' ? Math.max(1, references) : references }, () => REFERENCE),
	};
}

/** Prices one item. Throws `invalid_request` where the chosen model, or in a comparison every model, cannot do it. */
export function readEstimate(parameters: ItemParameters): Estimate {
	const request = readRequest(parameters);
	const gateway = registry.gateway(request.provider);
	const overrides = parsePriceOverrides(
		parameters.option('priceOverrides', 'Price Overrides', json) ?? {},
		registry.all.map(({ provider }) => provider.id),
	);
	if (parameters.get('mode', 'Mode', choice(['quote', 'compare'])) === 'quote') {
		return { gateway, quote: quoteRequest(planRequest(gateway, request), overrides), comparison: null };
	}
	const comparison = compareModels(registry.all, request, overrides);
	const chosen = findModel(gateway.models, request.model)?.entry.model;
	const quote = comparison.quotes.find(({ provider, model }) => provider === request.provider && model === chosen) ?? comparison.quotes[0];
	// With no quote at all the chosen model cannot do it either, and planning says why.
	return { gateway, quote: quote ?? quoteRequest(planRequest(gateway, request), overrides), comparison };
}

/** The options, which hold for the whole run. Throws `invalid_request`. */
export function readEstimateOptions(parameters: ItemParameters): EstimateOptions {
	const budget = parameters.option('budgetUsd', 'Budget', number);
	return {
		budgetUsd: budget === undefined ? null : readAmount(budget, 'Budget'),
		runsPerMonth: parameters.option('runsPerMonth', 'Runs per Month', wholeNumber(1, 1_000_000)) ?? null,
		includeBalance: parameters.option('includeBalance', 'Include Balance', yesNo) ?? false,
		chart: parameters.option('chart', 'Chart', yesNo) ?? false,
	};
}
