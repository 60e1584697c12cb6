import { createHmac } from 'node:crypto';

import { failureOf } from '../../support/failure';
import { fileImage, handle, planned, PROMPT, providerOf, reply, submit, urlImage, wireForm, wireJson } from './support';

const toapis = providerOf('toapis');
const IMAGE = 'https://files.toapis.com/generated/1768381061_c55c1bbb.jpg';

describe('ToAPIs: what is sent', () => {
	it('sends ratio and resolution in its own words', () => {
		const call = submit(
			'toapis',
			{ size: { sizing: 'aspectRatio', aspectRatio: '16:9', resolution: '2K' }, clientReference: 'order_1' },
			{ callbackUrl: 'https://n8n.example/callback' },
		);
		expect(call).toMatchObject({ kind: 'submit', method: 'POST', path: '/v1/images/generations' });
		expect(wireJson(call)).toEqual({
			model: 'gpt-image-2',
			prompt: PROMPT,
			size: '16:9',
			resolution: '2k',
			response_format: 'url',
			client_business_id: 'order_1',
			callback_url: 'https://n8n.example/callback',
		});
	});

	it('sends references by URL', () => {
		const images = [urlImage('https://a.example/1.png'), urlImage('https://a.example/2.png')];
		expect(wireJson(submit('toapis', {}, { images }))).toEqual({
			model: 'gpt-image-2',
			prompt: PROMPT,
			size: '1:1',
			resolution: '1k',
			reference_images: ['https://a.example/1.png', 'https://a.example/2.png'],
			response_format: 'url',
		});
	});

	it('sends the quality of -vip', () => {
		expect(wireJson(submit('toapis', { model: 'gpt-image-2-vip', quality: 'high' }))).toMatchObject({ model: 'gpt-image-2-vip', quality: 'high' });
	});

	it('sends mask, settings and count of -official', () => {
		const call = submit(
			'toapis',
			{
				model: 'gpt-image-2-official',
				count: 4,
				quality: 'medium',
				outputFormat: 'jpeg',
				outputCompression: 70,
				background: 'opaque',
				mask: { kind: 'binary', key: 'mask' },
			},
			{ images: [urlImage('https://a.example/1.png')], mask: urlImage('https://a.example/mask.png') },
		);
		expect(wireJson(call)).toEqual({
			model: 'gpt-image-2-official',
			prompt: PROMPT,
			n: 4,
			size: '1:1',
			resolution: '1k',
			quality: 'medium',
			output_format: 'jpeg',
			output_compression: 70,
			background: 'opaque',
			image_urls: ['https://a.example/1.png'],
			mask_url: 'https://a.example/mask.png',
			response_format: 'url',
		});
	});

	it('never puts bytes where a URL belongs', () => {
		expect(failureOf(() => submit('toapis', {}, { images: [fileImage('a.png')] }))).toMatchObject({ kind: 'invalid_request' });
	});

	it('asks for a task by either id, escaped', () => {
		expect(toapis.task?.status('img_5b/..', 'gpt-image-2')).toEqual({ kind: 'status', method: 'GET', path: '/v1/images/generations/img_5b%2F..' });
		expect(toapis.task?.recover?.('order 1', 'gpt-image-2').path).toBe('/v1/images/generations/order%201');
	});
});

describe('ToAPIs: tasks', () => {
	it('reads the accepted task', () => {
		const json = { id: 'task_img_abc123def456', object: 'generation.task', model: 'gpt-image-2', status: 'queued', progress: 0, created_at: 1703884800, metadata: {} };
		expect(toapis.parseSubmit(reply(json), planned('toapis'))).toEqual({ state: 'accepted', taskId: 'task_img_abc123def456', progress: 0 });
	});

	it.each(['pending', 'queued', 'submitted', 'in_progress'])('goes on waiting while %s', (status) => {
		const json = { id: 'img_5b', object: 'generation.task', status, progress: 50, created_at: 1768381010 };
		expect(toapis.task?.parseStatus(reply(json), handle('toapis'))).toEqual({ state: 'pending', progress: 50 });
	});

	it('reads the finished task, when it finished and when its image goes', () => {
		const json = {
			id: 'img_5b',
			client_business_id: 'order_1',
			object: 'generation.task',
			status: 'completed',
			progress: 100,
			created_at: 1768381010,
			completed_at: 1768381063,
			expires_at: 1768467463,
			result: { type: 'image', data: [{ url: IMAGE }] },
		};
		expect(toapis.task?.parseStatus(reply(json), handle('toapis'))).toEqual({
			state: 'completed',
			images: [{ url: IMAGE, expiresAt: '2026-01-15T08:57:43.000Z' }],
			usage: null,
			chargedUsd: null,
			completedAt: 1768381063000,
		});
	});

	it('reads the URL of older samples', () => {
		const json = { id: 'img_5b', status: 'completed', url: IMAGE };
		expect(toapis.task?.parseStatus(reply(json), handle('toapis'))).toMatchObject({ images: [{ url: IMAGE }] });
	});

	it.each([
		[{ error: { code: 'generation_failed', message: 'call upstream API failed: upstream returned status 422' } }, 'task_failed', 'ToAPIs: call upstream API failed: upstream returned status 422', 'generation_failed'],
		[{ error: { code: 'content_policy_violation', message: 'Refused' } }, 'moderation', 'ToAPIs: Refused', 'content_policy_violation'],
		[{ error: { code: 429, message: 'Too many requests' } }, 'rate_limited', 'ToAPIs: Too many requests', '429'],
		[{ fail_reason: 'upstream timeout' }, 'task_failed', 'ToAPIs: upstream timeout', null],
		[{}, 'task_failed', 'ToAPIs says that the task failed, but not why', null],
	])('reads the failed task %j, which is refunded', (rest, kind, message, code) => {
		const state = toapis.task?.parseStatus(reply({ id: 'img_73', status: 'failed', progress: 0, ...rest }), handle('toapis'));
		expect(state).toMatchObject({ state: 'failed', error: { report: { kind, message, code, billed: 'no' } } });
	});

	it('keeps waiting at a word nobody documented, and tells it', () => {
		const json = { id: 'img_5b', status: 'reticulating', progress: 7 };
		expect(toapis.task?.parseStatus(reply(json), handle('toapis'))).toEqual({ state: 'pending', progress: 7, unknownStatus: 'reticulating' });
	});

	it.each([
		['a finished task without an image', { id: 'img_5b', status: 'completed', result: { data: [] } }],
		['a reply without a status', { id: 'img_5b' }],
		['HTML', undefined],
	])('cannot read %s', (_name, json) => {
		expect(failureOf(() => toapis.task?.parseStatus(reply(json), handle('toapis')))).toMatchObject({ kind: 'malformed_response' });
	});

	it('finds a task by the id of the user', () => {
		expect(toapis.task?.parseRecovered?.(reply({ id: 'img_5b', client_business_id: 'order_1', status: 'in_progress' }))).toEqual({ taskId: 'img_5b' });
		expect(toapis.task?.parseRecovered?.(reply({ success: false, message: 'Task not found' }))).toBeNull();
	});

	it('takes a submission without a task id for what it is', () => {
		expect(failureOf(() => toapis.parseSubmit(reply({ created: 1 }), planned('toapis')))).toMatchObject({ kind: 'malformed_response' });
		const refused = { error: { code: 402, message: 'Insufficient credits', type: 'insufficient_quota' } };
		expect(failureOf(() => toapis.parseSubmit(reply(refused), planned('toapis')))).toMatchObject({ kind: 'insufficient_funds' });
	});
});

describe('ToAPIs: errors', () => {
	it.each([
		[400, { code: 400, message: 'Invalid size', type: 'invalid_request_error' }, 'invalid_request', '400'],
		[400, { code: 'invalid_reference_images', message: 'Upload first' }, 'invalid_request', 'invalid_reference_images'],
		[401, { code: 401, message: 'Authentication failed, please check your API key', type: 'authentication_error' }, 'authentication', '401'],
		[402, { code: 'insufficient_quota', message: 'Top up' }, 'insufficient_funds', 'insufficient_quota'],
		[404, { code: 404, message: 'Task not found', type: 'not_found_error' }, 'not_found', '404'],
		[422, { code: 422, message: 'Refused' }, 'moderation', '422'],
		[429, { code: 'rate_limit_exceeded', message: 'Slow down' }, 'rate_limited', 'rate_limit_exceeded'],
		[500, { code: 'internal_error', message: 'Oops' }, 'provider_unavailable', 'internal_error'],
	])('%i %j is %s', (status, error, kind, code) => {
		expect(toapis.classify(reply({ error }, status)).report).toMatchObject({ kind, code });
	});
});

describe('ToAPIs: uploads and balance', () => {
	it('uploads a file as a form', () => {
		const image = fileImage('image-1.png');
		if (image.kind !== 'file') throw new Error('not a file');
		const call = toapis.upload?.build(image.file);
		expect(call).toMatchObject({ kind: 'upload', method: 'POST', path: '/v1/uploads/images' });
		expect(call && wireForm(call)).toEqual(['file=<image-1.png>']);
		expect(toapis.upload?.maxMegabytes).toBe(10);
	});

	it('reads the address of an upload', () => {
		const url = 'https://files.toapis.com/uploads/123/a.jpg';
		expect(toapis.upload?.parse(reply({ success: true, message: '', data: { id: 'upload_abc', url, size: 89234 } }))).toBe(url);
	});

	it.each([
		[{ success: false, message: 'Image too large. Maximum size is 10MB' }, 'invalid_request'],
		[{ success: true, data: { url: 'files/a.jpg' } }, 'malformed_response'],
	])('refuses the upload reply %j', (json, kind) => {
		expect(failureOf(() => toapis.upload?.parse(reply(json)))).toMatchObject({ kind });
	});

	it.each([
		[{ success: true, remain_balance: 10.5, remain_credits: 2100, unlimited_quota: false }, '10.5'],
		[{ success: true, remain_balance: 70, remain_credits: 3, unlimited_quota: false }, '0.015'],
		[{ success: true, remain_balance: 10.5 }, '10.5'],
		[{ success: true, remain_balance: -1, unlimited_quota: true }, null],
	])('reads the balance %j', (json, usd) => {
		expect(toapis.account?.parse(reply(json))).toMatchObject({ usd });
	});

	it.each([
		[{ success: false, message: 'invalid token' }, 'authentication'],
		[{ success: false, message: 'who are you?' }, 'authentication'],
		[{ success: true }, 'malformed_response'],
	])('refuses the balance %j', (json, kind) => {
		expect(failureOf(() => toapis.account?.parse(reply(json)))).toMatchObject({ kind });
	});
});

describe('ToAPIs: webhooks', () => {
	const NOW = 1_768_381_100_000;
	const EVENT = '{"id":"evt_1","type":"generation.completed","data":{"task_id":"img_5b","task_type":"image","model":"gpt-image-2","status":"completed"}}';

	function sign(secret: string, id = 'evt_1', timestamp = '1768381090', body = EVENT): string {
		return `v1=${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('hex')}`;
	}

	function read(signature: string | undefined, changes: { body?: string; secret?: string; now?: number; timestamp?: string } = {}) {
		const headers = {
			'x-toapis-webhook-id': 'evt_1',
			'x-toapis-webhook-timestamp': changes.timestamp ?? '1768381090',
			'x-toapis-webhook-signature': signature,
		};
		return toapis.callback?.read({ headers, rawBody: Buffer.from(changes.body ?? EVENT), secret: changes.secret ?? 'current', now: changes.now ?? NOW });
	}

	it('believes what is signed with the current secret', () => {
		expect(read(sign('current'))).toEqual({ taskId: 'img_5b', signed: true });
	});

	it('believes either of two signatures, as after a change of secret', () => {
		expect(read(`${sign('next')},${sign('current')}`)).toEqual({ taskId: 'img_5b', signed: true });
		expect(read(`${sign('current')}, ${sign('previous')}`)).toEqual({ taskId: 'img_5b', signed: true });
	});

	it.each([
		['another secret', () => read(sign('other'))],
		['a changed body', () => read(sign('current'), { body: EVENT.replace('img_5b', 'img_66') })],
		['no signature', () => read(undefined)],
		['a signature that is none', () => read('v1=00')],
		['an old message', () => read(sign('current'), { now: NOW + 300_000 })],
		['a message from the future', () => read(sign('current'), { now: NOW - 320_000 })],
		['a time that is none', () => read(sign('current', 'evt_1', 'soon'), { timestamp: 'soon' })],
	])('refuses %s', (_name, attempt) => {
		expect(failureOf(attempt)).toMatchObject({ kind: 'authentication' });
	});

	it('takes it for a hint where the credential has no secret', () => {
		expect(read(undefined, { secret: '' })).toEqual({ taskId: 'img_5b', signed: false });
	});

	it('names the task and its model before anything is proven', () => {
		expect(toapis.callback?.taskOf(JSON.parse(EVENT))).toEqual({ taskId: 'img_5b', model: 'gpt-image-2' });
		expect(toapis.callback?.taskOf({ type: 'generation.failed', data: { task_id: 'img_5b', model: null } })).toEqual({ taskId: 'img_5b', model: null });
		expect(toapis.callback?.taskOf({ type: 'endpoint.test', data: { task_id: 'img_5b' } })).toBeNull();
	});

	it.each(['{"id":"evt_2","type":"endpoint.test","data":{}}', '{"type":"generation.completed"}', 'not JSON', ''])('ignores %s', (body) => {
		expect(read(sign('current', 'evt_1', '1768381090', body), { body })).toBeNull();
	});
});
