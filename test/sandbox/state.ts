import { FaultQueue } from './faults';
import type { StoredFile } from './files';
import { RateLimit } from './rate-limit';
import type { Task } from './tasks';
import type { LedgerEntry, RecordedRequest, SandboxOptions } from './types';

export interface Settings extends Required<Omit<SandboxOptions, 'imageBytes' | 'port' | 'filesPort'>> {
	imageBytes: number | null;
}

/** Everything that is remembered between requests. */
export class State {
	ledger: LedgerEntry[] = [];

	requests: RecordedRequest[] = [];

	readonly tasks = new Map<string, Task>();

	/** Tasks since the last reset. */
	taskCount = 0;

	readonly files = new Map<string, StoredFile>();

	readonly faults = new FaultQueue();

	readonly rateLimit: RateLimit;

	/** Set once both origins listen. */
	url = '';

	filesUrl = '';

	constructor(readonly settings: Settings) {
		this.rateLimit = new RateLimit(settings.rateLimitPerMinute);
	}

	reset(): void {
		this.ledger = [];
		this.requests = [];
		this.tasks.clear();
		this.taskCount = 0;
		this.files.clear();
		this.faults.clear();
		this.rateLimit.clear();
	}

	bill(entry: Omit<LedgerEntry, 'at'>): void {
		this.ledger.push({ ...entry, at: this.settings.now() });
	}

	/** Waits as long as a provider works on a reply that brings its images. */
	async work(): Promise<void> {
		const { latencyMs } = this.settings;
		if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
	}
}
