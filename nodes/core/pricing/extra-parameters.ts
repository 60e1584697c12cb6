import type { ImageRequest } from '../request';

/**
 * Body fields that decide a price at one of the providers, in any spelling of theirs: which model, how many
 * images, how large and how fine, and (where tokens are billed) what goes in.
 */
const BILLED: ReadonlySet<string> = new Set([
	'model', 'n', 'numimages', 'numberofimages', 'count', 'batchsize', 'maximages', 'sequentialimagegeneration',
	'size', 'customsize', 'width', 'height', 'imagesize', 'aspectratio', 'resolution', 'quality',
	'partialimages', 'stream', 'prompt', 'image', 'images', 'imageurl', 'imageurls', 'referenceimages', 'mask', 'maskurl', 'inputfidelity',
]);

/**
 * The fields of `extraParameters` that change what a request costs, however deep they stand: a quote made
 * without them does not hold.
 */
export function billedFields(extra: ImageRequest['extraParameters']): string[] {
	return Object.entries(extra ?? {}).flatMap(([field, value]) => {
		const nested = typeof value === 'object' && value !== null ? billedFields({ ...value }) : [];
		return BILLED.has(field.replace(/[_-]/g, '').toLowerCase()) ? [field, ...nested] : nested;
	});
}
