import { planRequest } from '../../nodes/core/plan';
import { quoteRequest } from '../../nodes/core/pricing/quote';
import { registry } from '../../nodes/core/providers';
import type { Job, JobResult } from '../../nodes/core/result';
import { runJobs } from '../../nodes/core/run';
import { createTransport } from '../../nodes/transport';
import { startSandbox, type FaultKind, type FaultPoint, type FaultScript, type ProviderId, type Sandbox } from '../sandbox';
import { MemoryStore, type SavedFile } from '../support/memory-store';
import { scaledClock } from '../support/virtual-clock';

const ITEMS = 200;

const CLOCK_FACTOR = 200;

/** One request in ten meets a fault. */
const SHARE = 0.1;

/** The same sequence for the same seed (mulberry32). */
function seeded(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

const FAULTS: ReadonlyArray<[FaultPoint, FaultKind]> = [
	['submit', 'status'],
	['submit', 'accepted-then-reset'],
	['submit', 'reset-before'],
	['submit', 'moderated'],
	['submit', 'truncated-json'],
	['poll', 'status'],
	['poll', 'task-failed'],
	['poll', 'html'],
	['download', 'reset-mid'],
	['download', 'zero-bytes'],
];

/** Faults for about a tenth of the requests, in an order that only the seed decides. */
function randomFaults(provider: ProviderId, random: () => number): FaultScript[] {
	const scripts: FaultScript[] = [];
	let skip = 0;
	for (let item = 0; item < ITEMS; item += 1) {
		if (random() >= SHARE) {
			skip += 1;
			continue;
		}
		const [on, fault] = FAULTS[Math.floor(random() * FAULTS.length)] as [FaultPoint, FaultKind];
		scripts.push({ provider, on, fault, skip, ...(fault === 'status' && { status: 429 }) });
		skip = 0;
	}
	return scripts;
}

let sandbox: Sandbox;

beforeAll(async () => {
	sandbox = await startSandbox({ taskMs: (n) => 5 + (n % 7) * 10 });
});

beforeEach(() => sandbox.reset());

afterAll(async () => await sandbox.close());

async function run(provider: ProviderId): Promise<JobResult<SavedFile>[]> {
	const gateway = registry.gateway(provider);
	const jobs = Array.from({ length: ITEMS }, (_, index): Job => {
		const planned = planRequest(gateway, {
			provider,
			model: 'gpt-image-2',
			operation: 'generate',
			prompt: `Item number ${index}`,
			size: { sizing: 'aspectRatio', aspectRatio: '1:1', resolution: '1K' },
			quality: 'auto',
			count: 1,
			images: [],
		});
		const account = { provider: gateway.provider, baseUrl: sandbox.baseUrl(provider), secrets: { apiKey: sandbox.key(provider) } };
		return { index, planned, quote: quoteRequest(planned), reference: `item-${index}`, callbackUrl: null, account };
	});
	return await runJobs(
		jobs,
		{ deliver: 'binary', completion: 'wait', timeoutMs: 14_400_000, concurrency: 20, maxRetries: 3, onUncertain: 'fail', downloadLimitBytes: 1e8 },
		{ transport: createTransport(null), clock: scaledClock(CLOCK_FACTOR), store: new MemoryStore(), random: seeded(11) },
	);
}

it.each<ProviderId>(['toapis', 'unifically', 'apiyi'])('200 items on %s, a tenth of them with faults', async (provider) => {
	const faults = randomFaults(provider, seeded(7));
	expect(faults.length).toBeGreaterThan(10);
	sandbox.scriptFaults(...faults);
	const results = await run(provider);

	expect(results.map(({ index }) => index)).toEqual(Array.from({ length: ITEMS }, (_, index) => index));
	const outcomes = results.map(({ outcomes: all }) => {
		expect(all).toHaveLength(1);
		return all[0];
	});
	const byStatus = (status: string) => outcomes.filter((outcome) => outcome?.status === status);
	const failed = outcomes.flatMap((outcome) => (outcome?.status === 'failed' ? [outcome] : []));
	const pending = outcomes.flatMap((outcome) => (outcome?.status === 'pending' ? [outcome] : []));
	expect(byStatus('completed').length + pending.length + failed.length).toBe(ITEMS);
	expect(byStatus('completed').length).toBeGreaterThan(ITEMS * (1 - 2 * SHARE));
	for (const { task } of pending) expect(task.taskId).not.toBe('');

	// On the bill is what came or will come, and what is said to be billed or perhaps billed; nothing twice.
	const billed = sandbox.ledger().map(({ prompt }) => prompt);
	expect(new Set(billed).size).toBe(billed.length);
	const promptsOf = (wanted: (outcome: (typeof outcomes)[number]) => boolean) =>
		outcomes.flatMap((outcome, index) => (wanted(outcome) ? [`Item number ${index}`] : []));
	const delivered = promptsOf((outcome) => outcome?.status === 'completed');
	const excused = promptsOf((outcome) => outcome?.status === 'pending' || (outcome?.status === 'failed' && outcome.error.report.billed !== 'no'));
	expect(billed).toEqual(expect.arrayContaining(delivered));
	expect([...delivered, ...excused]).toEqual(expect.arrayContaining(billed));
	for (const { error } of failed) expect(error.message).not.toBe('');
});
