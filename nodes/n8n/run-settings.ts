import { invalidRequest } from '../core/errors';

/**
 * Parameters that hold for the whole run, such as Concurrency: an expression may not give each item another.
 * Throws `invalidRequest` where the settings of an item differ from those of the first.
 */
export function sameForAll<T>(settings: T, first: T | null): T {
	if (first !== null && JSON.stringify(first) !== JSON.stringify(settings)) {
		throw invalidRequest(
			'Deliver, Completion, Mode and the options on cost, time and retries hold for the whole run, but this item has others than the first',
			'Use the same value for all items, or run the node once for each value with Loop Over Items.',
		);
	}
	return first ?? settings;
}
