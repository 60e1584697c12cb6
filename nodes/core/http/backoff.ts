import type { Random } from '../ports';

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;

type Headers = Readonly<Record<string, string>>;

function delayUntilDate(text: string, now: number): number | null {
	const date = Date.parse(text);
	return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/**
 * How long the peer asks us to wait, milliseconds; null where it does not say.
 * Reads `retry-after-ms` (OpenAI), then `retry-after` in seconds or as an HTTP date (RFC 9110).
 */
export function retryAfterMs(headers: Headers, now: number): number | null {
	const milliseconds = headers['retry-after-ms']?.trim();
	if (milliseconds && /^\d+(\.\d+)?$/.test(milliseconds)) return Number(milliseconds);
	const retryAfter = headers['retry-after']?.trim();
	if (!retryAfter) return null;
	return /^\d+(\.\d+)?$/.test(retryAfter) ? Number(retryAfter) * 1_000 : delayUntilDate(retryAfter, now);
}

/**
 * Wait before repeat number `attempt` + 1 (1 s, 2 s, 4 s … with full jitter, capped), milliseconds.
 * Full jitter spreads a batch that failed together.
 */
export function backoffMs(attempt: number, random: Random): number {
	return random() * Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
}
