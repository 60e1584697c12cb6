import type { Exchange, ProviderDouble } from '../exchange';
import { publish } from '../files';
import { APIYI_SYSTEM_TOKEN } from '../keys';
import { render, type Picture } from '../render';
import { openAiError, type ApiReply, type ErrorStyle } from '../reply';
import { checkImage, Fields } from '../validate';
import { edit, generate, listModels, type ImageModel, type ImagesDialect } from './openai-images';

const errors: ErrorStyle = {
	badRequest: (message, param, code = 'invalid_value') => openAiError(400, message, 'invalid_request_error', code, param ?? null),
	unauthorized: () => openAiError(401, 'Invalid token', 'new_api_error', 'access_denied'),
	insufficientFunds: () => openAiError(429, 'insufficient balance, please top up', 'new_api_error', 'insufficient_user_quota'),
	rateLimited(headers) {
		return Object.assign(openAiError(429, 'Too many requests', 'rate_limit_error', 'rate_limit_exceeded'), { headers });
	},
	moderated: (status = 403) => openAiError(status, 'Your request was rejected by the content moderation system.', 'upstream_error', 'content_policy_violation'),
	notFound: (message) => openAiError(404, message, 'new_api_error', 'model_not_found'),
	failure: (status) => openAiError(status, 'bad response status code from upstream', 'upstream_error', 'bad_response_status_code'),
};

const free: ImageModel = { sizes: 'free', maxCount: 1, maxReferences: 5, transparent: false };
const fixed: ImageModel = { ...free, sizes: 'fixed', transparent: true, fidelities: ['high', 'low'] };

const dialect: ImagesDialect = {
	label: 'APIYI',
	models: { 'gpt-image-2': free, 'gpt-image-1.5': fixed },
	gone: {},
	errors,
	maskMegabytes: 50,
	usageDetails: false,
};

const ALL_MODEL = 'gpt-image-2-all';
const FLAT_USD = 0.03;

/** The flat-price model takes model, prompt and response_format, and decides the rest alone. */
async function flat(exchange: Exchange, references: Buffer[]): Promise<ApiReply> {
	const { state, provider, fault } = exchange;
	const fields = new Fields(exchange.fields, errors, exchange.contentType === 'multipart').only('model', 'prompt', 'response_format');
	const prompt = fields.text('prompt');
	const format = fields.oneOf('response_format', ['url', 'b64_json']) ?? 'url';
	if (fault?.fault === 'moderated') throw errors.moderated(fault.status);
	const picture: Picture = { width: 1_024, height: 1_024, format: 'png', prompt, caption: `APIYI · ${ALL_MODEL}`, references, bytes: state.settings.imageBytes };
	state.bill({ provider, model: ALL_MODEL, operation: references.length > 0 ? 'edit' : 'generate', count: 1, usd: FLAT_USD, taskId: null, clientReference: null, prompt });
	await state.work();
	const image = format === 'url' ? { url: publish(state, provider, picture) } : { b64_json: `data:image/png;base64,${(await render(picture)).toString('base64')}` };
	return { body: { created: Math.floor(state.settings.now() / 1_000), data: [image] } };
}

async function flatEdit(exchange: Exchange): Promise<ApiReply> {
	if (exchange.contentType !== 'multipart') throw errors.badRequest('The body must be multipart/form-data.');
	const images = exchange.files.filter(({ field }) => field === 'image' || field === 'image[]');
	if (images.length === 0 || images.length !== exchange.files.length) throw errors.badRequest("Missing required parameter: 'image'.", 'image');
	await Promise.all(images.map(async ({ bytes, field }) => await checkImage(bytes, field, 10, errors)));
	return await flat(exchange, images.map(({ bytes }) => bytes));
}

const QUOTA_PER_USD = 500_000;
const STARTING_USD = 50;

/** APIYI (its gpt-image-2 overview and balance page, 2026). */
export const apiyi: ProviderDouble = {
	id: 'apiyi',
	errors,
	routes: [
		{
			method: 'POST',
			path: '/v1/images/generations',
			point: 'submit',
			handle: async (exchange) => await (exchange.fields.model === ALL_MODEL ? flat(exchange, []) : generate(exchange, dialect)),
		},
		{
			method: 'POST',
			path: '/v1/images/edits',
			point: 'submit',
			handle: async (exchange) => await (exchange.fields.model === ALL_MODEL ? flatEdit(exchange) : edit(exchange, dialect, { json: false })),
		},
		{ method: 'GET', path: '/v1/models', point: 'account', handle: () => listModels([...Object.keys(dialect.models), ALL_MODEL], 'apiyi') },
		{
			method: 'GET',
			path: '/api/user/self',
			point: 'account',
			open: true,
			handle: ({ headers, state }) => {
				if (headers.authorization !== APIYI_SYSTEM_TOKEN) throw errors.unauthorized();
				const used = state.ledger.filter(({ provider }) => provider === 'apiyi').length;
				const quota = STARTING_USD * QUOTA_PER_USD - used * 15_000;
				return { body: { success: true, message: null, data: { quota, used_quota: used * 15_000, request_count: used } } };
			},
		},
	],
};
