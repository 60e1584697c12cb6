import { RESOLUTIONS, type Resolution } from '../request';
import type { ModelEntry } from './schema';

/** The part of a wire id that stands for the tier. */
const TIER = '{resolution}';

/** The catalog's entry for an id that a user named. */
export interface FoundModel {
	entry: ModelEntry;
	/** Set where the id itself names the tier, as in `NanoBanana2-4K`. */
	resolution: Resolution | null;
}

/** The id to send. A model whose id holds the tier has no size without one. */
export function wireId(entry: ModelEntry, resolution: Resolution | null): string {
	return resolution ? entry.wireModel.replace(TIER, resolution) : entry.wireModel;
}

/** A provider's model by canonical id, wire id or alias, whatever the case; null for an id nobody listed. */
export function findModel(models: readonly ModelEntry[], id: string): FoundModel | null {
	const wanted = id.trim().toLowerCase();
	for (const entry of models) {
		const ids = [entry.model, entry.wireModel, ...entry.aliases];
		if (ids.some((known) => known.toLowerCase() === wanted)) return { entry, resolution: null };
	}
	for (const entry of models) {
		const resolution = RESOLUTIONS.find((tier) => wireId(entry, tier).toLowerCase() === wanted);
		if (resolution) return { entry, resolution };
	}
	return null;
}
