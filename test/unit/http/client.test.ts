import { setImmediate } from 'node:timers/promises';

import { ImageError } from '../../../nodes/core/errors';
import { attempt, callProvider, type CallOptions, type Exchange } from '../../../nodes/core/http/client';
import { Deadline } from '../../../nodes/core/http/deadline';
import { RequestQueue } from '../../../nodes/core/http/request-queue';
import { TransportError, type NetworkFault } from '../../../nodes/core/ports';
import { registry } from '../../../nodes/core/providers';
import type { HttpCall, Reply } from '../../../nodes/core/providers/provider';
import { ScriptedTransport, type ScriptedReply } from '../../support/scripted-transport';
import { VirtualClock } from '../../support/virtual-clock';

const SECRET = 'key-3f9a277';
const SUBMIT: HttpCall = { kind: 'submit', method: 'POST', path: '/v1/images/generations' };
const STATUS: HttpCall = { kind: 'status', method: 'GET', path: '/v1/images/tasks/1' };
const BILL_UNKNOWN = /Whether this request was charged is unknown/;

/** A reply, or what breaks below HTTP. */
type Answer = ScriptedReply | NetworkFault | Error;

/** What a provider answers, one after the other; the last one again and again. */
function setUp(answers: Answer[], { call = SUBMIT, provider = 'openai', cancel }: { call?: HttpCall; provider?: string; cancel?: AbortSignal } = {}) {
	const clock = new VirtualClock();
	const transport = new ScriptedTransport(() => {
		const answer = answers[Math.min(transport.sent.length, answers.length) - 1] as Answer;
		if (typeof answer === 'string') throw new TransportError(answer, 'Socket gone');
		if (answer instanceof Error) throw answer;
		return answer;
	});
	const deadline = new Deadline(clock, 60_000, cancel);
	const queue = new RequestQueue(4, clock);
	const context = { transport, clock, random: () => 0.5, queue };
	const exchange: Exchange<Reply, null> = {
		account: { provider: registry.gateway(provider).provider, baseUrl: 'https://api.example', secrets: { apiKey: SECRET } },
		call,
		sink: async () => await Promise.resolve(null),
		accept: (reply) => reply,
	};
	const options: CallOptions = { deadline, maxRetries: 2, onUncertain: 'fail' };
	const once = (changes: Partial<Exchange<Reply, null>> = {}) => clock.run(attempt(context, { ...exchange, ...changes }, deadline));
	const calling = (changes: Partial<CallOptions> = {}, recover?: () => Promise<Reply | null>) =>
		clock.run(callProvider(context, exchange, { ...options, ...changes }, recover));
	return { clock, transport, deadline, queue, exchange, once, calling };
}

/** An error reply in OpenAI's form. */
function refusal(status: number, message: string, headers: Record<string, string> = {}): ScriptedReply {
	return { status, json: { error: { message, type: 'error', code: null } }, headers };
}

const DONE: ScriptedReply = { json: { ok: true } };

function failed<T>(result: T | { error: ImageError }): { error: ImageError } {
	if (result && typeof result === 'object' && 'error' in result) return result;
	throw new Error('The call did not fail');
}

describe('one attempt', () => {
	it('hands a success on with its status, headers, JSON and request id', async () => {
		const { once } = setUp([{ status: 202, json: { ok: true }, headers: { 'x-request-id': 'req-7' } }]);
		expect(await once()).toEqual({
			value: { status: 202, headers: expect.objectContaining({ 'x-request-id': 'req-7' }), json: { ok: true }, requestId: 'req-7' },
		});
	});

	it.each([
		['x-request-id', { 'x-request-id': 'a', 'request-id': 'b', 'x-oneapi-request-id': 'c' }, 'a'],
		['request-id', { 'request-id': 'b', 'x-oneapi-request-id': 'c' }, 'b'],
		['x-oneapi-request-id', { 'x-oneapi-request-id': 'c' }, 'c'],
		['a header without the key in it', { 'x-request-id': `for ${SECRET}` }, 'for ***'],
		['nothing', {}, null],
	])('takes the request id from %s', async (_name, headers, requestId) => {
		const { once } = setUp([{ json: {}, headers: headers }]);
		expect(await once()).toMatchObject({ value: { requestId } });
	});

	it('sends new work before it looks at old, where requests wait for their turn', async () => {
		const { clock, transport, deadline, exchange } = setUp([DONE]);
		const queue = new RequestQueue(1, clock);
		const context = { transport, clock, random: () => 0.5, queue };
		let leave = () => {};
		const earlier = queue.run('submit', 'elsewhere', deadline.signal, async () => await new Promise<void>((resolve) => (leave = resolve)));
		const kinds: Array<HttpCall['kind']> = ['status', 'account', 'upload', 'submit'];
		const calls = kinds.map(async (kind) => await attempt(context, { ...exchange, call: { ...STATUS, kind, path: `/${kind}` } }, deadline));
		await setImmediate();
		leave();
		await Promise.all([earlier, ...calls]);
		deadline.end();
		expect(transport.sent.map(({ url }) => new URL(url).pathname)).toEqual(['/upload', '/submit', '/status', '/account']);
	});

	it.each<[number, string]>([
		[400, 'invalid_request'],
		[401, 'authentication'],
		[500, 'provider_unavailable'],
	])('reports the status %i with the words of the provider', async (status, kind) => {
		const { once } = setUp([refusal(status, 'No such luck', { 'x-request-id': 'req-8' })]);
		expect(await once()).toMatchObject({
			failure: { type: 'status', status, kind, headers: { 'x-request-id': 'req-8' } },
			error: { report: { kind, message: 'OpenAI: No such luck', httpStatus: status, requestId: 'req-8' } },
		});
	});

	it('follows no redirect with the key, and says what to set', async () => {
		const { once, transport } = setUp([{ status: 300, json: {} }]);
		expect(await once()).toMatchObject({
			failure: { type: 'status', status: 300, kind: 'network' },
			error: {
				report: { kind: 'network', httpStatus: 300, retryable: false, message: expect.stringContaining('OpenAI redirects the request') },
				advice: expect.stringContaining('base URL of the credential'),
			},
		});
		expect(transport.sent).toHaveLength(1);
		expect(transport.sent[0]).toMatchObject({ maxRedirects: 0 });
	});

	it.each<[NetworkFault, object]>([
		['unreachable', { kind: 'network', message: 'OpenAI could not be reached: Socket gone', retryable: true }],
		['reset', { kind: 'network', message: 'OpenAI broke off the connection: Socket gone', retryable: true }],
		['idle', { kind: 'timeout', message: 'OpenAI stayed silent for too long: Socket gone', retryable: true }],
		['redirected', { kind: 'network', message: 'OpenAI redirected the request somewhere it may not go: Socket gone' }],
		['blocked', { kind: 'network', message: 'Socket gone', retryable: false }],
		['aborted', { kind: 'timeout', message: 'No image within 60 s' }],
	])('says in words what the fault "%s" is', async (fault, report) => {
		const { once } = setUp([fault]);
		expect(await once()).toMatchObject({ failure: { type: 'fault', fault, answered: false }, error: { report } });
	});

	it('tells a connection that breaks under a success from one that never answered', async () => {
		const { once } = setUp([{ status: 200, breaks: new TransportError('reset', 'Socket gone') }]);
		expect(await once()).toMatchObject({ failure: { type: 'fault', fault: 'reset', answered: true } });
	});

	it('takes a reply that cannot be read for garbage, with the reason', async () => {
		const { once } = setUp([{ status: 200, breaks: new Error('Bad gzip') }]);
		expect(await once()).toMatchObject({
			failure: { type: 'malformed' },
			error: { report: { kind: 'malformed_response', message: 'OpenAI answered with something unreadable: Bad gzip' } },
		});
	});

	it("passes on an error of our own side, such as a file that cannot be read", async () => {
		const error = new ImageError({ kind: 'invalid_request', message: 'The file is gone' });
		expect(await setUp([error]).once()).toEqual({ failure: { type: 'malformed' }, error });
	});

	it('stands by a refusal whose explanation breaks off', async () => {
		const { once } = setUp([{ status: 400, breaks: new TransportError('reset', 'Socket gone') }]);
		expect(await once()).toMatchObject({ failure: { type: 'status', status: 400, kind: 'invalid_request' } });
	});

	it('takes a success for garbage where the adapter finds nothing in it', async () => {
		const { once } = setUp([{ json: {}, headers: { 'x-request-id': 'req-9' } }]);
		const accept = () => {
			throw new ImageError({ kind: 'malformed_response', message: 'No image' });
		};
		expect(await once({ accept })).toMatchObject({ failure: { type: 'malformed' }, error: { report: { message: 'No image', requestId: 'req-9' } } });
	});

	it('takes the error that a success holds for a failure of its own kind', async () => {
		const { once } = setUp([{ json: {}, headers: { 'x-request-id': 'req-9' } }]);
		const accept = () => {
			throw new ImageError({ kind: 'moderation', message: 'Refused', requestId: 'own' });
		};
		expect(await once({ accept })).toMatchObject({
			failure: { type: 'status', status: 200, kind: 'moderation' },
			error: { report: { requestId: 'own' } },
		});
	});

	it('sends nothing when the user stopped before a slot was free', async () => {
		const cancel = new AbortController();
		cancel.abort();
		const { once, transport } = setUp([DONE], { cancel: cancel.signal });
		expect(await once()).toMatchObject({
			failure: { type: 'fault', fault: 'unreachable', answered: false },
			error: { report: { kind: 'cancelled' } },
		});
		expect(transport.sent).toHaveLength(0);
	});

	it('starts the time of the item only when it is sent', async () => {
		const { clock, once, deadline, queue } = setUp([DONE]);
		queue.slowDown('https://api.example', 50_000);
		const start = clock.now();
		await once();
		expect(clock.now() - start).toBe(50_000);
		expect(deadline.remainingMs()).toBe(60_000);
		await clock.advance(1_000);
		expect(deadline.remainingMs()).toBe(59_000);
	});

	it.each([
		['as long as the provider asks', { 'retry-after': '7' }, 7_000],
		['a second where it does not say', {}, 1_000],
	])('holds the whole batch after a 429: %s', async (_name, headers, pause) => {
		const { clock, once, transport } = setUp([refusal(429, 'Too many requests', headers), DONE]);
		await once();
		const start = clock.now();
		await once();
		expect(clock.now() - start).toBe(pause);
		expect(transport.sent).toHaveLength(2);
	});

	it('lets more requests run at once again when they go well', async () => {
		const { clock, once, queue } = setUp([DONE]);
		queue.slowDown('https://api.example', 0);
		await once();
		await once();
		let running = 0;
		const work = async () => {
			running += 1;
			await clock.sleep(1_000);
		};
		const all = [1, 2, 3, 4].map(async () => await queue.run('submit', 'lane', new AbortController().signal, work));
		await clock.advance(0);
		expect(running).toBe(3);
		await clock.run(Promise.all(all));
	});

	it('holds nobody after any other failure', async () => {
		const { clock, once } = setUp([refusal(500, 'Sorry', { 'retry-after': '7' }), 'reset', DONE]);
		const start = clock.now();
		for (let count = 0; count < 3; count += 1) await once();
		expect(clock.now() - start).toBe(0);
	});
});

describe('a call', () => {
	it('ends with the first success', async () => {
		const { calling, transport } = setUp([DONE]);
		expect(await calling()).toMatchObject({ value: { json: { ok: true } }, attempts: 1 });
		expect(transport.sent).toHaveLength(1);
	});

	it('is repeated after a refusal that passes, with the wait of the policy', async () => {
		const { clock, calling } = setUp([refusal(429, 'Too many requests', { 'retry-after': '3' }), DONE]);
		expect(await calling()).toMatchObject({ value: { json: { ok: true } }, attempts: 2 });
		expect(clock.slept).toContain(3_000);
	});

	it('is repeated as often as allowed, then ends with the last error and no bill', async () => {
		const { calling, transport } = setUp([refusal(429, 'Too many requests')]);
		const outcome = await calling();
		expect(outcome).toMatchObject({ error: { report: { kind: 'rate_limited', billed: 'no' } }, attempts: 3 });
		expect(failed(outcome).error.advice).not.toMatch(BILL_UNKNOWN);
		expect(transport.sent).toHaveLength(3);
	});

	it('is not repeated where its outcome is unknown, and says what that means for the bill', async () => {
		const { calling, transport } = setUp(['reset', DONE]);
		const outcome = await calling();
		expect(outcome).toMatchObject({ error: { report: { kind: 'network', billed: 'unknown' } }, attempts: 1 });
		expect(failed(outcome).error.advice).toMatch(/^Check the base URL .* Whether this request was charged is unknown/);
		expect(transport.sent).toHaveLength(1);
	});

	it('keeps what the provider itself says of the bill', async () => {
		const { calling, exchange } = setUp([DONE]);
		exchange.accept = () => {
			throw new ImageError({ kind: 'task_failed', message: 'Failed', billed: 'yes' });
		};
		const outcome = await calling();
		expect(outcome).toMatchObject({ error: { report: { billed: 'yes' } } });
		expect(failed(outcome).error.advice).not.toMatch(BILL_UNKNOWN);
	});

	it('costs nothing where it only looks', async () => {
		const { calling, transport } = setUp(['reset'], { call: STATUS });
		expect(await calling()).toMatchObject({ error: { report: { billed: 'no' } }, attempts: 3 });
		expect(transport.sent).toHaveLength(3);
	});

	it('is repeated after a server error where the provider charges for successes only', async () => {
		const { calling } = setUp([refusal(500, 'Sorry'), DONE], { provider: 'apiyi' });
		expect(await calling()).toMatchObject({ value: { json: { ok: true } }, attempts: 2 });
	});

	it('is repeated in doubt for a user who accepts paying twice, and says so when that fails too', async () => {
		const { calling } = setUp(['reset']);
		expect(await calling({ onUncertain: 'retry' })).toMatchObject({ error: { report: { billed: 'unknown' } }, attempts: 3 });
	});

	it('ends at once before a pause as long as the time that is left, with the error that asked for it', async () => {
		const { clock, calling } = setUp([refusal(429, 'Too many requests', { 'retry-after': '60' }), DONE]);
		const start = clock.now();
		expect(await calling()).toMatchObject({ error: { report: { kind: 'rate_limited' } }, attempts: 1 });
		expect(clock.now()).toBe(start);
	});

	it('waits for a pause shorter than the time that is left', async () => {
		const { calling } = setUp([refusal(429, 'Too many requests', { 'retry-after': '59' }), DONE]);
		expect(await calling()).toMatchObject({ value: { json: { ok: true } }, attempts: 2 });
	});

	it('is not repeated once the user stopped', async () => {
		const cancel = new AbortController();
		const { calling, transport, exchange } = setUp([DONE], { cancel: cancel.signal });
		exchange.accept = () => {
			cancel.abort();
			throw new ImageError({ kind: 'rate_limited', message: 'Later' });
		};
		expect(await calling()).toMatchObject({ attempts: 1 });
		expect(transport.sent).toHaveLength(1);
	});
});

describe('a call whose outcome is unknown and that carries an id', () => {
	it('ends with the task that is found by it', async () => {
		const { calling, transport } = setUp(['reset', DONE]);
		const found: Reply = { status: 200, headers: {}, json: 'found', requestId: null };
		expect(await calling({}, async () => await Promise.resolve(found))).toEqual({ value: found, attempts: 1 });
		expect(transport.sent).toHaveLength(1);
	});

	it.each([
		['fails in doubt', 'fail', 1, { error: { report: { billed: 'unknown' } } }],
		['is repeated for a user who accepts paying twice', 'retry', 2, { value: { json: { ok: true } } }],
	] as const)('%s where none is found', async (_name, onUncertain, attempts, outcome) => {
		const { calling, transport } = setUp(['reset', DONE]);
		expect(await calling({ onUncertain }, async () => await Promise.resolve(null))).toMatchObject({ ...outcome, attempts });
		expect(transport.sent).toHaveLength(attempts);
	});

	it('is not looked up where it surely was turned away', async () => {
		let lookups = 0;
		const { calling } = setUp([refusal(400, 'Bad size')]);
		await calling({}, async () => {
			lookups += 1;
			return await Promise.resolve(null);
		});
		expect(lookups).toBe(0);
	});
});
