import type { FaultPoint, FaultScript, LedgerEntry, ProviderId, RecordedRequest, SandboxOptions } from './types';
import type { Task } from './tasks';

export interface Settings extends Required<Omit<SandboxOptions, 'imageBytes' | 'port' | 'filesPort'>> {
	imageBytes: number | null;
}

interface ActiveFault {
	script: FaultScript;
	skip: number;
	left: number;
}

/** Everything that is remembered between requests. */
export class State {
	ledger: LedgerEntry[] = [];

	requests: RecordedRequest[] = [];

	readonly tasks = new Map<string, Task>();

	taskCount = 0;

	private faults: ActiveFault[] = [];

	private readonly hits = new Map<ProviderId, number[]>();

	/** Set once both origins listen. */
	url = '';

	filesUrl = '';

	constructor(readonly settings: Settings) {}

	reset(): void {
		this.ledger = [];
		this.requests = [];
		this.tasks.clear();
		this.faults = [];
		this.hits.clear();
	}

	addFaults(scripts: readonly FaultScript[]): void {
		this.faults.push(...scripts.map((script) => ({ script, skip: script.skip ?? 0, left: script.times ?? 1 })));
	}

	/** The fault that this request meets, if any. */
	takeFault(provider: ProviderId | null, point: FaultPoint): FaultScript | null {
		const active = this.faults.find(
			({ script, left }) => left > 0 && script.on === point && (script.provider === undefined || script.provider === provider),
		);
		if (!active) return null;
		if (active.skip > 0) {
			active.skip -= 1;
			return null;
		}
		active.left -= 1;
		return active.script;
	}

	/** Whether a provider's limit of requests a minute is used up. */
	overLimit(provider: ProviderId): boolean {
		const limit = this.settings.rateLimitPerMinute[provider];
		if (limit === undefined) return false;
		const now = this.settings.now();
		const recent = (this.hits.get(provider) ?? []).filter((at) => now - at < 60_000);
		this.hits.set(provider, [...recent, now]);
		return recent.length >= limit;
	}

	bill(entry: Omit<LedgerEntry, 'at'>): void {
		this.ledger.push({ ...entry, at: this.settings.now() });
	}
}
