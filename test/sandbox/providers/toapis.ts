import type { Exchange, ProviderDouble } from '../exchange';
import { keepUpload } from '../files';
import { sha256 } from '../hash';
import { apiKey } from '../keys';
import type { Picture } from '../render';
import { ApiError, type ApiReply, type ErrorStyle } from '../reply';
import { createTask, findTask, taskStatus } from '../tasks';
import { checkImage, checkMask, fetchReference, Fields } from '../validate';
import { listModels } from './openai-images';

/** ToAPIs writes the HTTP status as a number into `code`. */
function error(status: number, message: string, type: string, code: string | number = status): ApiError {
	return new ApiError(status, { error: { code, message, type } });
}

const errors: ErrorStyle = {
	badRequest: (message) => error(400, message, 'invalid_request_error'),
	unauthorized: () => error(401, 'Authentication failed, please check your API key', 'authentication_error'),
	insufficientFunds: () => error(402, 'Insufficient quota', 'insufficient_quota', 'insufficient_quota'),
	rateLimited: (headers) => Object.assign(error(429, 'Rate limit exceeded', 'rate_limit_error'), { headers }),
	moderated: (status = 422) => error(status, 'The prompt violates the content policy', 'content_policy_violation', 'content_policy_violation'),
	notFound: (message) => error(404, message, 'not_found_error'),
	failure: (status) => error(status, 'Internal server error', 'internal_error'),
};

const badReferences: ErrorStyle = { ...errors, badRequest: (message) => error(400, message, 'invalid_reference_images') };

/** Ratios by tier, from the table of the model page. */
const TIER_RATIOS: Readonly<Record<string, readonly string[]>> = {
	'1K': ['1:1', '3:2', '2:3'],
	'2K': ['1:1', '3:2', '2:3', '4:3', '3:4', '5:4', '4:5', '16:9', '9:16', '2:1', '1:2', '21:9', '9:21'],
	'4K': ['16:9', '9:16', '2:1', '1:2', '21:9', '9:21'],
};

/** Landscape pixels by ratio and tier, from the `-official` page. */
const PIXELS: Readonly<Record<string, readonly [string, string, string]>> = {
	'1:1': ['1024x1024', '2048x2048', '2880x2880'],
	'3:2': ['1536x1024', '2048x1360', '3520x2336'],
	'4:3': ['1024x768', '2048x1536', '3312x2480'],
	'5:4': ['1280x1024', '2560x2048', '3216x2576'],
	'16:9': ['1536x864', '2048x1152', '3840x2160'],
	'2:1': ['2048x1024', '2688x1344', '3840x1920'],
	'21:9': ['2016x864', '2688x1152', '3840x1648'],
};

const TIERS = ['1K', '2K', '4K'];

function pixelsOf(ratio: string, tier: string): { width: number; height: number } {
	const index = TIERS.indexOf(tier);
	const flipped = ratio.split(':').reverse().join(':');
	const landscape = PIXELS[ratio] ?? PIXELS[flipped];
	const [long = 0, short = 0] = (landscape?.[index] ?? '').split('x').map(Number);
	return PIXELS[ratio] ? { width: long, height: short } : { width: short, height: long };
}

const PRICE_USD: Readonly<Record<string, number>> = { '1K': 0.015, '2K': 0.02, '4K': 0.025 };

interface Variant {
	fields: readonly string[];
	allRatios: boolean;
	qualities: readonly string[];
	maxCount: number;
	maxReferences: number;
}

const PLAIN_FIELDS = ['model', 'prompt', 'n', 'size', 'resolution', 'reference_images', 'image_urls', 'response_format', 'client_business_id', 'callback_url', 'metadata'];

const VARIANTS: Readonly<Record<string, Variant>> = {
	'gpt-image-2': { fields: PLAIN_FIELDS, allRatios: false, qualities: [], maxCount: 10, maxReferences: 16 },
	'gpt-image-2-vip': { fields: [...PLAIN_FIELDS, 'quality'], allRatios: true, qualities: ['low', 'medium', 'high'], maxCount: 10, maxReferences: 16 },
	'gpt-image-2-official': {
		fields: [...PLAIN_FIELDS, 'quality', 'background', 'output_format', 'output_compression', 'mask_url'],
		allRatios: true,
		qualities: ['low', 'medium', 'high'],
		maxCount: 10,
		maxReferences: 16,
	},
};

/** `metadata` may carry the resolution and the client's id, as older examples do. */
function readMetadata(fields: Fields): Fields {
	const raw = fields.raw('metadata') ?? {};
	if (typeof raw !== 'object' || Array.isArray(raw)) throw errors.badRequest("'metadata' must be an object");
	return new Fields(raw as Record<string, unknown>, errors);
}

function readPicture(exchange: Exchange, fields: Fields, variant: Variant, model: string): { picture: Picture; tier: string } {
	const ratio = fields.optionalText('size') ?? '1:1';
	const tier = (fields.optionalText('resolution') ?? readMetadata(fields).optionalText('resolution') ?? '1K').toUpperCase();
	if (!TIERS.includes(tier)) throw errors.badRequest(`Invalid resolution '${tier}': use 1k, 2k or 4k`);
	const allowed = variant.allRatios ? TIER_RATIOS['2K'] : TIER_RATIOS[tier];
	if (!allowed?.includes(ratio)) throw errors.badRequest(`Invalid size-resolution combination: ${ratio} at ${tier}. Supported: ${allowed?.join(', ')}`);
	const { width, height } = pixelsOf(ratio, tier);
	const format = fields.oneOf('output_format', ['png', 'jpeg'] as const) ?? 'png';
	const compression = fields.integer('output_compression', 0, 100);
	fields.oneOf('background', ['auto', 'opaque', 'transparent']);
	if (variant.qualities.length > 0) fields.oneOf('quality', variant.qualities);
	const prompt = fields.text('prompt', 32_000);
	const caption = `ToAPIs · ${model} · ${ratio} ${tier}`;
	return { picture: { width, height, format, compression, prompt, caption, references: [], bytes: exchange.state.settings.imageBytes }, tier };
}

async function submit(exchange: Exchange): Promise<ApiReply> {
	if (exchange.contentType !== 'json') throw errors.badRequest('The body must be application/json');
	const { state, provider, fault } = exchange;
	const fields = new Fields(exchange.fields, errors);
	const model = fields.text('model');
	const variant = VARIANTS[model];
	if (!variant) throw errors.badRequest(`Unknown model '${model}'`);
	fields.only(...variant.fields);
	const { picture, tier } = readPicture(exchange, fields, variant, model);
	const count = fields.integer('n', 1, variant.maxCount) ?? 1;
	// Both are accepted; the status page knows only URLs.
	fields.oneOf('response_format', ['url', 'b64_json']);
	const given = [...fields.urls('reference_images', variant.maxReferences, badReferences), ...fields.urls('image_urls', variant.maxReferences, badReferences)];
	const references = await Promise.all(given.map(async (url) => await fetchReference(url, 'reference_images', 50, badReferences)));
	const mask = fields.url('mask_url');
	if (mask !== undefined) {
		const [first] = references;
		if (!first) throw errors.badRequest('mask_url needs a reference image');
		await checkMask(await fetchReference(mask, 'mask_url', 50, badReferences), first, 50, badReferences, 'mask_url');
	}
	if (fault?.fault === 'moderated') throw errors.moderated(fault.status);
	const clientReference = fields.optionalText('client_business_id') ?? readMetadata(fields).optionalText('client_business_id') ?? null;
	const task = createTask(state, {
		prefix: 'task_img_',
		provider,
		model,
		clientReference,
		callbackUrl: fields.url('callback_url') ?? null,
		pictures: Array.from({ length: count }, () => ({ ...picture, references })),
		bill: { operation: references.length > 0 ? 'edit' : 'generate', count, usd: (PRICE_USD[tier] ?? 0) * count, prompt: picture.prompt },
	});
	return {
		body: { id: task.id, object: 'generation.task', model, status: 'queued', progress: 0, created_at: Math.floor(task.createdAt / 1_000), metadata: {} },
	};
}

function poll({ state, provider, params, fault }: Exchange): ApiReply {
	const task = fault?.fault === 'task-vanishes' ? null : findTask(state, provider, params.id ?? '');
	if (!task) throw errors.notFound('Task not found');
	const now = taskStatus(state, task, fault);
	const base = {
		id: task.id,
		...(task.clientReference && { client_business_id: task.clientReference }),
		object: 'generation.task',
		model: task.model,
		created_at: Math.floor(task.createdAt / 1_000),
	};
	switch (now.status) {
		case 'unknown':
			return { body: { ...base, status: now.word, progress: 0 } };
		case 'failed': {
			const { code, message } = now.failure;
			return { body: { ...base, status: 'failed', progress: 0, error: { code, ...(message !== null && { message }) } } };
		}
		case 'done': {
			const completed = Math.floor(task.finishesAt / 1_000);
			const result = { type: 'image', data: now.urls.map((url) => ({ url })) };
			return { body: { ...base, status: 'completed', progress: 100, completed_at: completed, expires_at: completed + state.settings.urlTtlSeconds, result } };
		}
		default:
			return { body: { ...base, status: now.status === 'queued' ? 'queued' : 'in_progress', progress: now.progress } };
	}
}

const UPLOAD_MEGABYTES = 10;

function uploadError(message: string): ApiError {
	return new ApiError(400, { success: false, message });
}

async function upload(exchange: Exchange): Promise<ApiReply> {
	const [file, ...others] = exchange.files;
	if (!file || file.field !== 'file' || others.length > 0) throw uploadError('file is required');
	if (file.bytes.length > UPLOAD_MEGABYTES * 1_048_576) throw uploadError('Image too large. Maximum size is 10MB');
	const style: ErrorStyle = { ...errors, badRequest: uploadError };
	new Fields(exchange.fields, style, true).only('purpose');
	const { format } = await checkImage(file.bytes, 'file', UPLOAD_MEGABYTES, style, ['jpeg', 'png', 'webp', 'gif']);
	const mimeType = `image/${format}`;
	const url = keepUpload(exchange.state, exchange.provider, file.bytes, mimeType);
	const data = { id: `upload_${sha256(file.bytes).slice(0, 12)}`, url, mime_type: mimeType, size: file.bytes.length };
	return { body: { success: true, message: '', data } };
}

const STARTING_USD = 10.5;
const CREDITS_PER_USD = 200;

function balance({ state, provider }: Exchange): ApiReply {
	const used = state.ledger.filter((entry) => entry.provider === provider).reduce((sum, { usd }) => sum + (usd ?? 0), 0);
	const round = (value: number) => Math.round(value * 1_000) / 1_000;
	return {
		body: {
			success: true,
			remain_balance: round(STARTING_USD - used),
			used_balance: round(used),
			remain_credits: round((STARTING_USD - used) * CREDITS_PER_USD),
			used_credits: round(used * CREDITS_PER_USD),
			unlimited_quota: false,
		},
	};
}

/** ToAPIs (its generation, image-status, upload and balance pages, 2026). */
export const toapis: ProviderDouble = {
	id: 'toapis',
	errors,
	routes: [
		{ method: 'POST', path: '/v1/images/generations', point: 'submit', handle: submit },
		{ method: 'GET', path: '/v1/images/generations/:id', point: 'poll', handle: poll },
		{ method: 'POST', path: '/v1/uploads/images', point: 'upload', handle: upload },
		{
			// An unknown token gets HTTP 200 here, as the balance page says.
			method: 'GET',
			path: '/v1/balance',
			point: 'account',
			open: true,
			handle: (exchange) =>
				exchange.headers.authorization === `Bearer ${apiKey('toapis')}` ? balance(exchange) : { body: { success: false, message: 'token not found' } },
		},
		{ method: 'GET', path: '/v1/models', point: 'account', handle: () => listModels(Object.keys(VARIANTS), 'toapis') },
	],
};
