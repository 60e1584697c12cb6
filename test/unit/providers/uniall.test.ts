import { failureOf } from '../../support/failure';
import { handle, planned, PROMPT, providerOf, reply, submit, urlImage, wireJson } from './support';

const uniall = providerOf('uniall');
const IMAGE = 'https://example.com/generated.png';
const A = urlImage('https://example.com/a.png');
const B = urlImage('https://example.com/b.png');

describe('UniAll: what is sent', () => {
	it('sends gpt-image-2 a size, which it requires', () => {
		const call = submit('uniall', {
			size: { sizing: 'aspectRatio', aspectRatio: '4:3', resolution: '1K' },
			quality: 'low',
			outputFormat: 'webp',
		});
		expect(call).toMatchObject({ kind: 'submit', method: 'POST', path: '/v1/images/generations' });
		expect(wireJson(call)).toEqual({
			model: 'gpt-image-2',
			prompt: PROMPT,
			size: '1024x768',
			quality: 'low',
			output_format: 'webp',
			response_format: 'url',
		});
	});

	it('edits in JSON, one image or several', () => {
		const common = { model: 'gpt-image-2', prompt: PROMPT, size: '1024x1024', response_format: 'url' };
		expect(submit('uniall', {}, { images: [A] }).path).toBe('/v1/images/edits');
		expect(wireJson(submit('uniall', {}, { images: [A] }))).toEqual({ ...common, image: 'https://example.com/a.png' });
		expect(wireJson(submit('uniall', { count: 8 }, { images: [A, B] }))).toEqual({
			...common,
			n: 8,
			images: ['https://example.com/a.png', 'https://example.com/b.png'],
		});
	});

	it('sends gpt-image-2-origin its own fields', () => {
		const size = { sizing: 'aspectRatio', aspectRatio: '4:5', resolution: '1K' } as const;
		const call = submit('uniall', { model: 'gpt-image-2-origin', size });
		expect(call.path).toBe('/v1/images/generations');
		expect(wireJson(call)).toEqual({
			model: 'gpt-image-2-origin',
			generation_mode: 'text_to_image',
			prompt: PROMPT,
			aspect_ratio: '4:5',
			resolution: '1K',
			num_images: 1,
		});
	});

	it('sends gpt-image-2-origin references', () => {
		const call = submit('uniall', { model: 'gpt-image-2-origin', count: 2 }, { images: [A] });
		expect(call.path).toBe('/v1/images/generations');
		expect(wireJson(call)).toEqual({
			model: 'gpt-image-2-origin',
			generation_mode: 'image_to_image',
			image_url: ['https://example.com/a.png'],
			prompt: PROMPT,
			aspect_ratio: '1:1',
			resolution: '1K',
			num_images: 2,
		});
	});

	it('puts the resolution of Nano Banana into its name', () => {
		const size = { sizing: 'aspectRatio', aspectRatio: '16:9', resolution: '0.5K' } as const;
		const call = submit('uniall', { model: 'nano-banana-2', size, outputFormat: 'png' }, { images: [A, B] });
		expect(call.path).toBe('/v1/images/tasks');
		expect(wireJson(call)).toEqual({
			model: 'NanoBanana2-0.5K',
			prompt: PROMPT,
			aspect_ratio: '16:9',
			output_format: 'png',
			images: ['https://example.com/a.png', 'https://example.com/b.png'],
		});
	});

	it('sends Seedream its size as width and height', () => {
		const size = { sizing: 'pixels', width: 2048, height: 2048, snap: false } as const;
		const call = submit('uniall', { model: 'seedream-4.5', size, count: 3 });
		expect(call.path).toBe('/v1/images/generations');
		expect(wireJson(call)).toEqual({ model: 'seedream-4.5', prompt: PROMPT, n: 3, custom_size: { width: 2048, height: 2048 } });
		expect(submit('uniall', { model: 'seedream-4.5', size }, { images: [A] }).path).toBe('/v1/images/edits');
	});

	it('asks for tasks where the async page says', () => {
		expect(uniall.task?.status('task_1?', 'gpt-image-2-origin')).toEqual({ kind: 'status', method: 'GET', path: '/v1/images/tasks/task_1%3F' });
	});
});

describe('UniAll: what comes back', () => {
	it('reads images that come at once', () => {
		const json = { created: 1778688000, data: [{ url: IMAGE }] };
		expect(uniall.parseSubmit(reply(json), planned('uniall'))).toEqual({
			state: 'completed',
			images: [{ url: IMAGE, expiresAt: null }],
			usage: null,
			chargedUsd: null,
		});
	});

	it.each([
		['flat', { id: 'task_1', status: 'queued' }],
		['flat with task_id', { id: 'req_9', task_id: 'task_1', object: 'image.generation.task', status: 'processing' }],
		['under data', { code: 'success', message: '', data: { task_id: 'task_1', status: 'NOT_START', progress: '0%' } }],
		['under data, with a status of the envelope', { status: 'success', data: { task_id: 'task_1', status: 'SUBMITTED' } }],
		['the bare id', { code: 'success', message: '', data: 'task_1' }],
		['without a status', { task_id: 'task_1' }],
	])('reads a task id %s', (_name, json) => {
		expect(uniall.parseSubmit(reply(json), planned('uniall'))).toMatchObject({ state: 'accepted', taskId: 'task_1' });
	});

	it.each([
		['result.data', { id: 'task_1', status: 'completed', result: { created: 1, data: [{ url: IMAGE }] } }],
		['data', { task_id: 'task_1', status: 'succeeded', data: [{ url: IMAGE }] }],
		['data.data', { code: 'success', data: { task_id: 'task_1', status: 'SUCCESS', progress: '100%', data: [{ url: IMAGE }] } }],
		['data.data.data', { code: 'success', data: { task_id: 'task_1', status: 'SUCCESS', data: { created: 1, data: [{ url: IMAGE }] } } }],
		['data.result_url', { code: 'success', data: { task_id: 'task_1', status: 'SUCCESS', result_url: IMAGE } }],
		['output.image_url', { code: 200, data: { task_id: 'task_1', status: 'completed', output: { image_url: IMAGE } } }],
		['image_urls', { task_id: 'task_1', status: 'done', image_urls: [IMAGE] }],
		['images of texts', { task_id: 'task_1', status: 'succeed', images: [IMAGE] }],
		['images of objects', { task_id: 'task_1', status: 'success', images: [{ url: IMAGE }] }],
	])('finds images in %s', (_name, json) => {
		const state = uniall.task?.parseStatus(reply(json), handle('uniall'));
		expect(state).toMatchObject({ state: 'completed', images: [{ url: IMAGE }] });
	});

	it('prefers the output to the references that a reply repeats', () => {
		const json = { data: { task_id: 't', status: 'completed', image_urls: ['https://example.com/reference.png'], output: { image_url: IMAGE } } };
		expect(uniall.task?.parseStatus(reply(json), handle('uniall'))).toMatchObject({ images: [{ url: IMAGE }] });
	});

	it('finds all images where the reply names the first one twice', () => {
		const json = { code: 'success', data: { task_id: 't', status: 'SUCCESS', result_url: IMAGE, data: { data: [{ url: IMAGE }, { url: `${IMAGE}?2` }] } } };
		expect(uniall.task?.parseStatus(reply(json), handle('uniall', 'gpt-image-2-origin'))).toMatchObject({
			images: [{ url: IMAGE }, { url: `${IMAGE}?2` }],
		});
	});

	it.each([
		['50%', 50],
		[12.5, 12.5],
		['150 %', 100],
		[-3, 0],
		['half', null],
	])('reads a progress of %j', (progress, percent) => {
		const json = { code: 'success', data: { task_id: 't', status: 'IN_PROGRESS', progress } };
		expect(uniall.task?.parseStatus(reply(json), handle('uniall'))).toEqual({ state: 'pending', progress: percent });
	});

	it.each([
		['gpt-image-2-origin', 'no'],
		['nano-banana-2', 'unknown'],
	])('says of a failed task of %s that it is billed: %s', (model, billed) => {
		const json = { code: 'success', message: '', data: { task_id: 't', status: 'FAILURE', fail_reason: 'upstream error' } };
		expect(uniall.task?.parseStatus(reply(json), handle('uniall', model))).toMatchObject({
			state: 'failed',
			error: { report: { kind: 'task_failed', message: 'UniAll AI: upstream error', billed } },
		});
	});

	it('raises the error that stands where a task should', () => {
		const json = { code: 'insufficient_user_quota', message: 'quota is not enough', error: { message: 'Insufficient balance' } };
		expect(failureOf(() => uniall.parseSubmit(reply(json), planned('uniall')))).toMatchObject({ kind: 'insufficient_funds' });
		expect(failureOf(() => uniall.parseSubmit(reply({ created: 1, data: [] }), planned('uniall')))).toMatchObject({ kind: 'malformed_response' });
	});
});
