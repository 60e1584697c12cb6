import type { ModelEntry } from '../catalog/schema';
import { planRequest } from '../plan';
import type { PlannedRequest } from '../planned';
import type { Gateway } from '../providers/provider';
import type { Quality, Resolution, SizeChoice } from '../request';
import { resolveSize, sizeMenu } from '../sizing';
import type { Operation } from '../task';
import { addUsd } from './money';
import { inputPrice, outputPrice, rangeOf, type PriceRange } from './tariff';

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

/** The prices of a model by resolution and quality, smallest first; none where the model is gone. */
export function priceList(gateway: Gateway, entry: ModelEntry, operation: Operation): ListedPrice[] {
	if (entry.lifecycle?.state === 'retired' || !entry.operations.includes(operation)) return [];
	const qualities = [...new Set<Quality>(['auto', ...entry.qualities])];
	return sizesOf(entry).flatMap(([resolution, sizes]) => {
		const resolved = sizes.map((size) => resolveSize(entry, size).size);
		return qualities.map((quality) => {
			// One plan for all ratios: planning each of them would slow n8n's start.
			const plan = planOf(gateway, entry, operation, sizes[0], quality);
			const outputs = resolved.map((size) => outputPrice(entry.price, { ...plan, size }));
			const output = rangeOf(outputs.flatMap((price) => [price?.low, price?.high]));
			const input = inputPrice(entry.price, plan);
			return { resolution, quality, price: output && { low: addUsd(output.low, input), high: addUsd(output.high, input) } };
		});
	});
}
