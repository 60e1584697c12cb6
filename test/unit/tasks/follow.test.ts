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

const running = { body: { id: 'task_img_1', status: 'in_progress', progress: 40 } };
const done = { body: { id: 'task_img_1', status: 'completed', result: { data: [{ url: 'https://files.example/1.png' }] } } };

const OPTIONS: FollowOptions = { mode: 'wait', deliver: 'url', timeoutMs: 120_000, concurrency: 5, maxRetries: 3, downloadLimitBytes: 1e6 };

function follow(answers: Answer[], changes: Partial<FollowOptions> = {}, signal?: AbortSignal) {
	const clock = new VirtualClock(START);
	const transport = new Answers(answers, clock);
	const account = { provider: registry.gateway('toapis').provider, baseUrl: 'https://toapis.example', secrets: { apiKey: 'secret-key' } };
	const task: FollowedTask = { handle: HANDLE, account, typicalSeconds: 8 };
	const surroundings = { transport, clock, store: new MemoryStore(), random: () => 0.5, signal };
	const outcome = followTasks([task], { ...OPTIONS, ...changes }, surroundings).then(([outcomes]) => outcomes?.[0]);
	return { clock, transport, outcome };
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
	});

	it('gives the handle back when a look gets no answer before the time is up', async () => {
		const { clock, outcome } = follow(['never']);
		expect(await clock.run(outcome)).toMatchObject({ status: 'pending', task: HANDLE });
	});

	it('stops at once when the user does, with the handle and without another look', async () => {
		const cancel = new AbortController();
		const { clock, transport, outcome } = follow([running], {}, cancel.signal);
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
		const missing = { status: 404, body: { error: { code: 404, message: 'Task not found', type: 'not_found_error' } } };
		const lost = follow([missing]);
		expect(await lost.clock.run(lost.outcome)).toMatchObject({ status: 'failed', task: HANDLE, error: { report: { kind: 'not_found', billed: 'unknown' } } });
		expect(lost.transport.asked).toHaveLength(3);
		const found = follow([missing, missing, done]);
		expect(await found.clock.run(found.outcome)).toMatchObject({ status: 'completed' });
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
});
