import type { IBinaryData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { ImageError } from '../core/errors';
import { type ChartBar, priceChart } from '../core/pricing/chart';
import type { Comparison } from '../core/pricing/compare';
import { addUsd, compareUsd, multiplyUsd, toNumber, type Usd } from '../core/pricing/money';
import type { Quote } from '../core/pricing/quote';
import { registry } from '../core/providers';
import { isAgentTool } from './agent';
import { type AccountBalance, Balances } from './balance';
import { toImageError, toNodeError } from './errors';
import { type Estimate, type EstimateOptions, readEstimate, readEstimateOptions } from './estimate';
import { estimateHints } from './hints';
import { refusedItem } from './items';
import { ItemParameters } from './parameters';
import { sameForAll } from './run-settings';

interface Priced {
	index: number;
	estimate: Estimate;
	balance: AccountBalance | null;
}

interface Refused {
	index: number;
	error: ImageError;
}

interface Read {
	priced: Priced[];
	refused: Refused[];
	options: EstimateOptions | null;
}

async function readItems(context: IExecuteFunctions): Promise<Read> {
	const balances = new Balances(context);
	const read: Read = { priced: [], refused: [], options: null };
	for (const index of context.getInputData().keys()) {
		try {
			const parameters = ItemParameters.ofItem(context, index);
			read.options = sameForAll(readEstimateOptions(parameters), read.options);
			const estimate = readEstimate(parameters);
			const balance = read.options.includeBalance ? await balances.of(estimate.gateway, index) : null;
			read.priced.push({ index, estimate, balance });
		} catch (error) {
			read.refused.push({ index, error: toImageError(error) });
		}
	}
	return read;
}

function amount(usd: Usd | null): number | null {
	return usd === null ? null : toNumber(usd);
}

function quoteJson(quote: Quote): IDataObject {
	return { ...quote, perImage: amount(quote.perImage), total: amount(quote.total) };
}

/** Whole runs that the balance pays for. */
function runsLeft({ usd }: AccountBalance, { total }: Quote): number | null {
	return usd === null || total === null || toNumber(total) === 0 ? null : Math.floor(toNumber(usd) / toNumber(total));
}

function balanceJson(balance: AccountBalance | null, quote: Quote): IDataObject {
	return balance ? { balance: amount(balance.usd), runsLeft: runsLeft(balance, quote) } : {};
}

/** Quotes that an AI agent gets to see. */
const QUOTES_FOR_AGENT = 5;

function comparisonJson(context: IExecuteFunctions, { quotes, unavailable }: Comparison): IDataObject {
	const [cheapest] = quotes;
	if (isAgentTool(context)) {
		const best = quotes.slice(0, QUOTES_FOR_AGENT);
		return { quotes: best.map(({ provider, model, total, confidence }) => ({ provider, model, total: amount(total), confidence })) };
	}
	return {
		quotes: quotes.map(quoteJson),
		cheapest: cheapest && cheapest.total !== null ? quoteJson(cheapest) : null,
		unavailable: unavailable.map((model) => ({ ...model })),
	};
}

function estimateJson(context: IExecuteFunctions, { estimate, balance }: Priced, { runsPerMonth }: EstimateOptions): IDataObject {
	const { quote, comparison } = estimate;
	return {
		...quoteJson(quote),
		notes: [...quote.notes, ...(balance?.note ? [balance.note] : [])],
		...(runsPerMonth !== null && { perMonth: amount(quote.total && multiplyUsd(quote.total, runsPerMonth)) }),
		...balanceJson(balance, quote),
		...(comparison && comparisonJson(context, comparison)),
	};
}

/** What counts: the chosen model's price, or in a comparison the cheapest. */
function decisiveQuote({ estimate: { quote, comparison } }: Priced): Quote {
	return comparison?.quotes[0] ?? quote;
}

/** All items together; a price that nobody knows may be any. */
function isWithin(priced: Priced[], budget: Usd | null): boolean {
	if (budget === null) return true;
	const totals = priced.map((item) => decisiveQuote(item).total);
	const known = totals.filter((total) => total !== null);
	return known.length === totals.length && compareUsd(addUsd(...known), budget) <= 0;
}

function barsOf(comparison: Comparison, chosen: Quote): ChartBar[] {
	return comparison.quotes.flatMap(({ provider, model, total }) =>
		total === null
			? []
			: [
					{
						label: `${registry.gateway(provider).provider.displayName} ${model}`,
						total,
						chosen: provider === chosen.provider && model === chosen.model,
					},
				],
	);
}

async function chartOf(context: IExecuteFunctions, { quote, comparison }: Estimate): Promise<IBinaryData | null> {
	if (!comparison) return null;
	const images = quote.images === 1 ? '1 image' : `${quote.images} images`;
	const svg = priceChart(`The price of ${images}`, 'US dollars, cheapest first; your choice is highlighted', barsOf(comparison, quote));
	return await context.helpers.prepareBinaryData(Buffer.from(svg), 'price-comparison.svg', 'image/svg+xml');
}

async function toItem(context: IExecuteFunctions, priced: Priced, options: EstimateOptions): Promise<INodeExecutionData> {
	// An agent reads the JSON only: n8n refuses files of a tool.
	const chart = options.chart && !isAgentTool(context) ? await chartOf(context, priced.estimate) : null;
	return {
		json: estimateJson(context, priced, options),
		...(chart && { binary: { chart } }),
		pairedItem: { item: priced.index },
	};
}

/**
 * The work of Estimate Cost: prices every item, and sends all of them through Within Budget or through Over
 * Budget, as their sum decides. Nothing is sent anywhere unless a balance is asked for.
 */
export async function runEstimateNode(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const { priced, refused, options } = await readItems(context);
	const [first] = refused;
	if (first && !context.continueOnFail()) throw toNodeError(context.getNode(), first.error, first.index);
	const items = options ? await Promise.all(priced.map(async (item) => await toItem(context, item, options))) : [];
	estimateHints(context, priced.map(decisiveQuote), priced.some(({ estimate }) => estimate.comparison !== null));
	const failed = refused.map(({ index, error }) => refusedItem(context, index, error));
	// What has no price must not reach the nodes that spend money.
	return options && isWithin(priced, options.budgetUsd) ? [items, failed] : [[], [...items, ...failed]];
}
