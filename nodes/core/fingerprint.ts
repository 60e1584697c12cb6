import { createHash } from 'node:crypto';

import type { ResolvedSize } from './planned';
import type { ImageRequest } from './request';

/** Hex digits: enough that a million requests stay apart. */
const LENGTH = 16;

/** JSON with sorted keys and without undefined fields. */
function canonicalJson(value: unknown): string {
	return JSON.stringify(value, (_key, inner: unknown) => {
		if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
		return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
	});
}

/**
 * What two runs of the same wish have in common: a hash of the request with its canonical model
 * and the size it came to. The user's own reference does not count.
 */
export function fingerprintOf(request: ImageRequest, model: string, size: ResolvedSize): string {
	const wish = { ...request, model, size, clientReference: undefined };
	return createHash('sha256').update(canonicalJson(wish)).digest('hex').slice(0, LENGTH);
}
