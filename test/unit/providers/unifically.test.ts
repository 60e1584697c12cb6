import { failureOf } from '../../support/failure';
import { edit, fileImage, handle, planned, PROMPT, providerOf, reply, submit, urlImage, wireForm, wireJson } from './support';

const unifically = providerOf('unifically');
const IMAGE = 'https://cdn.unifically.com/outputs/abc123.png';
const REFERENCE = urlImage('https://example.com/brand-reference.jpg');

describe('Unifically: what is sent', () => {
	it('sends gpt-image-2 as the guide does', () => {
		const size = { sizing: 'aspectRatio', aspectRatio: '2:3', resolution: '4K' } as const;
		const call = submit('unifically', { size }, { images: [REFERENCE], callbackUrl: 'https://n8n.example/callback' });
		expect(call).toMatchObject({ kind: 'submit', method: 'POST', path: '/v1/tasks' });
		expect(wireJson(call)).toEqual({
			model: 'openai/gpt-image-2',
			input: {
				prompt: PROMPT,
				resolution: '4k',
				aspect_ratio: '2:3',
				image_urls: ['https://example.com/brand-reference.jpg'],
			},
			callback_url: 'https://n8n.example/callback',
		});
	});

	it.each([
		['nano-banana-pro', '2K', { model: 'google/nano-banana-pro', input: { prompt: PROMPT, resolution: '2K', aspect_ratio: '16:9' } }],
		['flux.2-pro', '2K', { model: 'black-forest-labs/flux.2-pro', input: { prompt: PROMPT, resolution: 4, aspect_ratio: '16:9' } }],
		['nano-banana', '1K', { model: 'google/nano-banana', input: { prompt: PROMPT, aspect_ratio: '16:9' } }],
	] as const)('sends %s at %s in its own words', (model, resolution, body) => {
		const size = { sizing: 'aspectRatio', aspectRatio: '16:9', resolution } as const;
		expect(wireJson(submit('unifically', { model, size }))).toEqual(body);
	});

	it('sends the quality of models that have one', () => {
		expect(wireJson(submit('unifically', { model: 'gpt-image-1.5', quality: 'high' }))).toEqual({
			model: 'openai/gpt-image-1.5',
			input: { prompt: PROMPT, quality: 'high', aspect_ratio: '1:1' },
		});
	});

	it('merges extra parameters into the input', () => {
		const call = submit('unifically', { model: 'flux.2-flex', extraParameters: { input: { steps: 30, guidance: 4.5 } } });
		expect(wireJson(call)).toEqual({
			model: 'black-forest-labs/flux.2-flex',
			input: { prompt: PROMPT, resolution: 1, aspect_ratio: '1:1', steps: 30, guidance: 4.5 },
		});
	});

	it('refuses a mask instead of losing it', () => {
		const mask = urlImage('https://example.com/mask.png');
		expect(failureOf(() => submit('unifically', { model: 'some/model' }, { images: [REFERENCE], mask }))).toMatchObject({ kind: 'invalid_request' });
	});

	it('asks for a price with a dry run, which is no paid call', () => {
		const call = unifically.price?.call(planned('unifically', edit([REFERENCE])));
		expect(call).toMatchObject({ kind: 'account', method: 'POST', path: '/v1/tasks' });
		expect(call && wireJson(call)).toEqual({
			model: 'openai/gpt-image-2',
			input: { prompt: PROMPT, resolution: '1k', aspect_ratio: '1:1', image_urls: ['https://example.com/source.png'] },
			dry_run: true,
		});
	});
});

describe('Unifically: what comes back', () => {
	it('reads the accepted task', () => {
		const json = { code: 200, success: true, data: { task_id: 'abc123def456', status: 'pending' } };
		expect(unifically.parseSubmit(reply(json), planned('unifically'))).toEqual({ state: 'accepted', taskId: 'abc123def456', progress: null });
	});

	it.each([
		[{ code: 200, success: true, data: { task_id: 't', status: 'pending' } }],
		[{ code: 200, success: true, data: { task_id: 't', status: 'processing' } }],
		[{ code: 400, data: { task_id: 't', status: 'processing' } }],
	])('waits at %j, whatever its outer code', (json) => {
		expect(unifically.task?.parseStatus(reply(json), handle('unifically'))).toEqual({ state: 'pending', progress: null });
	});

	it.each([
		['one image', { image_url: IMAGE }, [IMAGE]],
		['several images', { image_urls: [IMAGE, `${IMAGE}?2`] }, [IMAGE, `${IMAGE}?2`]],
	])('reads %s', (_name, output, urls) => {
		const json = { code: 200, success: true, data: { task_id: 't', status: 'completed', output } };
		expect(unifically.task?.parseStatus(reply(json), handle('unifically'))).toMatchObject({
			state: 'completed',
			images: urls.map((url) => ({ url, expiresAt: null })),
		});
	});

	it.each([
		[{ code: 200, data: { task_id: 't', status: 'failed', error: { message: 'Bad luck', code: 'generation_failed' } } }, 'Unifically: Bad luck', 'task_failed'],
		[{ code: 400, data: { task_id: 't', status: 'failed', output: {}, error: { message: 'Rejected by the safety system' } } }, 'Unifically: Rejected by the safety system', 'moderation'],
		[{ code: 200, data: { task_id: 't', status: 'failed', message: 'Bad luck', code: 'generation_failed' } }, 'Unifically: Bad luck', 'task_failed'],
		[{ code: 200, success: true, data: { task_id: 't', status: 'failed' } }, 'Unifically says that the task failed, but not why', 'task_failed'],
	])('reads the failed task %j', (json, message, kind) => {
		const state = unifically.task?.parseStatus(reply(json), handle('unifically'));
		expect(state).toMatchObject({ state: 'failed', error: { report: { message, kind, billed: 'unknown' } } });
	});

	it.each([
		[400, 'generation_failed', 'Prompt is too long', 'invalid_request'],
		[401, 'authentication_failed', 'Invalid API key provided', 'authentication'],
		[402, 'payment', 'Top up', 'insufficient_funds'],
		[404, 'not_found', 'No such task', 'not_found'],
		[422, 'validation_error', 'aspect_ratio must be one of 1:1, 2:3, 3:2', 'invalid_request'],
		[429, 'rate_limit_exceeded', 'Slow down', 'rate_limited'],
		[500, 'internal_error', 'Oops', 'provider_unavailable'],
	])('%i %s is an error of kind %s', (status, code, message, kind) => {
		const json = { code: status, data: { message, code } };
		expect(unifically.classify(reply(json, status)).report).toMatchObject({ kind, code, message: `Unifically: ${message}`, httpStatus: status });
		expect(failureOf(() => unifically.parseSubmit(reply(json), planned('unifically'))).report).toMatchObject({ kind, code, httpStatus: 200 });
	});
});

describe('Unifically: price, balance, uploads, callbacks', () => {
	it.each([
		[{ code: 200, success: true, data: { cost: 0.05 } }, '0.05'],
		[{ code: 200, success: true, data: { cost: '0.0098' } }, '0.0098'],
		[{ code: 200, success: true, data: {} }, null],
	])('reads the price in %j', (json, usd) => {
		expect(unifically.price?.parse(reply(json))).toBe(usd);
	});

	it('raises what the dry run found wrong', () => {
		const json = { code: 422, data: { message: 'Bad ratio', code: 'validation_error' } };
		expect(failureOf(() => unifically.price?.parse(reply(json)))).toMatchObject({ kind: 'invalid_request' });
	});

	it('reads the balance', () => {
		expect(unifically.account?.call()).toEqual({ kind: 'account', method: 'GET', path: '/account' });
		const json = { success: true, code: 200, data: { user_id: 12345, balance_usd: 100.5, email: 'a@example.com' } };
		expect(unifically.account?.parse(reply(json))).toEqual({ usd: '100.5' });
		expect(failureOf(() => unifically.account?.parse(reply({ success: false, message: 'Unauthorized' })))).toMatchObject({ kind: 'authentication' });
	});

	it('uploads to the host of the credential', () => {
		const image = fileImage('image-1.png');
		if (image.kind !== 'file') throw new Error('not a file');
		const call = unifically.upload?.build(image.file);
		expect(call).toMatchObject({ kind: 'upload', method: 'PUT', path: '/upload' });
		expect(call && wireForm(call)).toEqual(['file=<image-1.png>']);
		expect(unifically.upload?.parse(reply({ success: true, file_url: IMAGE }))).toBe(IMAGE);
		expect(failureOf(() => unifically.upload?.parse(reply({ success: false, message: 'File type is not supported' })))).toMatchObject({
			message: 'Unifically: File type is not supported',
		});
	});

	it('takes a callback for a hint only', () => {
		const read = (body: string) => unifically.callback?.read({ headers: {}, rawBody: Buffer.from(body), secret: 'any', now: 0 });
		expect(read(`{"task_id":"t1","status":"completed","data":{"image_url":"${IMAGE}"}}`)).toEqual({ taskId: 't1', signed: false });
		expect(read('{"task_id":"t1","status":"failed","error_message":"no"}')).toEqual({ taskId: 't1', signed: false });
		expect(unifically.callback?.taskOf({ task_id: 't1', status: 'completed' })).toEqual({ taskId: 't1', model: null });
		expect(read('{"hello":1}')).toBeNull();
		expect(read('<html>')).toBeNull();
	});
});
