import type { ModelEntry } from '../catalog/schema';
import type { Gateway } from '../providers/provider';
import { minUsd, type Usd } from './money';
import { priceList } from './price-list';

/** The least that one image of a model can cost, US dollars; null where no price is known or the model is gone. */
export function priceFrom(gateway: Gateway, entry: ModelEntry): Usd | null {
	const [first, ...others] = priceList(gateway, entry, entry.operations[0] ?? 'generate').flatMap(({ price }) => price?.low ?? []);
	return first === undefined ? null : minUsd(first, ...others);
}
