import type { ProviderId } from '../sandbox';
import { picture, PROMPT, sampleUrl, transparent, useSandbox } from './support';

/** What each provider refuses, in its own words. The expectations come from the providers' pages. */
const sandbox = useSandbox();

type Body = Record<string, unknown>;

async function post(id: ProviderId, path: string, body: Body | FormData, headers: Record<string, string> = {}): Promise<{ status: number; body: unknown }> {
	const isForm = body instanceof FormData;
	const reply = await fetch(`${sandbox().baseUrl(id)}${path}`, {
		method: 'POST',
		headers: { authorization: `Bearer ${sandbox().key(id)}`, ...(!isForm && { 'content-type': 'application/json' }), ...headers },
		body: isForm ? body : JSON.stringify(body),
	});
	expect(reply.headers.get('x-request-id')).toMatch(/^req_/);
	return { status: reply.status, body: await reply.json() };
}

/** A form for an edit; every file is given as `[field, bytes, type]`. */
function form(fields: Record<string, string>, ...files: [field: string, bytes: Buffer, type: string][]): FormData {
	const made = new FormData();
	for (const [name, value] of Object.entries(fields)) made.append(name, value);
	for (const [field, bytes, type] of files) made.append(field, new Blob([new Uint8Array(bytes)], { type }), 'file');
	return made;
}

const GENERATIONS = '/v1/images/generations';
const EDITS = '/v1/images/edits';

afterEach(() => {
	// Whatever is refused costs nothing.
	expect(sandbox().ledger()).toEqual([]);
	expect(sandbox().tasks()).toEqual([]);
});

describe.each<ProviderId>(['openai', 'apiyi'])('%s refuses', (id) => {
	const valid = { model: 'gpt-image-2', prompt: PROMPT };

	it.each<[what: string, change: Body, param: string, code: string]>([
		['an unknown field', { aspect_ratio: '1:1' }, 'aspect_ratio', 'unknown_parameter'],
		['a missing prompt', { prompt: undefined }, 'prompt', 'missing_required_parameter'],
		['a prompt of 32001 characters', { prompt: 'x'.repeat(32_001) }, 'prompt', 'invalid_value'],
		['response_format', { response_format: 'b64_json' }, 'response_format', 'invalid_value'],
		['input_fidelity on gpt-image-2', { input_fidelity: 'high' }, 'input_fidelity', 'invalid_value'],
		['edges that are no multiple of 16', { size: '1000x1000' }, 'size', 'invalid_value'],
		['an edge over 3840', { size: '4000x2000' }, 'size', 'invalid_value'],
		['a ratio over 3:1', { size: '3840x1008' }, 'size', 'invalid_value'],
		['too few pixels', { size: '512x512' }, 'size', 'invalid_value'],
		['too many pixels', { size: '3840x2176' }, 'size', 'invalid_value'],
		['a size that is a ratio', { size: '1:1' }, 'size', 'invalid_value'],
		['a free size on gpt-image-1.5', { model: 'gpt-image-1.5', size: '1792x1024' }, 'size', 'invalid_value'],
		['an unknown quality', { quality: 'hd' }, 'quality', 'invalid_value'],
		['an unknown format', { output_format: 'gif' }, 'output_format', 'invalid_value'],
		['compression over 100', { output_format: 'jpeg', output_compression: 101 }, 'output_compression', 'invalid_value'],
		['a transparent jpeg', { model: 'gpt-image-1.5', background: 'transparent', output_format: 'jpeg' }, 'background', 'invalid_value'],
		['n over 10', { n: 11 }, 'n', 'invalid_value'],
		['n as text', { n: '1' }, 'n', 'invalid_value'],
	])('%s', async (_what, change, param, code) => {
		const reply = await post(id, GENERATIONS, { ...valid, ...change });

		expect(reply).toEqual({ status: 400, body: { error: { message: expect.stringContaining(param), type: 'invalid_request_error', param, code } } });
	});

	it('a form where JSON is asked for', async () => {
		expect(await post(id, GENERATIONS, form(valid))).toMatchObject({ status: 400 });
	});

	it('a body that is no JSON', async () => {
		const reply = await fetch(`${sandbox().baseUrl(id)}${GENERATIONS}`, {
			method: 'POST',
			headers: { authorization: `Bearer ${sandbox().key(id)}`, 'content-type': 'application/json' },
			body: '{"model":',
		});

		expect(reply.status).toBe(400);
		expect(await reply.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
	});

	it('two images under the name of one', async () => {
		const image = await picture('teal');

		const reply = await post(id, EDITS, form(valid, ['image', image, 'image/png'], ['image', image, 'image/png']));

		expect(reply).toMatchObject({ status: 400, body: { error: { param: 'image', code: 'duplicate_parameter' } } });
	});

	it('a file whose type is not what it says', async () => {
		expect(await post(id, EDITS, form(valid, ['image', await picture('teal'), 'image/jpeg']))).toMatchObject({ status: 400, body: { error: { param: 'image' } } });
	});

	it('an edit without an image', async () => {
		expect(await post(id, EDITS, form(valid))).toMatchObject({ status: 400, body: { error: { param: 'image', code: 'missing_required_parameter' } } });
	});

	it('a mask of other pixels, without alpha, or of another format', async () => {
		const image = await picture('teal');
		const masks: [Buffer, string][] = [
			[await transparent(32, 32), 'image/png'],
			[await picture('black'), 'image/png'],
			[await picture('black', { format: 'jpeg' }), 'image/jpeg'],
		];

		const replies = await Promise.all(masks.map(async ([mask, type]) => await post(id, EDITS, form(valid, ['image', image, 'image/png'], ['mask', mask, type]))));

		expect(replies).toEqual(masks.map(() => ({ status: 400, body: { error: expect.objectContaining({ param: 'mask' }) } })));
	});
});

describe('where OpenAI and APIYI differ', () => {
	it('gpt-image-1 is gone at OpenAI', async () => {
		expect(await post('openai', GENERATIONS, { model: 'gpt-image-1', prompt: PROMPT })).toMatchObject({
			status: 404,
			body: { error: { message: expect.stringContaining('October 23, 2026'), code: 'model_not_found' } },
		});
	});

	it.each<[what: string, body: Body, param: string]>([
		['more than one image', { model: 'gpt-image-2', n: 2 }, 'n'],
		['a transparent background of gpt-image-2', { model: 'gpt-image-2', background: 'transparent' }, 'background'],
		['a size for the flat-price model', { model: 'gpt-image-2-all', size: '1024x1024' }, 'size'],
	])('APIYI refuses %s', async (_what, body, param) => {
		expect(await post('apiyi', GENERATIONS, { prompt: PROMPT, ...body })).toMatchObject({ status: 400, body: { error: { param } } });
	});

	it.each<[ProviderId, number]>([['openai', 16], ['apiyi', 5]])('%s takes at most %d reference images', async (id, most) => {
		const image = await picture('teal');
		const images = Array.from({ length: most + 1 }, (): [string, Buffer, string] => ['image[]', image, 'image/png']);

		const reply = await post(id, EDITS, form({ model: 'gpt-image-2', prompt: PROMPT }, ...images));

		expect(reply).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining(`at most ${most}`) } } });
	});
});

describe('toapis refuses', () => {
	const valid = { model: 'gpt-image-2', prompt: PROMPT };

	it.each<[what: string, change: Body, says: string]>([
		['an unknown field', { aspect_ratio: '1:1' }, 'aspect_ratio'],
		['quality on the plain model', { quality: 'high' }, 'quality'],
		['a mask on the plain model', { mask_url: 'https://example.com/mask.png' }, 'mask_url'],
		['16:9 at 1K', { size: '16:9', resolution: '1k' }, '16:9 at 1K'],
		['16:9 where the resolution is left to its default', { size: '16:9' }, '16:9 at 1K'],
		['1:1 at 4K', { size: '1:1', resolution: '4K' }, '1:1 at 4K'],
		['4:3 at 4K', { size: '4:3', resolution: '4K' }, '4:3 at 4K'],
		['auto', { size: 'auto' }, 'auto at 1K'],
		['pixels', { size: '1024x1024' }, '1024x1024 at 1K'],
		['an unknown resolution', { resolution: '8K' }, '8K'],
		['a callback address that is none', { callback_url: 'order-1' }, 'callback_url'],
		['a missing prompt', { prompt: '' }, 'prompt'],
	])('%s', async (_what, change, says) => {
		expect(await post('toapis', GENERATIONS, { ...valid, ...change })).toEqual({
			status: 400,
			body: { error: { code: 400, message: expect.stringContaining(says), type: 'invalid_request_error' } },
		});
	});

	it.each<[what: string, images: () => unknown]>([
		['base64', () => ['data:image/png;base64,iVBORw0KGgo=']],
		['a local path', () => ['/tmp/a.png']],
		['one URL that is not in a list', () => sampleUrl(sandbox(), 'red-shoe')],
		['an address that serves no image', () => [`${sandbox().url}/_sandbox/ledger`]],
		['more than 16', () => Array.from({ length: 17 }, () => sampleUrl(sandbox(), 'red-shoe'))],
	])('%s as reference images', async (_what, images) => {
		expect(await post('toapis', GENERATIONS, { ...valid, reference_images: images() })).toEqual({
			status: 400,
			body: { error: { code: 400, message: expect.any(String), type: 'invalid_reference_images' } },
		});
	});

	it('uploads that are no image, or too large', async () => {
		const large = Buffer.concat([await picture('teal'), Buffer.alloc(10 * 1_048_576)]);
		const replies = await Promise.all([
			post('toapis', '/v1/uploads/images', form({}, ['file', Buffer.from('hello'), 'image/png'])),
			post('toapis', '/v1/uploads/images', form({}, ['file', large, 'image/png'])),
		]);

		expect(replies).toEqual([
			{ status: 400, body: { success: false, message: expect.stringContaining('not a valid image') } },
			{ status: 400, body: { success: false, message: 'Image too large. Maximum size is 10MB' } },
		]);
	});
});

describe('unifically refuses', () => {
	const input = { prompt: PROMPT, resolution: '1k', aspect_ratio: '1:1' };

	it.each<[what: string, change: Body, says: string]>([
		['quality, which gpt-image-2 dropped', { quality: 'high' }, 'quality'],
		['an unlisted ratio', { aspect_ratio: '16:9' }, 'aspect_ratio'],
		['a tier in upper case', { resolution: '4K' }, 'resolution'],
		['a missing prompt', { prompt: undefined }, 'prompt'],
		['more than 16 references', { image_urls: Array.from({ length: 17 }, () => 'http://127.0.0.1/a.png') }, 'at most 16'],
		['references in base64', { image_urls: ['data:image/png;base64,iVBORw0KGgo='] }, 'http(s) URLs'],
	])('%s', async (_what, change, says) => {
		expect(await post('unifically', '/v1/tasks', { model: 'openai/gpt-image-2', input: { ...input, ...change } })).toEqual({
			status: 422,
			body: { code: 422, success: false, data: { message: expect.stringContaining(says), code: 'validation_error' } },
		});
	});

	it.each<[what: string, body: Body, says: string]>([
		['fields of the input at the top', { model: 'openai/gpt-image-2', ...input }, 'prompt'],
		['an unknown model', { model: 'gpt-image-2', input }, 'gpt-image-2'],
		['Nano Banana Pro in 4K', { model: 'google/nano-banana-pro', input: { ...input, resolution: '4K' } }, 'resolution'],
		['steps over 50', { model: 'black-forest-labs/flux.2-flex', input: { prompt: PROMPT, steps: 51 } }, 'steps'],
	])('%s', async (_what, body, says) => {
		expect(await post('unifically', '/v1/tasks', body)).toMatchObject({ status: 422, body: { data: { message: expect.stringContaining(says) } } });
	});
});

describe('uniall refuses', () => {
	it.each<[what: string, path: string, body: Body, says: string]>([
		['aspect_ratio, as its page says', GENERATIONS, { model: 'gpt-image-2', size: '1024x1024', aspect_ratio: '1:1' }, 'aspect_ratio'],
		['a missing size', GENERATIONS, { model: 'gpt-image-2' }, 'size'],
		['a size that is not listed', GENERATIONS, { model: 'gpt-image-2', size: '1536x1024' }, '1536x1024'],
		['quality auto', GENERATIONS, { model: 'gpt-image-2', size: '1024x1024', quality: 'auto' }, 'quality'],
		['n over 8', GENERATIONS, { model: 'gpt-image-2', size: '1024x1024', n: 9 }, "'n'"],
		['an edit without an image', EDITS, { model: 'gpt-image-2', size: '1024x1024' }, 'image is required'],
		['an image in a generation', GENERATIONS, { model: 'gpt-image-2', size: '1024x1024', image: 'http://127.0.0.1/a.png' }, "'image'"],
		['size on gpt-image-2-origin', GENERATIONS, { model: 'gpt-image-2-origin', generation_mode: 'text_to_image', size: '1024x1024' }, "'size'"],
		['a lower-case tier', GENERATIONS, { model: 'gpt-image-2-origin', generation_mode: 'text_to_image', aspect_ratio: '1:1', resolution: '1k' }, 'resolution'],
		['three images of gpt-image-2-origin', GENERATIONS, { model: 'gpt-image-2-origin', generation_mode: 'text_to_image', aspect_ratio: '1:1', resolution: '1K', num_images: 3 }, 'num_images'],
		['image_to_image without an image', GENERATIONS, { model: 'gpt-image-2-origin', generation_mode: 'image_to_image', aspect_ratio: '1:1', resolution: '1K' }, 'image_url'],
		['n of a Nano Banana', '/v1/images/tasks', { model: 'NanoBanana2-1K', n: 2 }, "'n'"],
		['more than 6 images of Seedream', GENERATIONS, { model: 'seedream-4.5', n: 7 }, "'n'"],
	])('%s', async (_what, path, body, says) => {
		expect(await post('uniall', path, { prompt: PROMPT, ...body })).toMatchObject({
			status: 400,
			body: { error: { message: expect.stringContaining(says), type: 'invalid_request_error' } },
		});
	});
});

describe('a wrong key', () => {
	it.each<[ProviderId, path: string, body: unknown]>([
		['openai', GENERATIONS, { error: expect.objectContaining({ code: 'invalid_api_key' }) }],
		['apiyi', GENERATIONS, { error: expect.objectContaining({ message: 'Invalid token' }) }],
		['uniall', GENERATIONS, { error: expect.objectContaining({ message: 'Invalid API key' }) }],
		['toapis', GENERATIONS, { error: { code: 401, message: 'Authentication failed, please check your API key', type: 'authentication_error' } }],
		['unifically', '/v1/tasks', { code: 401, success: false, data: { message: 'Invalid API key provided', code: 'authentication_failed' } }],
	])('is refused by %s', async (id, path, body) => {
		const attempts = [{ authorization: 'Bearer wrong' }, { authorization: sandbox().key(id) }, { authorization: `Bearer ${sandbox().key('openai')}x` }];

		const replies = await Promise.all(attempts.map(async (headers) => await post(id, path, { model: 'gpt-image-2', prompt: PROMPT }, headers)));

		expect(replies).toEqual(attempts.map(() => ({ status: 401, body })));
	});

	it('is answered with 200 by the balance of ToAPIs', async () => {
		const reply = await fetch(`${sandbox().baseUrl('toapis')}/v1/balance`, { headers: { authorization: 'Bearer wrong' } });

		expect([reply.status, await reply.json()]).toEqual([200, expect.objectContaining({ success: false })]);
	});

	it('does not open the balance of APIYI, which takes a system token', async () => {
		const reply = await fetch(`${sandbox().baseUrl('apiyi')}/api/user/self`, { headers: { authorization: `Bearer ${sandbox().key('apiyi')}` } });

		expect(reply.status).toBe(401);
	});
});
