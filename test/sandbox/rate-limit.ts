import type { ProviderId } from './types';

const WINDOW_MS = 60_000;

/** Requests a provider takes within any minute. */
export class RateLimit {
	private readonly taken = new Map<ProviderId, number[]>();

	constructor(private readonly perMinute: Readonly<Partial<Record<ProviderId, number>>>) {}

	/** Counts a request at `now` (epoch ms); the seconds until another is welcome where it is one too many. */
	take(provider: ProviderId, now: number): number | null {
		const limit = this.perMinute[provider];
		if (limit === undefined) return null;
		const recent = (this.taken.get(provider) ?? []).filter((at) => now - at < WINDOW_MS);
		const isOver = recent.length >= limit;
		this.taken.set(provider, isOver ? recent : [...recent, now]);
		return isOver ? Math.ceil(((recent[0] ?? now) + WINDOW_MS - now) / 1_000) : null;
	}

	clear(): void {
		this.taken.clear();
	}
}
