import type { NodeHint } from 'n8n-workflow';

import type { ModelEntry } from '../../core/catalog/schema';
import { formatUsd } from '../../core/pricing/money';
import { type ListedPrice, priceList } from '../../core/pricing/price-list';
import type { PriceRange } from '../../core/pricing/tariff';
import type { Gateway } from '../../core/providers/provider';
import type { Operation } from '../../core/task';
import { MODEL_ID } from './subtitle';
import { idsOf } from './variants';

const NOT_KNOWN = 'The price of these settings is not known here: look at the price list of the provider.';

function dollars({ low, high }: PriceRange): string {
	return low === high ? formatUsd(low) : `${formatUsd(low)} to ${formatUsd(high)}`;
}

/** The price, and beside that of a large image the price of the smallest. */
function priceMessage({ price, resolution, quality }: ListedPrice, all: ListedPrice[]): string {
	if (!price) return NOT_KNOWN;
	const smallest = all.find((other) => other.quality === quality);
	const draft = smallest?.price && smallest.resolution !== resolution && dollars(smallest.price) !== dollars(price)
		? ` At ${smallest.resolution} it is ${dollars(smallest.price)}.`
		: '';
	const span = quality === 'auto' ? ', by quality and aspect ratio' : ', by aspect ratio';
	return `Estimated cost of one image: ${dollars(price)}${price.low === price.high ? '' : span}.${draft}`;
}

/** Settings as the expression below writes them, for every id of the model. */
function keysOf(entry: ModelEntry, { resolution, quality }: ListedPrice): string[] {
	return idsOf(entry).map((id) => [entry.provider, id, resolution ?? 'auto', quality].join(' '));
}

const KEY = `[$parameter["provider"], ${MODEL_ID}, $parameter["resolution"] ?? $parameter["sizing"] ?? "auto", $parameter["quality"] ?? "auto"].join(" ")`;

const MODEL_KEY = `[$parameter["provider"], ${MODEL_ID}].join(" ")`;

function shownFor(key: string, keys: string[]): string {
	return `={{ ${JSON.stringify(keys)}.includes(${key}) }}`;
}

/** A hint's text cannot be computed, only whether it is shown: so there is one for each price in the catalog. */
function priceHints(gateways: readonly Gateway[], operation: Operation): NodeHint[] {
	const keysByMessage = new Map<string, string[]>();
	for (const gateway of gateways) {
		for (const entry of gateway.models) {
			const all = priceList(gateway, entry, operation);
			for (const listed of all) {
				const message = priceMessage(listed, all);
				keysByMessage.set(message, [...(keysByMessage.get(message) ?? []), ...keysOf(entry, listed)]);
			}
		}
	}
	return [...keysByMessage].map(([message, keys]) => ({
		message,
		location: 'outputPane',
		whenToDisplay: 'beforeExecution',
		displayCondition: shownFor(KEY, keys),
	}));
}

/** Models that are gone, or going. */
function lifecycleHints(gateways: readonly Gateway[]): NodeHint[] {
	return gateways.flatMap(({ models }) =>
		models.flatMap((entry): NodeHint[] => {
			const { lifecycle } = entry;
			if (!lifecycle) return [];
			return [
				{
					message: `${entry.label} is ${lifecycle.state} since ${lifecycle.since}: use ${lifecycle.successor} instead.`,
					type: 'warning',
					location: 'outputPane',
					whenToDisplay: 'beforeExecution',
					displayCondition: shownFor(MODEL_KEY, idsOf(entry).map((id) => `${entry.provider} ${id}`)),
				},
			];
		}),
	);
}

const MISTAKES: NodeHint[] = [
	{
		message: 'JPEG has no transparency: choose PNG or WebP as the Output Format, or another Background.',
		type: 'warning',
		location: 'outputPane',
		whenToDisplay: 'beforeExecution',
		displayCondition: '={{ $parameter["options"]?.["outputFormat"] === "jpeg" && $parameter["options"]?.["background"] === "transparent" }}',
	},
	{
		message: 'The provider must reach this n8n from the internet: WEBHOOK_URL has to be its public address. Otherwise choose Wait Until Done.',
		location: 'outputPane',
		whenToDisplay: 'beforeExecution',
		displayCondition: '={{ $parameter["completion"] === "callback" }}',
	},
];

/** What Generate Image or Edit Image tells before a run: the price of the settings, and what would go wrong. */
export function imageNodeHints(gateways: readonly Gateway[], operation: Operation): NodeHint[] {
	return [...priceHints(gateways, operation), ...lifecycleHints(gateways), ...MISTAKES];
}
