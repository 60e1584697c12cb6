import { ImageError } from '../../nodes/core/errors';

/** The `ImageError` that an action throws; fails the test where it throws none, or another error. */
export function failureOf(action: () => unknown): ImageError {
	try {
		action();
	} catch (error) {
		if (error instanceof ImageError) return error;
		throw error;
	}
	throw new Error('Nothing was thrown');
}
