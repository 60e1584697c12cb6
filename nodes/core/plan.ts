import { findModel, wireId } from './catalog/find';
import type { ModelEntry } from './catalog/schema';
import { checkCapabilities, checkRequest } from './checks';
import { invalidRequest } from './errors';
import { fingerprintOf } from './fingerprint';
import type { PlannedRequest } from './planned';
import type { Gateway } from './providers/provider';
import type { ImageRequest, Resolution, SizeChoice } from './request';
import { resolveSize } from './sizing';

/** Splits a number of images into as few requests as the model allows. */
function splitCount(entry: ModelEntry, count: number): number[] {
	const allowed = entry.allowedCounts ?? Array.from({ length: entry.imagesPerRequest }, (_, index) => index + 1);
	const counts: number[] = [];
	for (let left = count; left > 0; ) {
		const share = Math.max(...allowed.filter((size) => size <= left));
		counts.push(share);
		left -= share;
	}
	return counts;
}

/** An `auto` that the model has no field for is left out, like anything else nobody asked for. */
function withoutUnusable(request: ImageRequest, entry: ModelEntry): ImageRequest {
	return {
		...request,
		background: entry.backgrounds.length > 0 ? request.background : undefined,
		moderation: entry.moderation ? request.moderation : undefined,
	};
}

/** The tier that an id like `NanoBanana2-4K` names, put in the place of the chosen one. */
function pinTier(choice: SizeChoice, tier: Resolution | null, id: string): { choice: SizeChoice; notes: string[] } {
	if (!tier || choice.sizing !== 'aspectRatio' || choice.resolution === tier) return { choice, notes: [] };
	return { choice: { ...choice, resolution: tier }, notes: [`${id} names its resolution: ${tier} is used, not ${choice.resolution}.`] };
}

function unknownNotes(id: string): string[] {
	return [`${id} is not in the catalog: it is sent as it is, and neither its abilities nor its price are known.`];
}

function lifecycleNotes(entry: ModelEntry, name: string): string[] {
	if (entry.lifecycle?.state !== 'deprecated') return [];
	return [`${name} is on its way out since ${entry.lifecycle.since}. Move to ${entry.lifecycle.successor}.`];
}

/**
 * Checks a request against the catalog, before anything is sent or paid. A model id the catalog
 * does not know is passed through with the provider's most tolerant entry, its capabilities unchecked.
 * Throws `invalid_request` naming what is allowed.
 */
export function planRequest({ provider, models }: Gateway, request: ImageRequest): PlannedRequest {
	const id = request.model.trim();
	if (id === '') throw invalidRequest('No model is chosen');
	checkRequest(request);

	const found = findModel(models, id);
	const entry = found?.entry ?? provider.passthrough(id);
	const name = `${provider.displayName} ${entry.model}`;
	if (found) checkCapabilities(request, entry, models, name);

	const pinned = pinTier(request.size, found?.resolution ?? null, id);
	const { size, notes } = resolveSize(entry, pinned.choice, name);
	const usable = found ? withoutUnusable(request, entry) : request;
	return {
		request: usable,
		entry,
		known: found !== null,
		wireModel: wireId(entry, size.resolution),
		size,
		counts: splitCount(entry, request.count),
		fingerprint: fingerprintOf(usable, entry.model, size),
		notes: [...(found ? lifecycleNotes(entry, name) : unknownNotes(id)), ...pinned.notes, ...notes],
	};
}
