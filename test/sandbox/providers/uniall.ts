import type { Exchange, ProviderDouble } from '../exchange';
import { publish } from '../files';
import { render, type Picture } from '../render';
import { openAiError, type ApiReply, type ErrorStyle } from '../reply';
import { createTask, findTask, taskStatus, type TaskStatus } from '../tasks';
import type { UniallTaskShape } from '../types';
import { fetchReference, Fields } from '../validate';
import { listModels } from './openai-images';

const errors: ErrorStyle = {
	badRequest: (message, param) => openAiError(400, message, 'invalid_request_error', 'invalid_request', param ?? null),
	unauthorized: () => openAiError(401, 'Invalid API key', 'authentication_error', 'access_denied'),
	insufficientFunds: () => openAiError(403, 'user quota is not enough', 'new_api_error', 'insufficient_user_quota'),
	rateLimited: (headers) => Object.assign(openAiError(429, 'Too many requests', 'rate_limit_error', 'rate_limit_exceeded'), { headers }),
	moderated: (status = 400) => openAiError(status, 'sensitive words detected', 'new_api_error', 'sensitive_words_detected'),
	notFound: (message) => openAiError(404, message, 'invalid_request_error', 'not_found'),
	failure: (status) => openAiError(status, 'upstream error', 'upstream_error', 'bad_response_status_code'),
};

/** The size list of the gpt-image-2 page. */
const SIZES = [
	'1024x768', '768x1024', '1024x1024', '1536x864', '864x1536', '1920x1080', '1080x1920', '1536x1536', '2048x2048', '3840x2160', '2160x3840',
];

const RATIOS = ['1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3', '4:5', '5:4', '21:9'];
const ORIGIN_RATIOS = ['1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3', '4:5'];
const FORMATS = ['png', 'jpeg', 'webp'] as const;
const MAX_MEGABYTES = 20;

const NANO_TIERS: Readonly<Record<string, { edge: number; usd: number | null }>> = {
	'NanoBanana': { edge: 1_024, usd: null },
	'NanoBanana2-0.5K': { edge: 512, usd: 0.041 },
	'NanoBanana2-1K': { edge: 1_024, usd: 0.054 },
	'NanoBanana2-2K': { edge: 2_048, usd: 0.082 },
	'NanoBanana2-4K': { edge: 4_096, usd: 0.109 },
	'NanoBananaPro-1K': { edge: 1_024, usd: 0.102 },
	'NanoBananaPro-2K': { edge: 2_048, usd: null },
	'NanoBananaPro-4K': { edge: 4_096, usd: null },
	'NanoBananaPro-8K': { edge: 8_192, usd: null },
};

const ORIGIN_TIERS: Readonly<Record<string, { edge: number; usd: number }>> = {
	'1K': { edge: 1_024, usd: 0.01836 },
	'2K': { edge: 2_048, usd: 0.05576 },
	'4K': { edge: 3_840, usd: 0.11424 },
};

const SEEDREAM = ['seedream-4.0', 'seedream-4.5', 'seedream-5.0-lite'];

/** Pixels of a ratio whose longest edge is `edge`. */
function pixels(ratio: string, edge: number): { width: number; height: number } {
	const [across = 1, down = 1] = ratio.split(':').map(Number);
	const scale = edge / Math.max(across, down);
	return { width: Math.round(across * scale), height: Math.round(down * scale) };
}

function parseSize(size: string): { width: number; height: number } {
	const [width = 0, height = 0] = size.split('x').map(Number);
	return { width, height };
}

/** References as URLs or data URIs, as strings or in objects with a `url`, single or several. */
async function references(fields: Fields, names: readonly string[], max: number): Promise<Buffer[]> {
	const given = names.flatMap((name) => {
		const value = fields.raw(name);
		return value === undefined ? [] : Array.isArray(value) ? (value as unknown[]) : [value];
	});
	if (given.length > max) throw errors.badRequest(`At most ${max} reference images are supported`, 'images');
	return await Promise.all(
		given.map(async (one) => {
			const url = typeof one === 'object' && one !== null && 'url' in one ? one.url : one;
			if (typeof url !== 'string' || !/^(https?:\/\/|data:image\/)/.test(url)) throw errors.badRequest('Reference images must be URLs', 'images');
			return await fetchReference(url, 'images', MAX_MEGABYTES, errors);
		}),
	);
}

function picture(exchange: Exchange, model: string, prompt: string, size: { width: number; height: number }, images: Buffer[], format: Picture['format']): Picture {
	const caption = `UniAll AI · ${model} · ${size.width}x${size.height}`;
	return { ...size, format, prompt, caption, references: images, bytes: exchange.state.settings.imageBytes };
}

async function imageReply({ state, provider, fields }: Exchange, one: Picture, count: number): Promise<ApiReply> {
	await state.work();
	const asBase64 = fields.response_format === 'b64_json';
	const file = asBase64 ? (await render(one)).toString('base64') : '';
	const data = Array.from({ length: count }, () => (asBase64 ? { b64_json: file } : { url: publish(state, provider, one) }));
	return { body: { created: Math.floor(state.settings.now() / 1_000), data } };
}

interface GptImage {
	prompt: string;
	count: number;
	picture: Picture;
	isEdit: boolean;
}

/** gpt-image-2: `size` from the list, no `aspect_ratio`. */
async function readGptImage(exchange: Exchange, fields: Fields, isEdit: boolean): Promise<GptImage> {
	fields.without('Unsupported parameter, use size instead', 'aspect_ratio');
	const prompt = fields.text('prompt', 32_000);
	const size = fields.text('size');
	if (!SIZES.includes(size)) throw errors.badRequest(`Unsupported size '${size}'. Supported: ${SIZES.join(', ')}`, 'size');
	fields.oneOf('quality', ['low', 'medium', 'high']);
	const count = fields.integer('n', 1, 8) ?? 1;
	const images = isEdit ? await references(fields, ['image', 'images'], 16) : [];
	if (isEdit && images.length === 0) throw errors.badRequest('image is required', 'image');
	return { prompt, count, picture: picture(exchange, 'gpt-image-2', prompt, parseSize(size), images, fields.oneOf('output_format', FORMATS) ?? 'png'), isEdit };
}

async function gptImage(exchange: Exchange, isEdit: boolean): Promise<ApiReply> {
	const fields = new Fields(exchange.fields, errors);
	fields.only('model', 'prompt', 'size', 'quality', 'output_format', 'n', 'response_format', 'aspect_ratio', ...(isEdit ? ['image', 'images'] : []));
	const wanted = await readGptImage(exchange, fields, isEdit);
	fields.oneOf('response_format', ['url', 'b64_json']);
	bill(exchange, 'gpt-image-2', wanted.count, null, wanted.prompt, isEdit);
	return await imageReply(exchange, wanted.picture, wanted.count);
}

function bill(exchange: Exchange, model: string, count: number, usd: number | null, prompt: string, isEdit: boolean): void {
	const { state, provider } = exchange;
	state.bill({ provider, model, operation: isEdit ? 'edit' : 'generate', count, usd, taskId: null, clientReference: null, prompt });
}

async function seedream(exchange: Exchange, isEdit: boolean): Promise<ApiReply> {
	const model = String(exchange.fields.model);
	const fields = new Fields(exchange.fields, errors).only(
		'model', 'prompt', 'n', 'size', 'aspect_ratio', 'custom_size', 'image', 'image_url', 'image_urls', 'images', 'response_format', 'timeout_seconds', 'output_format', 'resolution',
	);
	const prompt = fields.text('prompt');
	const count = fields.integer('n', 1, 6) ?? 1;
	const custom = fields.raw('custom_size') as { width?: number; height?: number } | undefined;
	const size = fields.optionalText('size');
	const ratio = fields.oneOf('aspect_ratio', RATIOS) ?? '1:1';
	const tier = fields.oneOf('resolution', ['1K', '2K', '4K']) ?? '1K';
	const wanted = custom ? { width: custom.width ?? 0, height: custom.height ?? 0 } : size?.includes('x') ? parseSize(size) : pixels(ratio, ORIGIN_TIERS[tier]?.edge ?? 1_024);
	if (!(wanted.width >= 256 && wanted.height >= 256 && wanted.width <= 4_096 && wanted.height <= 4_096)) throw errors.badRequest('custom_size is out of range', 'custom_size');
	const images = await references(fields, ['image', 'image_url', 'image_urls', 'images'], 10);
	if (isEdit && images.length === 0) throw errors.badRequest('image is required', 'image');
	bill(exchange, model, count, null, prompt, images.length > 0);
	return await imageReply(exchange, picture(exchange, model, prompt, wanted, images, fields.oneOf('output_format', FORMATS) ?? 'png'), count);
}

/** gpt-image-2-origin: its own fields, always a task. */
async function origin(exchange: Exchange): Promise<ApiReply> {
	const fields = new Fields(exchange.fields, errors).only('model', 'generation_mode', 'prompt', 'image_url', 'aspect_ratio', 'resolution', 'num_images');
	const mode = fields.oneOf('generation_mode', ['text_to_image', 'image_to_image']);
	if (!mode) throw errors.badRequest('generation_mode is required', 'generation_mode');
	const prompt = fields.text('prompt', 32_000);
	const images = fields.urls('image_url', 6);
	if ((mode === 'image_to_image') !== images.length > 0) throw errors.badRequest('image_url goes with image_to_image', 'image_url');
	const ratio = fields.oneOf('aspect_ratio', ORIGIN_RATIOS);
	const tier = fields.oneOf('resolution', Object.keys(ORIGIN_TIERS));
	if (!ratio || !tier) throw errors.badRequest('aspect_ratio and resolution are required', 'aspect_ratio');
	const count = fields.integer('num_images', 1, 8) ?? 1;
	if (![1, 2, 4, 8].includes(count)) throw errors.badRequest('num_images must be 1, 2 or 4', 'num_images');
	const given = await Promise.all(images.map(async (url) => await fetchReference(url, 'image_url', MAX_MEGABYTES, errors)));
	const { edge, usd } = ORIGIN_TIERS[tier] as { edge: number; usd: number };
	return startTask(exchange, picture(exchange, 'gpt-image-2-origin', prompt, pixels(ratio, edge), given, 'png'), count, usd * count);
}

function startTask(exchange: Exchange, one: Picture, count: number, usd: number | null): ApiReply {
	const { state, provider } = exchange;
	const task = createTask(state, {
		prefix: 'task_',
		provider,
		model: String(exchange.fields.model),
		pictures: Array.from({ length: count }, () => one),
		bill: { operation: one.references.length > 0 ? 'edit' : 'generate', count, usd, prompt: one.prompt },
	});
	return { body: submitBody(task.id, state.settings.uniallTaskShape) };
}

/** POST /v1/images/tasks: gpt-image-2 and the Nano models. */
async function submitTask(exchange: Exchange): Promise<ApiReply> {
	const fields = new Fields(exchange.fields, errors).only('model', 'prompt', 'task_type', 'image', 'images', 'size', 'aspect_ratio', 'quality', 'n', 'output_format');
	const model = fields.text('model');
	fields.oneOf('task_type', ['text2image', 'image2image']);
	if (exchange.fault?.fault === 'moderated') throw errors.moderated(exchange.fault.status);
	if (model === 'gpt-image-2') {
		const wanted = await readGptImage(exchange, fields, exchange.fields.image !== undefined || exchange.fields.images !== undefined);
		return startTask(exchange, wanted.picture, wanted.count, null);
	}
	const nano = NANO_TIERS[model];
	if (!nano) throw errors.badRequest(`model '${model}' is not available`, 'model');
	fields.without('Unsupported parameter for this model', 'n', 'size', 'quality');
	const prompt = fields.text('prompt', 32_000);
	const ratio = fields.oneOf('aspect_ratio', RATIOS) ?? '1:1';
	const images = await references(fields, ['image', 'images'], 14);
	const size = pixels(ratio, Math.min(nano.edge, 4_096));
	return startTask(exchange, picture(exchange, model, prompt, size, images, fields.oneOf('output_format', FORMATS) ?? 'png'), 1, nano.usd);
}

/** Nobody has documented these replies; these are the forms that sibling gateways use. */
function submitBody(id: string, shape: UniallTaskShape): unknown {
	switch (shape) {
		case 'wrapped':
			return { code: 'success', message: '', data: { task_id: id, status: 'NOT_START', progress: '0%' } };
		case 'nested':
			return { code: 'success', message: '', data: id };
		case 'openai':
			return { id, task_id: id, object: 'image.generation.task', status: 'processing', poll_url: `/v1/images/tasks/${id}` };
		case 'flat':
			return { task_id: id, status: 'queued', progress: 0 };
	}
}

const WORDS: Readonly<Record<UniallTaskShape, Readonly<Record<TaskStatus['status'], string>>>> = {
	flat: { queued: 'queued', running: 'in_progress', done: 'completed', failed: 'failed', unknown: '' },
	wrapped: { queued: 'QUEUED', running: 'IN_PROGRESS', done: 'SUCCESS', failed: 'FAILURE', unknown: '' },
	nested: { queued: 'SUBMITTED', running: 'IN_PROGRESS', done: 'SUCCESS', failed: 'FAILURE', unknown: '' },
	openai: { queued: 'processing', running: 'processing', done: 'completed', failed: 'failed', unknown: '' },
};

function statusBody(id: string, now: TaskStatus, shape: UniallTaskShape, created: number): unknown {
	const status = now.status === 'unknown' ? now.word : WORDS[shape][now.status];
	const progress = now.status === 'done' ? 100 : 'progress' in now ? now.progress : 0;
	const reason = now.status === 'failed' ? now.failure.message : null;
	const data = now.status === 'done' ? now.urls.map((url) => ({ url })) : [];
	switch (shape) {
		case 'wrapped': {
			const result = now.status === 'done' ? { result_url: now.urls[0], data: { data } } : {};
			return { code: 'success', message: '', data: { task_id: id, status, progress: `${progress}%`, ...(reason !== null && { fail_reason: reason }), ...result } };
		}
		case 'nested':
			return { code: 'success', message: '', data: { task_id: id, status, progress: `${progress}%`, fail_reason: reason ?? '', data: { created, data: { data } } } };
		case 'openai': {
			const result = now.status === 'done' ? { result: { created, data }, image_url: now.urls[0] } : {};
			return { id, task_id: id, object: 'image.generation.task', status, ...result, ...(now.status === 'failed' && { error: { message: reason ?? undefined } }) };
		}
		case 'flat': {
			const result = now.status === 'done' ? { result: { data } } : {};
			return { task_id: id, status, progress, ...result, ...(now.status === 'failed' && { error: { code: now.failure.code, ...(reason !== null && { message: reason }) } }) };
		}
	}
}

function poll({ state, provider, params, fault }: Exchange): ApiReply {
	const task = fault?.fault === 'task-vanishes' ? null : findTask(state, provider, params.id ?? '');
	if (!task) throw errors.notFound('task not found');
	const { uniallTaskShape } = state.settings;
	return { body: statusBody(task.id, taskStatus(state, task, fault), uniallTaskShape, Math.floor(task.createdAt / 1_000)) };
}

async function images(exchange: Exchange, isEdit: boolean): Promise<ApiReply> {
	if (exchange.contentType !== 'json') throw errors.badRequest('The body must be application/json');
	const model = new Fields(exchange.fields, errors).text('model');
	if (exchange.fault?.fault === 'moderated') throw errors.moderated(exchange.fault.status);
	if (model === 'gpt-image-2') return await gptImage(exchange, isEdit);
	if (model === 'gpt-image-2-origin' && !isEdit) return await origin(exchange);
	if (SEEDREAM.includes(model)) return await seedream(exchange, isEdit);
	throw errors.badRequest(`model '${model}' is not available here`, 'model');
}

/** UniAll AI (its gpt-image-2, async and Seedream pages, and its gpt-image-2-origin article, 2026). */
export const uniall: ProviderDouble = {
	id: 'uniall',
	errors,
	routes: [
		{ method: 'POST', path: '/v1/images/generations', point: 'submit', handle: async (exchange) => await images(exchange, false) },
		{ method: 'POST', path: '/v1/images/edits', point: 'submit', handle: async (exchange) => await images(exchange, true) },
		{ method: 'POST', path: '/v1/images/tasks', point: 'submit', handle: submitTask },
		{ method: 'GET', path: '/v1/images/tasks/:id', point: 'poll', handle: poll },
		{ method: 'GET', path: '/v1/models', point: 'account', handle: () => listModels(['gpt-image-2', 'gpt-image-2-origin', ...Object.keys(NANO_TIERS), ...SEEDREAM], 'uniall') },
	],
};
