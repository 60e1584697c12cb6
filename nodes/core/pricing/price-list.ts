import type { ModelEntry } from '../catalog/schema';
import { planRequest } from '../plan';
import type { PlannedRequest } from '../planned';
import type { Gateway } from '../providers/provider';
import type { Quality, Resolution, SizeChoice } from '../request';
import { resolveSize, sizeMenu } from '../sizing';
import type { Operation } from '../task';
import { addUsd, maxUsd, minUsd } from './money';
import { inputPrice, outputPrice, type PriceRange } from './tariff';

/** What one image costs with these settings, whatever its ratio. */
export interface ListedPrice {
	/** Null where the model offers no choice of size. */
	resolution: Resolution | null;
	quality: Quality;
	/** US dollars, with a short prompt and, for an edit, one image; null where the price is not known. */
	price: PriceRange | null;
}

/** The sizes of each tier; the model's own choice where it offers none. */
function sizesOf({ sizing }: ModelEntry): Array<[Resolution | null, [SizeChoice, ...SizeChoice[]]]> {
	const tiers = [...sizeMenu(sizing)].flatMap(([resolution, ratios]): ReturnType<typeof sizesOf> => {
		const [first, ...others] = ratios.map((aspectRatio): SizeChoice => ({ sizing: 'aspectRatio', aspectRatio, resolution }));
		return first ? [[resolution, [first, ...others]]] : [];
	});
	return tiers.length > 0 ? tiers : [[null, [{ sizing: 'auto' }]]];
}

function planOf(gateway: Gateway, entry: ModelEntry, operation: Operation, size: SizeChoice, quality: Quality): PlannedRequest {
	return planRequest(gateway, {
		provider: gateway.provider.id,
		model: entry.model,
		operation,
		prompt: 'image',
		size,
		quality,
		count: 1,
		images: operation === 'generate' ? [] : [{ kind: 'url', url: 'https://example.com/image.png' }],
	});
}

/** From the cheapest to the dearest; null where one is not known. */
function span(prices: Array<PriceRange | null>): PriceRange | null {
	const known = prices.filter((price) => price !== null);
	// Most ratios cost the same, and amounts are slow to compare.
	const [low, ...lows] = new Set(known.map((price) => price.low));
	const [high, ...highs] = new Set(known.map((price) => price.high));
	if (low === undefined || high === undefined || known.length < prices.length) return null;
	return { low: minUsd(low, ...lows), high: maxUsd(high, ...highs) };
}

/** The prices of a model by resolution and quality, smallest first; none where the model is gone. */
export function priceList(gateway: Gateway, entry: ModelEntry, operation: Operation): ListedPrice[] {
	if (entry.lifecycle?.state === 'retired' || !entry.operations.includes(operation)) return [];
	const qualities = [...new Set<Quality>(['auto', ...entry.qualities])];
	return sizesOf(entry).flatMap(([resolution, sizes]) =>
		qualities.map((quality) => {
			// One plan for all ratios: planning each of them would slow n8n's start.
			const plan = planOf(gateway, entry, operation, sizes[0], quality);
			const output = span(sizes.map((size) => outputPrice(entry.price, { ...plan, size: resolveSize(entry, size).size })));
			const input = inputPrice(entry.price, plan);
			return { resolution, quality, price: output && { low: addUsd(output.low, input), high: addUsd(output.high, input) } };
		}),
	);
}
