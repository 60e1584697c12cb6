import sharp from 'sharp';

import type { Exchange, UploadedFile } from '../exchange';
import { render, type ImageFormat, type Picture } from '../render';
import type { ApiReply, ErrorStyle } from '../reply';
import { checkImage, checkMask, fetchReference, Fields } from '../validate';
import { fixedSizeTokens, outputTokens, promptTokens, referenceTokens, type PricedQuality } from './tokens';

/** What one model of an OpenAI-compatible endpoint takes. */
export interface ImageModel {
	/** `free`: any size within the published constraints; `fixed`: the three old sizes. */
	sizes: 'free' | 'fixed';
	maxCount: number;
	maxReferences: number;
	transparent: boolean;
	/** Beyond low, medium and high. */
	moreQualities?: readonly string[];
	/** What `input_fidelity` of an edit may be; where it may not be at all, it earns a 400. */
	fidelities?: readonly string[];
}

/** What one gateway makes of the protocol. */
export interface ImagesDialect {
	label: string;
	models: Readonly<Record<string, ImageModel>>;
	/** Models that are gone, and what the provider says of them. */
	gone: Readonly<Record<string, string>>;
	errors: ErrorStyle;
	maskMegabytes: number;
	/** Whether `usage` comes with its details. */
	usageDetails: boolean;
}

const FIXED_SIZES = ['1024x1024', '1536x1024', '1024x1536'];
const QUALITIES: readonly PricedQuality[] = ['low', 'medium', 'high'];
const COMMON_FIELDS = [
	'model', 'prompt', 'n', 'size', 'quality', 'background', 'output_format', 'output_compression', 'moderation', 'user', 'safety_identifier',
];

/** Fields of the older models, which GPT image models refuse. */
const NEVER_FIELDS = ['response_format', 'style'];

/** The constraints that the APIYI overview and OpenAI's reference give for free sizes. */
function freeSizeProblem(width: number, height: number): string | null {
	if (width % 16 !== 0 || height % 16 !== 0) return 'both edges must be multiples of 16';
	if (Math.max(width, height) > 3_840) return 'the longest edge must be at most 3840';
	if (Math.max(width, height) > 3 * Math.min(width, height)) return 'the ratio must be at most 3:1';
	const pixels = width * height;
	return pixels < 655_360 || pixels > 8_294_400 ? 'the pixels must be between 655360 and 8294400' : null;
}

function readSize(fields: Fields, model: ImageModel, errors: ErrorStyle): { width: number; height: number; size: string } {
	const size = fields.optionalText('size') ?? 'auto';
	if (size === 'auto') return { width: 1_024, height: 1_024, size: '1024x1024' };
	const match = /^(\d+)x(\d+)$/.exec(size);
	const [width, height] = [Number(match?.[1]), Number(match?.[2])];
	const problem = !match
		? `Supported values are: 'auto' and WIDTHxHEIGHT`
		: model.sizes === 'fixed'
			? FIXED_SIZES.includes(size) ? null : `Supported values are: ${FIXED_SIZES.join(', ')} and auto`
			: freeSizeProblem(width, height);
	if (problem) throw errors.badRequest(`Invalid value for 'size': '${size}'. ${problem}.`, 'size');
	return { width, height, size };
}

interface Wanted {
	model: string;
	rules: ImageModel;
	prompt: string;
	count: number;
	quality: string;
	pricedQuality: PricedQuality;
	picture: Omit<Picture, 'references'>;
	size: string;
	background: string;
}

function readWanted(exchange: Exchange, dialect: ImagesDialect, extraFields: string[]): Wanted {
	const { errors } = dialect;
	const fields = new Fields(exchange.fields, errors, exchange.contentType === 'multipart');
	const model = fields.text('model');
	const gone = dialect.gone[model];
	if (gone) throw errors.notFound(gone);
	const rules = dialect.models[model];
	if (!rules) throw errors.notFound(`The model '${model}' does not exist or you do not have access to it.`);
	fields.without('Unsupported parameter', ...NEVER_FIELDS, ...(rules.fidelities ? [] : ['input_fidelity']));
	fields.only(...COMMON_FIELDS, ...extraFields);
	fields.oneOf('input_fidelity', rules.fidelities ?? []);
	const prompt = fields.text('prompt', 32_000);
	const { width, height, size } = readSize(fields, rules, errors);
	const background = fields.oneOf('background', ['auto', 'transparent', 'opaque']) ?? 'auto';
	const format: ImageFormat = fields.oneOf('output_format', ['png', 'jpeg', 'webp']) ?? 'png';
	if (background === 'transparent' && (!rules.transparent || format === 'jpeg')) {
		throw errors.badRequest('Transparent background is not supported for this model or format.', 'background');
	}
	const compression = fields.integer('output_compression', 0, 100);
	if (compression !== undefined && compression !== 100 && format === 'png') {
		throw errors.badRequest("'output_compression' must be 100 for png.", 'output_compression');
	}
	fields.oneOf('moderation', ['auto', 'low']);
	const asked = fields.oneOf('quality', ['auto', ...QUALITIES, ...(rules.moreQualities ?? [])]) ?? 'auto';
	return {
		model,
		rules,
		prompt,
		count: fields.integer('n', 1, rules.maxCount) ?? 1,
		quality: asked === 'auto' ? 'medium' : asked,
		pricedQuality: QUALITIES.find((quality) => quality === asked) ?? (asked === 'auto' ? 'medium' : 'high'),
		size,
		background,
		picture: {
			width,
			height,
			format,
			compression,
			transparent: background === 'transparent',
			prompt,
			caption: `${dialect.label} · ${model} · ${size}`,
			bytes: exchange.state.settings.imageBytes,
		},
	};
}

async function answer(exchange: Exchange, dialect: ImagesDialect, wanted: Wanted, references: Buffer[]): Promise<ApiReply> {
	const { state, provider, fault } = exchange;
	if (fault?.fault === 'moderated') throw dialect.errors.moderated(fault.status);
	const { width, height } = wanted.picture;
	const working = state.work();
	const file = (await render({ ...wanted.picture, references })).toString('base64');
	const sizes = await Promise.all(references.map(async (reference) => await sharp(reference).metadata()));
	const text = promptTokens(wanted.prompt);
	const image = sizes.reduce((sum, size) => sum + referenceTokens(size.width, size.height), 0);
	const tokensOf = wanted.rules.sizes === 'free' ? outputTokens : fixedSizeTokens;
	const output = tokensOf(width, height, wanted.pricedQuality) * wanted.count;
	state.bill({
		provider,
		model: wanted.model,
		operation: references.length > 0 ? 'edit' : 'generate',
		count: wanted.count,
		usd: null,
		taskId: null,
		clientReference: null,
		prompt: wanted.prompt,
	});
	await working;
	return {
		body: {
			created: Math.floor(state.settings.now() / 1_000),
			background: wanted.background === 'transparent' ? 'transparent' : 'opaque',
			output_format: wanted.picture.format,
			quality: wanted.quality,
			size: wanted.size,
			data: Array.from({ length: wanted.count }, () => ({ b64_json: file })),
			usage: {
				total_tokens: text + image + output,
				input_tokens: text + image,
				output_tokens: output,
				...(dialect.usageDetails && {
					input_tokens_details: { text_tokens: text, image_tokens: image },
					output_tokens_details: { image_tokens: output, text_tokens: 0 },
				}),
			},
		},
	};
}

/** POST /v1/images/generations */
export async function generate(exchange: Exchange, dialect: ImagesDialect): Promise<ApiReply> {
	if (exchange.contentType !== 'json') throw dialect.errors.badRequest('The body must be application/json.');
	return await answer(exchange, dialect, readWanted(exchange, dialect, []), []);
}

const REFERENCE_MEGABYTES = 50;

async function checkPart(file: UploadedFile, errors: ErrorStyle): Promise<Buffer> {
	const { format } = await checkImage(file.bytes, file.field, REFERENCE_MEGABYTES, errors);
	if (file.contentType !== `image/${format}`) {
		throw errors.badRequest(`Invalid file '${file.field}': unsupported mimetype ('${file.contentType}').`, file.field);
	}
	return file.bytes;
}

async function formImages(exchange: Exchange, errors: ErrorStyle): Promise<{ images: Buffer[]; mask: Buffer | null }> {
	const stranger = exchange.files.find(({ field }) => !['image', 'image[]', 'mask'].includes(field));
	if (stranger) throw errors.badRequest(`Unknown parameter: '${stranger.field}'.`, stranger.field, 'unknown_parameter');
	if (exchange.files.filter(({ field }) => field === 'image').length > 1) {
		throw errors.badRequest("Duplicate parameter: 'image'. To provide a list of values, use the array syntax: 'image[]'.", 'image', 'duplicate_parameter');
	}
	const images = await Promise.all(
		exchange.files.filter(({ field }) => field !== 'mask').map(async (file) => await checkPart(file, errors)),
	);
	const mask = exchange.files.find(({ field }) => field === 'mask');
	return { images, mask: mask ? await checkPart(mask, errors) : null };
}

async function jsonImages(exchange: Exchange, errors: ErrorStyle): Promise<{ images: Buffer[]; mask: Buffer | null }> {
	const load = async (value: unknown, field: string): Promise<Buffer> => {
		const url = (value as { image_url?: unknown } | null)?.image_url;
		if (typeof url !== 'string') throw errors.badRequest(`'${field}' must hold an image_url.`, field);
		return await fetchReference(url, field, REFERENCE_MEGABYTES, errors);
	};
	const { images, mask } = exchange.fields;
	const list = Array.isArray(images) ? (images as unknown[]) : [];
	return {
		images: await Promise.all(list.map(async (one) => await load(one, 'images'))),
		mask: mask === undefined ? null : await load(mask, 'mask'),
	};
}

/** POST /v1/images/edits: a form, or JSON with URLs where `json` allows it. */
export async function edit(exchange: Exchange, dialect: ImagesDialect, { json }: { json: boolean }): Promise<ApiReply> {
	const { errors } = dialect;
	const isForm = exchange.contentType === 'multipart';
	if (!isForm && !(json && exchange.contentType === 'json')) throw errors.badRequest('The body must be multipart/form-data.');
	const wanted = readWanted(exchange, dialect, ['input_fidelity', ...(isForm ? [] : ['images', 'mask'])]);
	const { images, mask } = await (isForm ? formImages(exchange, errors) : jsonImages(exchange, errors));
	const first = images[0];
	if (!first) throw errors.badRequest("Missing required parameter: 'image'.", 'image', 'missing_required_parameter');
	if (images.length > wanted.rules.maxReferences) {
		throw errors.badRequest(`Too many images: at most ${wanted.rules.maxReferences} are allowed.`, 'image');
	}
	if (mask) await checkMask(mask, first, dialect.maskMegabytes, errors);
	return await answer(exchange, dialect, wanted, images);
}

/** GET /v1/models */
export function listModels(ids: readonly string[], owner: string): ApiReply {
	return { body: { object: 'list', data: ids.map((id) => ({ id, object: 'model', created: 0, owned_by: owner })) } };
}
