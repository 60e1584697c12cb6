import { planRequest } from '../../nodes/core/plan';
import { quoteRequest } from '../../nodes/core/pricing/quote';
import { registry } from '../../nodes/core/providers';
import type { Job, Outcome, RunOptions } from '../../nodes/core/result';
import { runJobs } from '../../nodes/core/run';
import { createTransport } from '../../nodes/transport';
import { startSandbox, type Sandbox } from '../sandbox';
import { MemoryStore, type SavedFile } from '../support/memory-store';
import { scaledClock } from '../support/virtual-clock';
import { MATRIX, SUBJECT_IDS, SUBJECTS, type Expected, type SubjectId } from './matrix';

/** Waits shrink by this much; sockets stay in real time. */
const CLOCK_FACTOR = 200;

const NOBODY = 'http://127.0.0.1:1';

const OPTIONS: RunOptions = {
	deliver: 'binary',
	completion: 'wait',
	timeoutMs: 600_000,
	concurrency: 2,
	maxRetries: 2,
	onUncertain: 'fail',
	downloadLimitBytes: 50 * 1_048_576,
};

let sandbox: Sandbox;

beforeAll(async () => {
	sandbox = await startSandbox({ taskMs: 5 });
});

beforeEach(() => sandbox.reset());

afterAll(async () => await sandbox.close());

function jobFor(subject: SubjectId, reachable: boolean): Job {
	const { provider: id, model } = SUBJECTS[subject];
	const gateway = registry.gateway(id);
	const planned = planRequest(gateway, {
		provider: id,
		model,
		operation: 'generate',
		prompt: 'A glass sphere',
		size: { sizing: 'aspectRatio', aspectRatio: '1:1', resolution: '1K' },
		quality: 'auto',
		count: 1,
		images: [],
	});
	return {
		index: 0,
		planned,
		quote: quoteRequest(planned),
		reference: 'item-1',
		callbackUrl: null,
		account: {
			provider: gateway.provider,
			baseUrl: reachable ? sandbox.baseUrl(id) : NOBODY,
			secrets: { apiKey: sandbox.key(id) },
		},
	};
}

function observed(outcome: Outcome<SavedFile>): Expected {
	const error = outcome.status === 'failed' ? outcome.error.report : null;
	return {
		status: outcome.status,
		kind: error?.kind ?? null,
		billed: error?.billed ?? null,
		attempts: outcome.timing.attempts,
		onTheBill: sandbox.ledger().reduce((sum, { count }) => sum + count, 0),
		handle: outcome.task !== null,
	};
}

describe.each(SUBJECT_IDS)('faults of %s', (subject) => {
	const met = MATRIX.filter(({ expected }) => expected[subject]);

	it.each(met)('$what', async ({ script, expected }) => {
		const { provider } = SUBJECTS[subject];
		if (script) sandbox.scriptFaults({ ...script, provider });
		const store = new MemoryStore();
		const surroundings = { transport: createTransport(null), clock: scaledClock(CLOCK_FACTOR), store, random: () => 0.5 };
		const job = jobFor(subject, script !== null);
		const [result] = await runJobs([job], OPTIONS, surroundings);
		const [outcome, ...others] = result?.outcomes ?? [];
		expect(others).toEqual([]);
		if (!outcome) throw new Error('The item has no outcome');
		expect(observed(outcome)).toEqual(expected[subject]);

		const paid = sandbox.requests().filter(({ method, path }) => method === 'POST' && !path.includes('uploads'));
		expect(paid).toHaveLength(script ? outcome.timing.attempts : 0);
		// A stream that broke leaves no file that looks like a success.
		expect(store.saved).toHaveLength(outcome.status === 'completed' ? 1 : 0);
		const told = JSON.stringify([outcome, outcome.status === 'failed' ? [outcome.error.message, outcome.error.advice] : null]);
		expect(told).not.toContain(sandbox.key(provider));
	});
});
