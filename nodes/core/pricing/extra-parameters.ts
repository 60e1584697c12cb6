import type { ImageRequest } from '../request';

/** Body fields that decide a price at one of the providers, in any spelling of theirs. */
const BILLED: ReadonlySet<string> = new Set([
	'model', 'n', 'numimages', 'count', 'size', 'width', 'height', 'imagesize', 'aspectratio', 'resolution', 'quality',
	'partialimages', 'stream',
]);

/**
 * The fields of `extraParameters` that change what a request costs, however deep they stand: a quote made
 * without them does not hold.
 */
export function billedFields(extra: ImageRequest['extraParameters']): string[] {
	return Object.entries(extra ?? {}).flatMap(([field, value]) => {
		const nested = typeof value === 'object' && value !== null && !Array.isArray(value) ? billedFields({ ...value }) : [];
		return BILLED.has(field.replace(/[_-]/g, '').toLowerCase()) ? [field, ...nested] : nested;
	});
}
