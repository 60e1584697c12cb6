import type { ErrorKind } from '../../../nodes/core/errors';
import { errorFromStatus, errorInSuccess, imagesIn, malformed, parseJson, readUsage, reportedError, taskError } from '../../../nodes/core/providers/reply';
import { EMBEDDED, reply } from './support';

/** What the words of a refusal mean where no status does: task failures and errors under a 200. */
const kindOf = (message: string) => taskError('Gateway', { message, code: null, words: message }, 'no').kind;

describe('words that tell the kind of an error', () => {
	it.each<[ErrorKind, string[]]>([
		[
			'insufficient_funds',
			[
				'insufficient_quota', 'Insufficient  balance', 'insufficient credit', 'insufficient credits', 'Insufficient funds.', 'insufficient user_quota',
				'insufficient account balance', 'insufficient token  quota', 'quota is not enough', 'Your balance is too low', 'credits are exhausted', 'credit insufficient',
				'balance  are  insufficient', 'You exceeded your current quota', 'billing_hard_limit_reached', 'pre_consume_token_quota_failed', '余额不足', '额度不足',
			],
		],
		[
			'moderation',
			[
				'moderation_blocked', 'violates our content policy', 'content_policy_violation', 'content_filter', 'refused by the safety system', 'safety_system',
				'sensitive words', 'sensitive_words_detected', 'prompt_blocked', 'blocked by moderation', 'failed content moderation', '敏感词',
			],
		],
		['rate_limited', ['rate limit', 'rate_limit_exceeded', 'Rate-Limit', 'ratelimit', 'api_rate_limit', 'Too many requests']],
		['task_failed', ['moderation', 'a quota of 5 images', 'the balance of colours', 'insufficient light', 'unauthorized', 'not_found', 'separate limits']],
	])('%s', (kind, texts) => {
		expect(texts.filter((text) => kindOf(text) !== kind)).toEqual([]);
	});

	it.each<[ErrorKind, string[]]>([
		['insufficient_funds', ['insufficient_quota']],
		['invalid_request', ['model_not_found', 'invalid_request_error', 'validation_error', 'invalid_parameter']],
		['rate_limited', ['rate_limit_exceeded']],
		['authentication', ['authentication_error', 'Unauthorized', 'invalid api key', 'Incorrect API  key', 'invalid_token', 'invalid_api__key']],
		['not_found', ['task_not_found']],
		['provider_unavailable', ['server_error', 'internal_error', 'Service unavailable', 'Overloaded']],
		['timeout', ['keyboard', 'apology', 'an invalid colour']],
	])('%s, under a status that says "success"', (kind, texts) => {
		const kinds = texts.map((message) => errorInSuccess('Gateway', reply({ success: false, message }), 'timeout')?.kind);
		expect(kinds).toEqual(texts.map(() => kind));
	});
});

describe('what a reply says about an error', () => {
	it.each<[object, string | null, string | null]>([
		[{ error: 'Bad prompt' }, 'Bad prompt', null],
		[{ error: { message: ' Bad prompt ', code: 4001 } }, 'Bad prompt', '4001'],
		[{ error: { message: 'inner', type: 'inner_type' }, message: 'outer', code: 'outer_code' }, 'inner', 'inner_type'],
		[{ data: { fail_reason: 'inside' }, message: 'outer' }, 'inside', null],
		[{ error_message: 'a', fail_reason: 'b', detail: 'c' }, 'a', null],
		[{ detail: 'c' }, 'c', null],
		[{ error: {}, message: 'outer' }, 'outer', null],
		[{ code: 'only_a_code' }, null, 'only_a_code'],
		[{ message: 'only words', code: '' }, 'only words', null],
	])('%j', (json, message, code) => {
		expect(reportedError(json)).toMatchObject({ message, code });
	});

	it.each([[{}], ['text'], [null], [{ error: { message: '' } }], [{ message: 5 }]])('is nothing in %j', (json) => {
		expect(reportedError(json)).toBeNull();
	});

	it('is searched as a whole, word by word', () => {
		expect(reportedError({ code: 'a', type: 'b', message: 'c' })?.words).toBe('a b c');
	});

	it('is clipped after 500 characters', () => {
		expect(reportedError({ message: 'x'.repeat(500) })?.message).toBe('x'.repeat(500));
		expect(reportedError({ message: 'x'.repeat(501) })?.message).toBe(`${'x'.repeat(500)}…`);
	});
});

describe('an error by its status', () => {
	it.each([
		[401, {}, 'paste the API key again'],
		[403, {}, 'The key was recognised but may not do this'],
		[403, { message: 'content_policy' }, 'Reword the prompt'],
		[404, undefined, 'check the base URL of the credential'],
		[404, {}, 'Check the id'],
		[502, undefined, 'The provider has a problem'],
	])('%i %j comes with advice: %s', (status, json, advice) => {
		expect(errorFromStatus('Gateway', reply(json, status)).advice).toContain(advice);
	});

	it('says whether nothing was explained or nothing could be read', () => {
		expect(errorFromStatus('Gateway', reply({}, 502)).message).toBe('Gateway answered with HTTP 502 without an explanation');
		expect(errorFromStatus('Gateway', reply(undefined, 502)).message).toBe('Gateway answered with HTTP 502 without a readable explanation');
	});

	it('means the key by 401, whatever the words', () => {
		expect(errorFromStatus('Gateway', reply({ message: 'insufficient_quota' }, 401)).kind).toBe('authentication');
	});

	it.each<[number, ErrorKind]>([
		[402, 'insufficient_funds'],
		[408, 'timeout'],
		[425, 'provider_unavailable'],
		[451, 'moderation'],
		[499, 'invalid_request'],
		[500, 'provider_unavailable'],
	])('%i is %s', (status, kind) => {
		expect(errorFromStatus('Gateway', reply({}, status)).kind).toBe(kind);
	});

	it('has the meaning that the provider gives to its statuses', () => {
		expect(errorFromStatus('Gateway', reply({}, 409), { 409: 'rate_limited' }).kind).toBe('rate_limited');
	});
});

describe('an error under a status that says "success"', () => {
	it('keeps the status, the request id and the code of the reply', () => {
		expect(errorInSuccess('Gateway', reply({ success: false, message: 'No', code: 'E7' }), 'timeout')?.report).toMatchObject({
			kind: 'timeout', message: 'Gateway: No', httpStatus: 200, requestId: 'req_1', code: 'E7',
		});
		expect(errorInSuccess('Gateway', reply({ code: '503' }), 'timeout')?.report).toMatchObject({ kind: 'provider_unavailable', httpStatus: 200, code: '503' });
	});

	it.each([[{ success: false }], [{ error: {} }]])('may come without an explanation: %j', (json) => {
		expect(errorInSuccess('Gateway', reply(json), 'task_failed')?.report).toMatchObject({
			kind: 'task_failed', message: 'Gateway refused the request without an explanation', code: null,
		});
	});

	it.each([[{ success: true }], [{ code: 200, message: 'ok' }], [{ code: 600 }], [{ code: 399 }], [{ code: '4041' }], [{ code: '1404' }], [{ code: '4x4' }], [{ error: null }], [{ error: '' }], ['text']])(
		'is not there in %j',
		(json) => {
			expect(errorInSuccess('Gateway', reply(json), 'task_failed')).toBeNull();
		},
	);

	it.each([[400, 'invalid_request'], [599, 'provider_unavailable']])('is a code like the status %i', (code, kind) => {
		expect(errorInSuccess('Gateway', reply({ code }), 'task_failed')?.kind).toBe(kind);
	});
});

describe('a failed task', () => {
	it('says so where the provider gives no reason', () => {
		expect(taskError('Gateway', null, 'unknown').report).toMatchObject({
			kind: 'task_failed', message: 'Gateway says that the task failed, but not why', code: null, billed: 'unknown',
		});
	});
});

describe('a success that makes no sense', () => {
	it.each([
		[undefined, 'Gateway sent something that is not JSON'],
		[{ ok: true }, 'Gateway sent a reply without an image'],
		[{ message: 'Soon' }, 'Gateway sent a reply without an image: Soon'],
	])('%j', (json, message) => {
		expect(malformed('Gateway', reply(json), 'an image').report).toMatchObject({ kind: 'malformed_response', message, httpStatus: 200, requestId: 'req_1' });
	});
});

describe('images in a value', () => {
	const url = 'http://files.example/1.png';

	it.each([
		['a URL', url],
		['a list', [null, url]],
		['url', { url }],
		['images', { images: [{ url }] }],
		['image_urls', { image_urls: [url] }],
		['image_url', { image_url: { url } }],
		['result_url', { result_url: url }],
		['the best of several keys', { result_url: 'https://x.example/2.png', images: [url], url: 'https://x.example/3.png' }],
		['the first key that holds one', { images: [], url }],
	])('%s', (_name, value) => {
		expect(imagesIn(value, '2026-01-01T00:00:00.000Z')).toEqual([{ url, expiresAt: '2026-01-01T00:00:00.000Z' }]);
	});

	it('may be embedded', () => {
		expect(imagesIn({ b64_json: EMBEDDED, url })).toEqual([{ embedded: EMBEDDED }]);
	});

	it.each([['see https://files.example'], ['https://'], ['ftp://files.example/1.png'], [5], [null], [{}]])('are not in %j', (value) => {
		expect(imagesIn(value)).toEqual([]);
	});

	it('may have an address in capitals', () => {
		expect(imagesIn('HTTPS://FILES.EXAMPLE/1.PNG')).toHaveLength(1);
	});
});

describe('tokens', () => {
	it.each([
		[{ input_tokens: 0, output_tokens: 0, total_tokens: 7 }, { inputTokens: 0, outputTokens: 0, totalTokens: 7, inputTextTokens: null, inputImageTokens: null }],
		[{ input_tokens: 5 }, { inputTokens: 5, outputTokens: null, totalTokens: null, inputTextTokens: null, inputImageTokens: null }],
		[{ output_tokens: 6, input_tokens_details: { text_tokens: 1, image_tokens: 'x' } }, { inputTokens: null, outputTokens: 6, totalTokens: null, inputTextTokens: 1, inputImageTokens: null }],
	])('%j', (usage, expected) => {
		expect(readUsage({ usage })).toEqual(expected);
	});

	it.each([[{}], [null], [{ usage: null }], [{ usage: 5 }], [{ usage: { input_tokens: 0, output_tokens: 0, total_tokens: 0 } }]])('are not counted in %j', (json) => {
		expect(readUsage(json)).toBeNull();
	});
});

describe('a callback body', () => {
	it('is JSON, or nothing', () => {
		expect(parseJson(Buffer.from('{"id":"Köln"}'))).toEqual({ id: 'Köln' });
		expect(parseJson(Buffer.from('<html>'))).toBeUndefined();
	});
});
