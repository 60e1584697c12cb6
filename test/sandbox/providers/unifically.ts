import type { Exchange, ProviderDouble } from '../exchange';
import { keepUpload } from '../files';
import type { Picture } from '../render';
import { ApiError, type ApiReply, type ErrorStyle } from '../reply';
import { createTask, findTask, taskStatus, type TaskFailure } from '../tasks';
import { checkImage, fetchReference, Fields, fromDataUri } from '../validate';

function error(status: number, message: string, code: string): ApiError {
	return new ApiError(status, { code: status, success: false, data: { message, code } });
}

const errors: ErrorStyle = {
	badRequest: (message) => error(422, message, 'validation_error'),
	unauthorized: () => error(401, 'Invalid API key provided', 'authentication_failed'),
	insufficientFunds: () => error(402, 'Insufficient balance', 'insufficient_balance'),
	rateLimited: (headers) => Object.assign(error(429, 'Too many requests', 'rate_limit_exceeded'), { headers }),
	moderated: (status = 400) => error(status, 'Content policy violation', 'generation_failed'),
	notFound: (message) => error(404, message, 'not_found'),
	failure: (status) => error(status, 'Internal server error', 'internal_error'),
};

interface Model {
	fields: readonly string[];
	ratios: readonly string[];
	/** Tier words; null where the model has none. */
	tiers: readonly string[] | null;
	maxReferences: number;
	maxMegabytes: number;
	usd: Readonly<Record<string, number>> | number | null;
}

const GPT_RATIOS = ['1:1', '2:3', '3:2'];
const NANO_RATIOS = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'];
const FLUX_RATIOS = ['21:9', '16:9', '4:3', '1:1', '3:4', '9:16', '9:21'];
const BY_TIER = { '1k': 0.03, '2k': 0.05, '4k': 0.06 };
const FLUX: Model = {
	fields: ['prompt', 'aspect_ratio', 'resolution', 'image_urls'],
	ratios: FLUX_RATIOS,
	tiers: ['0.6', '1', '2', '4'],
	maxReferences: 10,
	maxMegabytes: 20,
	usd: null,
};

const MODELS: Readonly<Record<string, Model>> = {
	'openai/gpt-image-2': { fields: ['prompt', 'resolution', 'aspect_ratio', 'image_urls'], ratios: GPT_RATIOS, tiers: ['1k', '2k', '4k'], maxReferences: 16, maxMegabytes: 100, usd: BY_TIER },
	'openai/gpt-image-1.5': { fields: ['prompt', 'quality', 'aspect_ratio', 'image_urls'], ratios: GPT_RATIOS, tiers: null, maxReferences: 16, maxMegabytes: 100, usd: null },
	'openai/gpt-image-1': { fields: ['prompt', 'quality', 'aspect_ratio', 'image_urls'], ratios: GPT_RATIOS, tiers: null, maxReferences: 16, maxMegabytes: 100, usd: null },
	'google/nano-banana': { fields: ['prompt', 'aspect_ratio', 'image_urls'], ratios: NANO_RATIOS, tiers: null, maxReferences: 20, maxMegabytes: 10, usd: 0.03 },
	'google/nano-banana-2': { fields: ['prompt', 'aspect_ratio', 'resolution', 'image_urls'], ratios: NANO_RATIOS, tiers: ['1k', '2k', '4k'], maxReferences: 20, maxMegabytes: 10, usd: BY_TIER },
	'google/nano-banana-pro': { fields: ['prompt', 'aspect_ratio', 'resolution', 'image_urls'], ratios: NANO_RATIOS, tiers: ['1k', '2k'], maxReferences: 20, maxMegabytes: 10, usd: 0.06 },
	'black-forest-labs/flux.2-flex': { ...FLUX, fields: [...FLUX.fields, 'steps', 'guidance'] },
	'black-forest-labs/flux.2-pro': FLUX,
	'black-forest-labs/flux.2-max': { ...FLUX, ratios: [...FLUX_RATIOS, '5:4'] },
	'black-forest-labs/flux.2-klein': FLUX,
};

const EDGES: Readonly<Record<string, number>> = { '1k': 1_024, '2k': 2_048, '4k': 3_840, '0.6': 768, '1': 1_024, '2': 1_440, '4': 2_048 };

function priceOf(model: Model, tier: string): number | null {
	return model.usd === null || typeof model.usd === 'number' ? model.usd : (model.usd[tier] ?? null);
}

/** Resolutions of Flux are megapixels and may come as numbers; Google's come in either case. */
function readTier(name: string, input: Fields, model: Model): string {
	const raw = input.raw('resolution');
	const word = String(raw ?? '1k').replace(/ ?mp$/i, '');
	const tier = name.startsWith('google/') ? word.toLowerCase() : word;
	if (raw !== undefined && !model.tiers?.includes(tier)) throw errors.badRequest(`resolution must be one of ${model.tiers?.join(', ') ?? 'none'}`);
	return tier;
}

async function submit(exchange: Exchange): Promise<ApiReply> {
	if (exchange.contentType !== 'json') throw errors.badRequest('The body must be application/json');
	const { state, provider, fault } = exchange;
	const fields = new Fields(exchange.fields, errors).only('model', 'input', 'callback_url', 'dry_run');
	const name = fields.text('model');
	const model = MODELS[name];
	if (!model) throw errors.badRequest(`Unknown model '${name}'`);
	const raw = fields.raw('input');
	if (typeof raw !== 'object' || raw === null) throw errors.badRequest('input is required');
	const input = new Fields(raw as Record<string, unknown>, errors).only(...model.fields);
	const prompt = input.text('prompt', 32_000);
	const ratio = input.oneOf('aspect_ratio', model.ratios) ?? '1:1';
	const tier = readTier(name, input, model);
	input.oneOf('quality', ['low', 'medium', 'high']);
	input.integer('steps', 1, 50);
	input.number('guidance', 1.5, 10);
	const urls = input.urls('image_urls', model.maxReferences);
	const references = await Promise.all(urls.map(async (url) => await fetchReference(url, 'image_urls', model.maxMegabytes, errors)));
	const usd = priceOf(model, tier);
	if (fields.optionalBoolean('dry_run')) return { body: { code: 200, success: true, data: { cost: usd ?? 0.0098, dry_run: true } } };

	const [across = 1, down = 1] = ratio.split(':').map(Number);
	const scale = (EDGES[tier] ?? 1_024) / Math.max(across, down);
	const picture: Picture = {
		width: Math.round(across * scale),
		height: Math.round(down * scale),
		format: 'png',
		prompt,
		caption: `Unifically · ${name} · ${ratio}`,
		references,
		bytes: state.settings.imageBytes,
	};
	const failure: TaskFailure | null = fault?.fault === 'moderated' ? { code: 'generation_failed', message: 'Content policy violation: the prompt was flagged' } : null;
	const task = createTask(state, {
		prefix: '',
		provider,
		model: name,
		callbackUrl: fields.url('callback_url') ?? null,
		pictures: [picture],
		failure,
		bill: { operation: references.length > 0 ? 'edit' : 'generate', count: 1, usd, prompt },
	});
	return { body: { code: 200, success: true, data: { task_id: task.id, status: 'pending' } } };
}

function poll({ state, provider, params, fault }: Exchange): ApiReply {
	const task = fault?.fault === 'task-vanishes' ? null : findTask(state, provider, params.id ?? '');
	if (!task) throw errors.notFound('Task not found');
	const now = taskStatus(state, task, fault);
	const data = { task_id: task.id };
	switch (now.status) {
		case 'unknown':
			return { body: { code: 200, success: true, data: { ...data, status: now.word } } };
		case 'failed': {
			const { code, message } = now.failure;
			return { body: { code: 200, success: true, data: { ...data, status: 'failed', ...(message !== null && { error: { message, code } }) } } };
		}
		case 'done':
			return { body: { code: 200, success: true, data: { ...data, status: 'completed', output: { image_url: now.urls[0] } } } };
		default:
			return { body: { code: 200, success: true, data: { ...data, status: now.status === 'queued' ? 'pending' : 'processing' } } };
	}
}

const UPLOAD_MEGABYTES = 100;
const STARTING_USD = 100.5;

function account({ state, provider }: Exchange): ApiReply {
	const used = state.ledger.filter((entry) => entry.provider === provider).reduce((sum, { usd }) => sum + (usd ?? 0), 0);
	const balance = Math.round((STARTING_USD - used) * 10_000) / 10_000;
	return { body: { success: true, code: 200, data: { user_id: 12_345, balance_usd: balance, email: 'sandbox@example.com', created_at: 1_700_000_000, updated_at: 1_700_000_000 } } };
}

function uploadError(message: string): ApiError {
	return new ApiError(400, { success: false, message });
}

/** A file of a form, or base64 text in JSON, raw or as a data URI. */
async function upload({ state, provider, contentType, fields, files }: Exchange): Promise<ApiReply> {
	const style: ErrorStyle = { ...errors, badRequest: uploadError };
	const text = contentType === 'json' ? new Fields(fields, style).only('base64').text('base64') : null;
	const bytes = text === null ? files.find(({ field }) => field === 'file')?.bytes : (fromDataUri(text) ?? Buffer.from(text, 'base64'));
	if (!bytes) throw uploadError('file is required');
	const { format } = await checkImage(bytes, 'file', UPLOAD_MEGABYTES, style);
	return { body: { success: true, file_url: keepUpload(state, provider, bytes, `image/${format}`) } };
}

/** Unifically (its v1-tasks, callbacks and account pages, and its GPT Image 2 guide of 2026-05-06). */
export const unifically: ProviderDouble = {
	id: 'unifically',
	errors,
	routes: [
		{ method: 'POST', path: '/v1/tasks', point: 'submit', handle: submit },
		{ method: 'GET', path: '/v1/tasks/:id', point: 'poll', handle: poll },
		{ method: 'GET', path: '/account', point: 'account', handle: account },
		{ method: 'PUT', path: '/upload', point: 'upload', handle: upload },
	],
};
