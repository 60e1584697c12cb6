import type { ErrorKind } from '../../../nodes/core/errors';
import { gateways } from '../../../nodes/core/providers';
import { failureOf } from '../../support/failure';
import { planned, reply } from './support';

/** Ways in which gateways word the same two refusals: OpenAI's, ToAPIs', and those of the new-api gateway software. */
const WORDS: ReadonlyArray<[ErrorKind, string, string | null]> = [
	['insufficient_funds', 'You exceeded your current quota, please check your plan and billing details.', null],
	['insufficient_funds', 'user quota is not enough', 'insufficient_user_quota'],
	['insufficient_funds', 'Insufficient balance', null],
	['insufficient_funds', '用户余额不足', null],
	['moderation', 'Your request was rejected by the safety system.', 'moderation_blocked'],
	['moderation', 'The prompt violates the content policy', null],
	['moderation', 'sensitive words detected', 'sensitive_words_detected'],
];

const STATUSES = [400, 402, 403, 422, 429, 451, 500, 503];

describe.each(gateways.map(({ provider }) => provider))('$displayName', (provider) => {
	it.each(WORDS)('means %s when it says "%s" (%s), whatever the status', (kind, message, code) => {
		for (const status of STATUSES) {
			const { report } = provider.classify(reply({ error: { message, code } }, status));
			expect(report).toMatchObject({ kind, code, httpStatus: status, retryable: false, message: `${provider.displayName}: ${message}` });
		}
	});

	it.each(WORDS)('means %s when it says "%s" with a number of its own under a 200', (kind, message) => {
		const error = failureOf(() => provider.parseSubmit(reply({ code: 10_012, message, data: null }), planned(provider.id)));
		expect(error.report).toMatchObject({ kind, code: '10012', httpStatus: 200, billed: 'no' });
	});

	it('passes on what it says with a number that nobody can read', () => {
		const error = failureOf(() => provider.parseSubmit(reply({ code: 10_013, message: 'Channel rejected' }), planned(provider.id)));
		expect(error.report).toMatchObject({ kind: 'malformed_response', message: expect.stringContaining('Channel rejected') });
	});

	it.each([
		[402, 'insufficient_funds'],
		[429, 'rate_limited'],
		[451, 'moderation'],
		[500, 'provider_unavailable'],
	])('means by a number like the status %i, under a 200, what the status means', (code, kind) => {
		const error = failureOf(() => provider.parseSubmit(reply({ code, message: 'Sorry' }), planned(provider.id)));
		expect(error.report).toMatchObject({ kind, httpStatus: 200, code: String(code) });
	});
});
