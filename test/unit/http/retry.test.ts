import fc from 'fast-check';

import { backoffMs, retryAfterMs } from '../../../nodes/core/http/backoff';
import { decide, type AttemptFacts, type AttemptFailure } from '../../../nodes/core/http/retry';
import type { NetworkFault } from '../../../nodes/core/ports';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);
const half = () => 0.5;

const status = (code: number, kind = 'provider_unavailable', headers: Record<string, string> = {}): AttemptFailure =>
	({ type: 'status', status: code, kind, headers }) as AttemptFailure;
const fault = (name: NetworkFault): AttemptFailure => ({ type: 'fault', fault: name, answered: false });

function facts(failure: AttemptFailure, changes: Partial<AttemptFacts> = {}): AttemptFacts {
	return {
		call: 'submit',
		failure,
		attempt: 1,
		maxRetries: 3,
		failuresAreFree: false,
		recoverable: false,
		onUncertain: 'fail',
		now: NOW,
		...changes,
	};
}

describe('a paid request', () => {
	it.each<[string, AttemptFailure, object]>([
		['429', status(429, 'rate_limited'), { action: 'repeat', afterMs: 500 }],
		['no connection', fault('unreachable'), { action: 'repeat', afterMs: 500 }],
		['a bad request', status(400, 'invalid_request'), { action: 'giveUp', billed: 'no' }],
		['a bad key', status(401, 'authentication'), { action: 'giveUp', billed: 'no' }],
		['an empty balance as 429', status(429, 'insufficient_funds'), { action: 'giveUp', billed: 'no' }],
		['a refused prompt as 429', status(429, 'moderation'), { action: 'giveUp', billed: 'no' }],
		['an address the instance forbids', fault('blocked'), { action: 'giveUp', billed: 'no' }],
		['a server error', status(500), { action: 'giveUp', billed: 'unknown' }],
		['a gateway timeout', status(504), { action: 'giveUp', billed: 'unknown' }],
		['a request timeout', status(408), { action: 'giveUp', billed: 'unknown' }],
		['a broken connection', fault('reset'), { action: 'giveUp', billed: 'unknown' }],
		['silence', fault('idle'), { action: 'giveUp', billed: 'unknown' }],
		['a cancel while under way', fault('aborted'), { action: 'giveUp', billed: 'unknown' }],
		['a garbled success', { type: 'malformed' }, { action: 'giveUp', billed: 'unknown' }],
	])('after %s', (_name, failure, decision) => {
		expect(decide(facts(failure), half)).toEqual(decision);
	});

	it.each(['invalid_request', 'authentication', 'insufficient_funds', 'moderation', 'rate_limited', 'not_found'])(
		'was turned away by an error of kind %s, even in a reply that says success',
		(kind) => {
			expect(decide(facts(status(200, kind)), half)).toEqual({ action: 'giveUp', billed: 'no' });
			expect(decide(facts(status(200, kind), { recoverable: true }), half)).toEqual({ action: 'giveUp', billed: 'no' });
		},
	);

	it.each(['provider_unavailable', 'timeout', 'task_failed'])('may have been charged where a success holds an error of kind %s', (kind) => {
		expect(decide(facts(status(200, kind)), half)).toEqual({ action: 'giveUp', billed: 'unknown' });
		expect(decide(facts(status(202, kind), { recoverable: true }), half)).toEqual({ action: 'recover' });
		expect(decide(facts(status(200, kind), { failuresAreFree: true }), half)).toEqual({ action: 'giveUp', billed: 'no' });
	});

	it.each([300, 302])('was not charged where it was only sent elsewhere with %i', (code) => {
		expect(decide(facts(status(code, 'network')), half)).toEqual({ action: 'giveUp', billed: 'no' });
	});

	it.each([500, 502, 503, 529])('is repeated after %i where the provider charges for successes only', (code) => {
		expect(decide(facts(status(code), { failuresAreFree: true }), half)).toEqual({ action: 'repeat', afterMs: 500 });
	});

	it.each([408, 504, 522, 524])('is not repeated after %i even there: a proxy gave up, not the provider', (code) => {
		expect(decide(facts(status(code), { failuresAreFree: true }), half)).toEqual({ action: 'giveUp', billed: 'unknown' });
	});

	it.each<[string, AttemptFailure]>([
		['a broken connection', fault('reset')],
		['silence', fault('idle')],
		['a server error', status(502)],
		['a garbled success', { type: 'malformed' }],
	])('is looked up by its id first after %s', (_name, failure) => {
		expect(decide(facts(failure, { recoverable: true }), half)).toEqual({ action: 'recover' });
		expect(decide(facts(failure, { recoverable: true, onUncertain: 'retry' }), half)).toEqual({ action: 'recover' });
	});

	it('is not looked up when it surely was not accepted, or was cancelled', () => {
		expect(decide(facts(status(429, 'rate_limited'), { recoverable: true }), half)).toMatchObject({ action: 'repeat' });
		expect(decide(facts(fault('aborted'), { recoverable: true }), half)).toEqual({ action: 'giveUp', billed: 'unknown' });
	});

	it.each<[string, AttemptFailure]>([
		['a broken connection', fault('reset')],
		['a server error', status(500)],
		['a garbled success', { type: 'malformed' }],
		['a success that holds an error of the server', status(200)],
	])('is repeated after %s for a user who accepts paying twice', (_name, failure) => {
		expect(decide(facts(failure, { onUncertain: 'retry' }), half)).toEqual({ action: 'repeat', afterMs: 500 });
	});

	it('is never repeated with an unknown outcome, whatever else holds', () => {
		const anyFailure = fc.oneof(
			fc.record({
				type: fc.constant('status' as const),
				status: fc.constantFrom(408, 500, 502, 503, 504, 529, 599),
				kind: fc.constantFrom('provider_unavailable' as const, 'rate_limited' as const, 'timeout' as const),
				headers: fc.constantFrom<Record<string, string>>({}, { 'retry-after': '1' }),
			}),
			fc.record({
				type: fc.constant('fault' as const),
				fault: fc.constantFrom<NetworkFault>('reset', 'idle', 'aborted', 'redirected'),
				answered: fc.boolean(),
			}),
			fc.constant<AttemptFailure>({ type: 'malformed' }),
		);
		fc.assert(
			fc.property(anyFailure, fc.integer({ min: 1, max: 9 }), fc.nat(9), (failure, attempt, maxRetries) => {
				expect(decide(facts(failure, { attempt, maxRetries }), half)).toEqual({ action: 'giveUp', billed: 'unknown' });
			}),
		);
	});
});

describe('a free request', () => {
	it.each<[string, AttemptFailure]>([
		['429', status(429, 'rate_limited')],
		['a request timeout', status(408)],
		['a server error', status(500)],
		['an overloaded server', status(529)],
		['a broken connection', fault('reset')],
		['silence', fault('idle')],
		['no connection', fault('unreachable')],
	])('is repeated after %s', (_name, failure) => {
		for (const call of ['status', 'download', 'upload', 'account'] as const) {
			expect(decide(facts(failure, { call }), half)).toEqual({ action: 'repeat', afterMs: 500 });
		}
	});

	it.each<[string, AttemptFailure]>([
		['a bad key', status(401, 'authentication')],
		['an unknown id', status(404, 'not_found')],
		['a cancel', fault('aborted')],
		['too many redirects', fault('redirected')],
		['a garbled reply', { type: 'malformed' }],
	])('is not repeated after %s', (_name, failure) => {
		expect(decide(facts(failure, { call: 'status' }), half)).toEqual({ action: 'giveUp', billed: 'no' });
	});
});

describe('how often', () => {
	it('repeats as many times as allowed, and no more', () => {
		const limited = status(429, 'rate_limited');
		expect(decide(facts(limited, { attempt: 3 }), half).action).toBe('repeat');
		expect(decide(facts(limited, { attempt: 4 }), half).action).toBe('giveUp');
		expect(decide(facts(limited, { maxRetries: 0 }), half).action).toBe('giveUp');
	});
});

describe('how long', () => {
	it('doubles from one second, with full jitter, up to half a minute', () => {
		const longest = () => 1;
		expect([1, 2, 3, 4, 5, 6, 7, 60].map((attempt) => backoffMs(attempt, longest))).toEqual([
			1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
		]);
		expect(backoffMs(3, () => 0)).toBe(0);
		expect(backoffMs(3, () => 0.25)).toBe(1_000);
	});

	it.each([
		['seconds', { 'retry-after': '7' }, 7_000],
		['fractions of a second', { 'retry-after': '0.5' }, 500],
		['a date', { 'retry-after': 'Sat, 21 Nov 2026 12:00:09 GMT' }, 9_000],
		['a date that has passed', { 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }, 0],
		['milliseconds', { 'retry-after-ms': '1250' }, 1_250],
		['milliseconds before seconds', { 'retry-after-ms': '40', 'retry-after': '9' }, 40],
		['nothing', {}, null],
		['a hundredth of a second', { 'retry-after': '0.25' }, 250],
		['seconds between blanks', { 'retry-after': ' 7 ' }, 7_000],
		['a time before now', { 'retry-after': '-5' }, 0],
		['something else', { 'retry-after': 'soon' }, null],
		['seconds with a unit', { 'retry-after': '7x' }, null],
		['fractions of a millisecond between blanks', { 'retry-after-ms': ' 40.25 ' }, 40.25],
		['milliseconds with a unit in one header only', { 'retry-after-ms': '40x', 'retry-after': '2' }, 2_000],
		['milliseconds before now in one header only', { 'retry-after-ms': '-40', 'retry-after': '2' }, 2_000],
		['nonsense in one header only', { 'retry-after-ms': 'x', 'retry-after': '2' }, 2_000],
	])('reads %s', (_name, headers, expected) => {
		expect(retryAfterMs(headers as Record<string, string>, NOW)).toBe(expected);
	});

	it('obeys what the provider asks, not its own schedule', () => {
		const asked = status(429, 'rate_limited', { 'retry-after': '45' });
		expect(decide(facts(asked), half)).toEqual({ action: 'repeat', afterMs: 45_000 });
	});
});
