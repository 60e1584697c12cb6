import type { ModelEntry } from './catalog/schema';
import type { AspectRatio, ImageRequest, Resolution } from './request';

/** A size in the provider's own terms, and what is known of the pixels that will come. */
export interface ResolvedSize {
	/** `WxH`, null where the provider takes a ratio or decides alone. */
	pixels: string | null;
	aspectRatio: AspectRatio | null;
	resolution: Resolution | null;
	/** `WxH` that usually comes, null where nobody says. */
	expected: string | null;
}

/** A request that was checked against the catalog: everything an adapter needs, nothing sent yet. */
export interface PlannedRequest {
	request: ImageRequest;
	/** The catalog's entry, or the provider's passthrough entry for an unknown id. */
	entry: ModelEntry;
	/** False for ids the catalog does not know: capability checks skipped, price unknown. */
	known: boolean;
	/** The id to send. */
	wireModel: string;
	size: ResolvedSize;
	/** How many images each request asks for, in order; their sum is `request.count`. */
	counts: number[];
	/** Hash of the normalised request. */
	fingerprint: string;
	/** Things the user should know that are not errors: a deprecated model, a snapped size. */
	notes: string[];
}
