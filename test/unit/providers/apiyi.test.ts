import { failureOf } from '../../support/failure';
import { EMBEDDED, fileImage, planned, PROMPT, providerOf, reply, submit, wireForm, wireJson } from './support';

const apiyi = providerOf('apiyi');
const AUTO = { size: { sizing: 'auto' } } as const;

describe('APIYI: what is sent', () => {
	it('speaks as OpenAI does', () => {
		const call = submit('apiyi', { quality: 'medium', outputFormat: 'jpeg', outputCompression: 85 });
		expect(call.path).toBe('/v1/images/generations');
		expect(wireJson(call)).toEqual({
			model: 'gpt-image-2',
			prompt: PROMPT,
			size: '1024x1024',
			quality: 'medium',
			output_format: 'jpeg',
			output_compression: 85,
		});
	});

	it('sends gpt-image-2-all a prompt and the reply form only', () => {
		expect(wireJson(submit('apiyi', { model: 'gpt-image-2-all', ...AUTO }))).toEqual({
			model: 'gpt-image-2-all',
			prompt: PROMPT,
			response_format: 'b64_json',
		});
	});

	it('sends gpt-image-2-all images in a form', () => {
		const call = submit('apiyi', { model: 'gpt-image-2-all', ...AUTO }, { images: [fileImage('a.png')] });
		expect(call.path).toBe('/v1/images/edits');
		expect(wireForm(call)).toEqual(['model=gpt-image-2-all', `prompt=${PROMPT}`, 'response_format=b64_json', 'image[]=<a.png>']);
	});
});

describe('APIYI: what comes back', () => {
	it('reads token counts without details', () => {
		const json = {
			created: 1776832476,
			data: [{ b64_json: EMBEDDED }],
			usage: { input_tokens: 1280, output_tokens: 6240, total_tokens: 7520 },
		};
		expect(apiyi.parseSubmit(reply(json), planned('apiyi'))).toMatchObject({
			images: [{ embedded: EMBEDDED }],
			usage: { inputTokens: 1280, outputTokens: 6240, totalTokens: 7520, inputTextTokens: null, inputImageTokens: null },
		});
	});

	it.each([
		['a URL', { url: 'https://r2.example/a.png' }, { url: 'https://r2.example/a.png', expiresAt: null }],
		['a data URI as base64', { b64_json: EMBEDDED }, { embedded: EMBEDDED }],
		['a data URI as URL', { url: EMBEDDED, b64_json: null }, { embedded: EMBEDDED }],
	])('reads %s of gpt-image-2-all', (_name, entry, image) => {
		const plan = planned('apiyi', { model: 'gpt-image-2-all', ...AUTO });
		expect(apiyi.parseSubmit(reply({ created: 1, data: [entry] }), plan)).toMatchObject({ images: [image], usage: null });
	});

	it('does not take a count of zero for a bill', () => {
		const json = { data: [{ b64_json: EMBEDDED }], usage: { input_tokens: 0, output_tokens: 0, total_tokens: 0 } };
		expect(apiyi.parseSubmit(reply(json), planned('apiyi'))).toMatchObject({ usage: null });
	});
});

describe('APIYI: errors', () => {
	it.each([
		[400, 'Your request was rejected by the safety system', null, 'moderation'],
		[400, 'input_fidelity is not supported', 'invalid_request', 'invalid_request'],
		[401, 'Invalid token', null, 'authentication'],
		[403, 'Request blocked', null, 'moderation'],
		[403, 'This token has no access to model gpt-image-2', 'access_denied', 'authentication'],
		[403, 'user quota is not enough', 'insufficient_user_quota', 'insufficient_funds'],
		[403, '预扣费额度失败, 用户剩余额度不足', 'pre_consume_token_quota_failed', 'insufficient_funds'],
		[429, 'Too many requests', null, 'rate_limited'],
		[429, 'Insufficient balance', null, 'insufficient_funds'],
		[451, 'Unavailable', null, 'moderation'],
		[503, 'No channel for this model', 'model_not_found', 'invalid_request'],
		[503, 'No channel available', 'get_channel_failed', 'provider_unavailable'],
	])('%i "%s" (%s) is %s', (status, message, code, kind) => {
		const json = { error: { message, type: 'new_api_error', param: '', code } };
		expect(apiyi.classify(reply(json, status))).toMatchObject({ kind });
	});

	it('documents that failures are free', () => {
		expect(apiyi.billing.failuresAreFree).toBe(true);
	});
});

describe('APIYI: balance', () => {
	it('asks with the system token as it is', () => {
		expect(apiyi.account?.requires).toBe('systemToken');
		expect(apiyi.account?.call()).toEqual({
			kind: 'account',
			method: 'GET',
			path: '/api/user/self',
			auth: { scheme: 'raw', secret: 'systemToken' },
		});
	});

	it('counts 500,000 quota as a dollar', () => {
		const json = { success: true, message: null, data: { quota: 24997909, used_quota: 10027091, request_count: 339 } };
		expect(apiyi.account?.parse(reply(json))).toEqual({ usd: '49.995818' });
	});

	it.each([
		[{ success: false, message: 'access token is invalid' }, 'authentication'],
		[{ success: true, data: {} }, 'malformed_response'],
		[undefined, 'malformed_response'],
	])('%j is %s', (json, kind) => {
		expect(failureOf(() => apiyi.account?.parse(reply(json)))).toMatchObject({ kind });
	});
});
