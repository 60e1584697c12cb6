import { failureOf } from '../../support/failure';
import { EMBEDDED, fileImage, planned, PROMPT, providerOf, reply, submit, wireForm, wireJson } from './support';

const openai = providerOf('openai');

describe('OpenAI: what is sent', () => {
	it('sends model, prompt and size, and nothing that nobody asked for', () => {
		const call = submit('openai');
		expect(call).toMatchObject({ kind: 'submit', method: 'POST', path: '/v1/images/generations' });
		expect(wireJson(call)).toEqual({ model: 'gpt-image-2', prompt: PROMPT, size: '1024x1024' });
	});

	it('sends everything that was chosen', () => {
		const call = submit('openai', {
			size: { sizing: 'pixels', width: 1600, height: 1200, snap: false },
			quality: 'high',
			count: 4,
			outputFormat: 'webp',
			outputCompression: 85,
			background: 'transparent',
			moderation: 'low',
		});
		expect(wireJson(call)).toEqual({
			model: 'gpt-image-2',
			prompt: PROMPT,
			n: 4,
			size: '1600x1200',
			quality: 'high',
			output_format: 'webp',
			output_compression: 85,
			background: 'transparent',
			moderation: 'low',
		});
	});

	it('leaves an automatic size to the model', () => {
		expect(wireJson(submit('openai', { size: { sizing: 'auto' } }))).toEqual({ model: 'gpt-image-2', prompt: PROMPT });
	});

	it('sends images and mask as files, in order', () => {
		const images = [fileImage('first.png'), fileImage('second.png')];
		const call = submit('openai', { quality: 'low', mask: { kind: 'binary', key: 'mask' } }, { images, mask: fileImage('mask.png') });
		expect(call.path).toBe('/v1/images/edits');
		expect(wireForm(call)).toEqual([
			'model=gpt-image-2',
			`prompt=${PROMPT}`,
			'size=1024x1024',
			'quality=low',
			'image[]=<first.png>',
			'image[]=<second.png>',
			'mask=<mask.png>',
		]);
	});

	it('passes an unknown model and its settings through', () => {
		const call = submit('openai', { model: 'gpt-image-9', size: { sizing: 'pixels', width: 5000, height: 10, snap: false }, quality: 'high' });
		expect(wireJson(call)).toEqual({ model: 'gpt-image-9', prompt: PROMPT, size: '5000x10', quality: 'high' });
	});

	it('gives extra parameters the last word, object by object', () => {
		const call = submit('openai', { extraParameters: { quality: 'xhigh', user: { id: 1 }, size: null } });
		expect(wireJson(call)).toEqual({ model: 'gpt-image-2', prompt: PROMPT, size: null, quality: 'xhigh', user: { id: 1 } });
	});

	it('writes extra parameters of a form as text', () => {
		const call = submit('openai', { extraParameters: { stream: false, tags: ['a', 'b'], meta: { x: 1 }, size: null } }, { images: [fileImage('a.png')] });
		expect(wireForm(call)).toEqual([
			'model=gpt-image-2',
			`prompt=${PROMPT}`,
			'stream=false',
			'tags[]=a',
			'tags[]=b',
			'meta={"x":1}',
			'image[]=<a.png>',
		]);
	});

	it('refuses extra parameters that are no JSON', () => {
		expect(failureOf(() => submit('openai', { extraParameters: { when: new Date(0) } }))).toMatchObject({ kind: 'invalid_request' });
	});
});

describe('OpenAI: what comes back', () => {
	it('reads images and tokens', () => {
		const json = {
			created: 1713833628,
			size: '1024x1024',
			data: [{ b64_json: EMBEDDED }],
			usage: {
				total_tokens: 100,
				input_tokens: 50,
				output_tokens: 50,
				input_tokens_details: { text_tokens: 10, image_tokens: 40 },
				output_tokens_details: { image_tokens: 50, text_tokens: 0 },
			},
		};
		expect(openai.parseSubmit(reply(json), planned('openai'))).toEqual({
			state: 'completed',
			images: [{ embedded: EMBEDDED }],
			usage: { inputTokens: 50, outputTokens: 50, totalTokens: 100, inputTextTokens: 10, inputImageTokens: 40 },
			chargedUsd: null,
		});
	});

	it.each([
		['an empty list', { created: 1, data: [] }],
		['entries without an image', { data: [{ revised_prompt: 'x' }, null] }],
		['base64 of nothing', { data: [{ b64_json: '' }] }],
		['a body that is not JSON', undefined],
		['something else', [1, 2]],
	])('calls %s a malformed response', (_name, json) => {
		const error = failureOf(() => openai.parseSubmit(reply(json), planned('openai')));
		expect(error.report).toMatchObject({ kind: 'malformed_response', httpStatus: 200, requestId: 'req_1' });
	});

	it.each([
		[{ error: { message: 'The server had an error', type: 'server_error', code: null } }, 'provider_unavailable'],
		[{ error: { message: 'You exceeded your current quota', type: 'insufficient_quota', code: 'insufficient_quota' } }, 'insufficient_funds'],
		[{ error: 'Something odd' }, 'task_failed'],
	])('finds the error in a reply that says success: %j', (json, kind) => {
		expect(failureOf(() => openai.parseSubmit(reply(json), planned('openai')))).toMatchObject({ kind });
	});
});

/** OpenAI's error body. */
function body(message: string, type: string, code: string | null = null) {
	return { error: { message, type, param: null, code } };
}

describe('OpenAI: errors', () => {
	it.each([
		[400, body('Invalid value for size', 'invalid_request_error'), 'invalid_request', false],
		[400, body("Unknown value for parameter 'moderation'", 'invalid_request_error', 'unknown_parameter'), 'invalid_request', false],
		[400, body('Your request was rejected by the safety system.', 'image_generation_user_error', 'moderation_blocked'), 'moderation', false],
		[400, body('Billing hard limit has been reached', 'invalid_request_error', 'billing_hard_limit_reached'), 'insufficient_funds', false],
		[401, body('Incorrect API key provided: sk-1', 'invalid_request_error', 'invalid_api_key'), 'authentication', false],
		[403, body('Your organization must be verified', 'invalid_request_error'), 'authentication', false],
		[404, body('The model does not exist', 'invalid_request_error', 'model_not_found'), 'invalid_request', false],
		[404, undefined, 'not_found', false],
		[408, undefined, 'timeout', true],
		[413, undefined, 'invalid_request', false],
		[429, body('Rate limit reached for images', 'requests', 'rate_limit_exceeded'), 'rate_limited', true],
		[429, body('You exceeded your current quota', 'insufficient_quota', 'insufficient_quota'), 'insufficient_funds', false],
		[500, body('The server had an error', 'server_error'), 'provider_unavailable', true],
		[502, undefined, 'provider_unavailable', true],
		[503, { error: null }, 'provider_unavailable', true],
	])('%i %j is %s', (status, json, kind, retryable) => {
		expect(openai.classify(reply(json, status)).report).toMatchObject({ kind, retryable, httpStatus: status, requestId: 'req_1' });
	});

	it('tells what OpenAI said, and its code', () => {
		const error = openai.classify(reply(body('Invalid size', 'invalid_request_error', 'invalid_size'), 400));
		expect(error.report).toMatchObject({ message: 'OpenAI: Invalid size', code: 'invalid_size' });
	});

	it('points at the base URL where something else than an API answers', () => {
		expect(openai.classify(reply(undefined, 404)).advice).toContain('base URL');
	});

	it('clips endless explanations', () => {
		expect(openai.classify(reply(body('x'.repeat(10_000), 'server_error'), 500)).message.length).toBeLessThan(600);
	});
});
