import { registry } from '../../../nodes/core/providers';
import { TransportError, type Transport, type TransportRequest } from '../../../nodes/core/ports';
import { followTasks, type FollowedTask, type FollowOptions } from '../../../nodes/core/run';
import type { TaskHandle } from '../../../nodes/core/task';
import { MemoryStore } from '../../support/memory-store';
import { VirtualClock } from '../../support/virtual-clock';

/** An answer to one look: status, body, headers, or a broken connection. */
type Answer = { status?: number; body?: unknown; headers?: Record<string, string> } | 'reset' | 'never';

async function* text(body: unknown): AsyncGenerator<Uint8Array> {
	yield Buffer.from(JSON.stringify(body));
}

/** Answers each look in turn; the last answer repeats. */
class Answers implements Transport {
	readonly asked: Array<{ url: string; at: number }> = [];

	constructor(
		private readonly answers: Answer[],
		private readonly clock: VirtualClock,
	) {}

	async send({ url, signal }: TransportRequest) {
		const answer = this.answers[Math.min(this.asked.length, this.answers.length - 1)] as Answer;
		this.asked.push({ url, at: this.clock.now() });
		if (answer === 'reset') throw new TransportError('reset', 'The connection broke off');
		if (answer === 'never') {
			await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
			throw new TransportError('aborted', 'The request was given up');
		}
		return { status: answer.status ?? 200, headers: answer.headers ?? {}, body: text(answer.body ?? {}) };
	}
}

const START = Date.UTC(2026, 10, 21);

const HANDLE: TaskHandle = {
	provider: 'toapis',
	taskId: 'task_img_1',
	model: 'gpt-image-2',
	operation: 'generate',
	count: 1,
	submittedAt: new Date(START).toISOString(),
	fingerprint: 'f',
};

const missing = { status: 404, body: { error: { code: 404, message: 'Task not found', type: 'not_found_error' } } };
const unreadable = { body: { hello: 'world' } };
const running = { body: { id: 'task_img_1', status: 'in_progress', progress: 40 } };
const done = { body: { id: 'task_img_1', status: 'completed', result: { data: [{ url: 'https://files.example/1.png' }] } } };

const OPTIONS: FollowOptions = { mode: 'wait', deliver: 'url', timeoutMs: 120_000, concurrency: 5, maxRetries: 3, downloadLimitBytes: 1e6 };

interface Circumstances {
	signal?: AbortSignal;
	submittedAt?: string;
	provider?: string;
}

function follow(
	answers: Answer[],
	changes: Partial<FollowOptions> = {},
	{ signal, submittedAt = HANDLE.submittedAt, provider = 'toapis' }: Circumstances = {},
) {
	const clock = new VirtualClock(START);
	const transport = new Answers(answers, clock);
	const account = { provider: registry.gateway(provider).provider, baseUrl: 'https://toapis.example', secrets: { apiKey: 'secret-key' } };
	const task: FollowedTask = { handle: { ...HANDLE, submittedAt, provider }, account, typicalSeconds: 8 };
	const surroundings = { transport, clock, store: new MemoryStore(), random: () => 0.5, signal };
	const outcome = followTasks([task], { ...OPTIONS, ...changes }, surroundings).then(([outcomes]) => outcomes?.[0]);
	/** The pauses between the looks, milliseconds. */
	const pauses = () => transport.asked.slice(1).map(({ at }, index) => at - (transport.asked[index]?.at ?? 0));
	return { clock, transport, outcome, pauses };
}

describe('following a task', () => {
	it('looks until it is done', async () => {
		const { clock, transport, outcome } = follow([running, running, done]);
		expect(await clock.run(outcome)).toMatchObject({ status: 'completed', images: [{ url: 'https://files.example/1.png' }], timing: { polls: 3 } });
		expect(transport.asked[0]).toEqual({ url: 'https://toapis.example/v1/images/generations/task_img_1', at: START + 7_200 });
	});

	it('gives the handle back when the time is up', async () => {
		const { clock, outcome } = follow([running]);
		expect(await clock.run(outcome)).toMatchObject({ status: 'pending', task: HANDLE, progress: 40, timing: { totalMs: 120_000 } });
		expect(clock.now() - START).toBe(120_000);
	});

	it('gives the handle back when a look gets no answer before the time is up', async () => {
		const { clock, outcome } = follow(['never']);
		expect(await clock.run(outcome)).toMatchObject({ status: 'pending', task: HANDLE, timing: { polls: 0 } });
	});

	it('gives the handle back when the user stops while a look is under way', async () => {
		const cancel = new AbortController();
		const { clock, outcome } = follow(['never'], {}, { signal: cancel.signal });
		await clock.advance(8_500);
		cancel.abort();
		expect(await outcome).toMatchObject({ status: 'pending', task: HANDLE });
	});

	it('counts the time since the submission, or from now where that is not known', async () => {
		const old = follow([done], {}, { submittedAt: new Date(START - 5_000).toISOString() });
		await old.clock.run(old.outcome);
		expect(old.transport.asked[0]?.at).toBe(START + 2_200);
		const unknown = follow([done], {}, { submittedAt: '' });
		await unknown.clock.run(unknown.outcome);
		expect(unknown.transport.asked[0]?.at).toBe(START + 7_200);
	});

	it('stops at once when the user does, with the handle and without another look', async () => {
		const cancel = new AbortController();
		const { clock, transport, outcome } = follow([running], {}, { signal: cancel.signal });
		await clock.advance(8_500);
		const looks = transport.asked.length;
		cancel.abort();
		expect(await outcome).toMatchObject({ status: 'pending', task: HANDLE });
		await clock.advance(60_000);
		expect(transport.asked).toHaveLength(looks);
	});

	it('looks once where that is asked for', async () => {
		const { clock, transport, outcome } = follow([running, done], { mode: 'once' });
		expect(await clock.run(outcome)).toMatchObject({ status: 'pending', progress: 40 });
		expect(transport.asked).toEqual([expect.objectContaining({ at: START })]);
	});

	it('looks again where a single look met trouble, after a pause and as often as allowed', async () => {
		const cured = follow(['reset', running], { mode: 'once', maxRetries: 1 });
		expect(await cured.clock.run(cured.outcome)).toMatchObject({ status: 'pending', progress: 40, timing: { polls: 2 } });
		expect(cured.pauses()).toEqual([500]);
		const lasting = follow(['reset'], { mode: 'once', maxRetries: 2 });
		expect(await lasting.clock.run(lasting.outcome)).toMatchObject({ status: 'pending', progress: null, timing: { polls: 3 } });
	});

	it('looks on through trouble in wait mode, however few repeats are allowed', async () => {
		const { clock, outcome } = follow(['reset', 'reset', done], { maxRetries: 0 });
		expect(await clock.run(outcome)).toMatchObject({ status: 'completed', timing: { polls: 3 } });
	});

	it('waits longer with every trouble in a row, and as long as a 429 asks', async () => {
		const limited = { status: 429, headers: { 'retry-after': '2' } };
		const { clock, outcome, pauses } = follow(['reset', { status: 503 }, limited, running, 'reset', done]);
		await clock.run(outcome);
		// The fourth pause is the schedule's shortest, the fifth a first trouble's again.
		expect(pauses()).toEqual([500, 1_000, 2_000, 1_200, 500]);
	});

	it('obeys the pause that a reply asks for', async () => {
		const { clock, transport, outcome } = follow([{ ...running, headers: { 'retry-after': '20' } }, done]);
		await clock.run(outcome);
		expect((transport.asked[1]?.at ?? 0) - (transport.asked[0]?.at ?? 0)).toBe(20_000);
	});

	it('takes trouble on the way for no news', async () => {
		const { clock, outcome } = follow(['reset', { status: 500 }, { status: 429, headers: { 'retry-after': '2' } }, 'reset', { status: 502 }, done]);
		expect(await clock.run(outcome)).toMatchObject({ status: 'completed', timing: { polls: 6 } });
	});

	it('gives a task up after three looks that do not find it, not before', async () => {
		const lost = follow([missing]);
		expect(await lost.clock.run(lost.outcome)).toMatchObject({ status: 'failed', task: HANDLE, error: { report: { kind: 'not_found', billed: 'unknown' } } });
		expect(lost.transport.asked).toHaveLength(3);
		const found = follow([missing, missing, done]);
		expect(await found.clock.run(found.outcome)).toMatchObject({ status: 'completed' });
	});

	it('counts the looks in a row only: any other answer starts the count again', async () => {
		for (const other of [running, { status: 500 }, unreadable]) {
			const found = follow([missing, missing, other, missing, missing, done]);
			expect(await found.clock.run(found.outcome)).toMatchObject({ status: 'completed' });
		}
		const four = [unreadable, unreadable, unreadable, unreadable];
		for (const other of [running, { status: 500 }, missing]) {
			const found = follow([...four, other, ...four, done]);
			expect(await found.clock.run(found.outcome)).toMatchObject({ status: 'completed' });
		}
	});

	it('gives a task up as unreadable after five looks that make no sense, on the usual schedule', async () => {
		const { clock, transport, outcome, pauses } = follow([unreadable]);
		expect(await clock.run(outcome)).toMatchObject({
			status: 'failed', task: HANDLE, error: { report: { kind: 'malformed_response', billed: 'unknown' } }, timing: { polls: 5 },
		});
		expect(transport.asked).toHaveLength(5);
		expect(pauses()[0]).toBe(1_200);
	});

	it('ends at once when the key is refused, and keeps the handle', async () => {
		const refused = follow([{ status: 401, body: { error: { code: 401, message: 'bad key secret-key', type: 'authentication_error' } } }]);
		const outcome = await refused.clock.run(refused.outcome);
		expect(outcome).toMatchObject({ status: 'failed', task: HANDLE, error: { report: { kind: 'authentication' } } });
		expect(refused.transport.asked).toHaveLength(1);
		expect(JSON.stringify(outcome)).not.toContain('secret-key');
	});

	it('goes on at a status word that nobody knows', async () => {
		const { clock, outcome } = follow([{ body: { id: 'task_img_1', status: 'reticulating' } }, done]);
		expect(await clock.run(outcome)).toMatchObject({ status: 'completed' });
	});

	it('fails for a provider whose images come at once, without a look', async () => {
		const { clock, transport, outcome } = follow([done], {}, { provider: 'openai' });
		expect(await clock.run(outcome)).toMatchObject({
			status: 'failed', error: { report: { kind: 'invalid_request', message: 'OpenAI has no tasks: its images come at once' } },
		});
		expect(transport.asked).toEqual([]);
	});
});
