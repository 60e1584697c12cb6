import { createHash } from 'node:crypto';

/** Lower-case hex. */
export function sha256(bytes: Buffer | string): string {
	return createHash('sha256').update(bytes).digest('hex');
}
