import type { ProviderDouble } from '../exchange';
import { ApiError, openAiError, type ErrorStyle } from '../reply';
import { edit, generate, listModels, type ImageModel, type ImagesDialect } from './openai-images';

const errors: ErrorStyle = {
	badRequest: (message, param, code = 'invalid_value') => openAiError(400, message, 'invalid_request_error', code, param ?? null),
	unauthorized: () => openAiError(401, 'Incorrect API key provided: sk-wrong****key.', 'invalid_request_error', 'invalid_api_key'),
	insufficientFunds: () => openAiError(429, 'You exceeded your current quota, please check your plan and billing details.', 'insufficient_quota', 'insufficient_quota'),
	rateLimited(headers) {
		const error = openAiError(429, 'Rate limit reached for images per minute.', 'requests', 'rate_limit_exceeded');
		return Object.assign(error, { headers });
	},
	moderated: (status = 400) =>
		new ApiError(status, {
			error: {
				message: 'Your request was rejected by the safety system. If you believe this is an error, contact us and include the request ID.',
				type: 'image_generation_user_error',
				param: null,
				code: 'moderation_blocked',
				moderation_details: { moderation_stage: 'input', categories: ['violence'] },
			},
		}),
	notFound: (message) => openAiError(404, message, 'invalid_request_error', 'model_not_found'),
	failure: (status) => openAiError(status, 'The server had an error while processing your request.', 'server_error'),
};

const free: ImageModel = { sizes: 'free', maxCount: 10, maxReferences: 16, transparent: true };
const finer: ImageModel = { ...free, moreQualities: ['xhigh', 'max'] };
const fixed: ImageModel = { ...free, sizes: 'fixed' };

const dialect: ImagesDialect = {
	label: 'OpenAI',
	models: {
		'gpt-image-2': free,
		'gpt-image-2-2026-04-21': free,
		'gpt-image-2.5-sunburst': finer,
		'gpt-image-2.5-sunburst-2026-09-08': finer,
		'gpt-image-2.5-flare': finer,
		'gpt-image-2.5-flare-2026-09-08': finer,
		'gpt-image-2.6-sunburst': free,
		'gpt-image-2.6-flare': free,
		'gpt-image-1.5': { ...fixed, fidelities: ['high', 'low'] },
		'gpt-image-1-mini': { ...fixed, fidelities: ['low'] },
		'chatgpt-image-latest': fixed,
	},
	gone: {
		'gpt-image-1': 'The model `gpt-image-1` was shut down on October 23, 2026.',
		'dall-e-3': 'The model `dall-e-3` has been retired.',
		'dall-e-2': 'The model `dall-e-2` has been retired.',
	},
	errors,
	maskMegabytes: 4,
	usageDetails: true,
};

/** The OpenAI Images API (OpenAI's API reference, August 2026). */
export const openai: ProviderDouble = {
	id: 'openai',
	errors,
	routes: [
		{ method: 'POST', path: '/v1/images/generations', point: 'submit', handle: async (exchange) => await generate(exchange, dialect) },
		{ method: 'POST', path: '/v1/images/edits', point: 'submit', handle: async (exchange) => await edit(exchange, dialect, { json: true }) },
		{ method: 'GET', path: '/v1/models', point: 'account', handle: () => listModels(Object.keys(dialect.models), 'openai') },
	],
};
