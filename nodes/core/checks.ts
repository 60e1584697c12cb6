import type { ModelEntry } from './catalog/schema';
import { invalidRequest } from './errors';
import type { ImageRequest, ImageSource } from './request';
import { list, plural } from './wording';

/** Most images one item may ask for: what OpenAI takes in one request. */
const MAX_IMAGES_PER_ITEM = 10;

const NOTHING_CHARGED = 'Nothing was charged.';

/** Checks that hold for every model, known or not. Throws `invalid_request`. */
export function checkRequest(request: ImageRequest): void {
	if (request.prompt.trim() === '') throw invalidRequest('The prompt is empty');
	checkCount(request.count);
	if (request.operation === 'edit' && request.images.length === 0) {
		throw invalidRequest('There is no image to edit', `Add at least one under Images. ${NOTHING_CHARGED}`);
	}
	if (request.mask && request.operation !== 'edit') {
		throw invalidRequest('A mask needs an image to edit', `Use Edit Image, or remove the mask. ${NOTHING_CHARGED}`);
	}
	for (const source of [...request.images, ...(request.mask ? [request.mask] : [])]) checkSource(source);
}

function checkCount(count: number): void {
	if (!Number.isInteger(count) || count < 1 || count > MAX_IMAGES_PER_ITEM) {
		throw invalidRequest(
			`Number of Images must be a whole number from 1 to ${MAX_IMAGES_PER_ITEM}, not ${count}`,
			`For more images, let more items come in. ${NOTHING_CHARGED}`,
		);
	}
}

const IMAGE_DATA_URI = /^data:image\/(png|jpe?g|webp);base64,/i;

function checkSource(source: ImageSource): void {
	if (source.kind === 'binary' || IMAGE_DATA_URI.test(source.url) || isWebAddress(source.url)) return;
	// A data URI may be megabytes long.
	const start = source.url.slice(0, 60);
	throw invalidRequest(
		`"${start}" is no image address: it must begin with http:// or https://, or be a base64 data URI of a PNG, JPEG or WebP`,
	);
}

function isWebAddress(text: string): boolean {
	return /^https?:\/\//i.test(text) && URL.canParse(text);
}

/**
 * Checks what the request asks of the model against what the catalog says it can do.
 * `siblings` are the provider's other models, named where they can what this one cannot.
 * Throws `invalid_request` with what is allowed.
 */
export function checkCapabilities(
	request: ImageRequest,
	entry: ModelEntry,
	siblings: readonly ModelEntry[],
	name: string,
): void {
	checkLifecycle(entry, name);
	checkPrompt(request, entry, name);
	checkReferences(request, entry, name);
	checkMask(request, entry, siblings, name);
	checkQuality(request, entry, name);
	checkOutput(request, entry, name);
	checkModeration(request, entry, name);
}

function checkLifecycle(entry: ModelEntry, name: string): void {
	if (entry.lifecycle?.state !== 'retired') return;
	const { since, successor } = entry.lifecycle;
	throw invalidRequest(`${name} was shut down on ${since}`, `Choose ${successor} instead. ${NOTHING_CHARGED}`);
}

function checkPrompt(request: ImageRequest, entry: ModelEntry, name: string): void {
	const length = request.prompt.length;
	if (length > entry.maxPromptLength) {
		throw invalidRequest(
			`The prompt has ${length.toLocaleString('en')} characters; ${name} takes ${entry.maxPromptLength.toLocaleString('en')}`,
		);
	}
}

function checkReferences(request: ImageRequest, entry: ModelEntry, name: string): void {
	if (!entry.operations.includes(request.operation)) {
		throw invalidRequest(`${name} cannot ${request.operation} images; it can ${list(entry.operations)}`);
	}
	const { max } = entry.references;
	if (request.images.length > max) {
		const allowed = max === 0 ? 'no reference images' : `${plural(max, 'reference image')} at most`;
		throw invalidRequest(`${name} takes ${allowed}, not ${request.images.length}`);
	}
}

function checkMask(request: ImageRequest, entry: ModelEntry, siblings: readonly ModelEntry[], name: string): void {
	if (!request.mask || entry.mask) return;
	const able = siblings.filter((sibling) => sibling.mask && sibling.lifecycle?.state !== 'retired').map(({ model }) => model);
	throw invalidRequest(
		`${name} takes no mask`,
		able.length > 0 ? `Here ${list(able)} can. ${NOTHING_CHARGED}` : `Remove the mask, or choose another provider. ${NOTHING_CHARGED}`,
	);
}

/** Refuses a setting that is not among the values; `unset` is how the setting reads when nobody chose. */
function checkSetting(setting: string, value: string | undefined, values: readonly string[], unset: string, name: string): void {
	if (value === undefined || value === 'auto' || values.includes(value)) return;
	throw values.length > 0
		? invalidRequest(`${setting} of ${name} can be ${list(values)}, not ${value}`)
		: invalidRequest(`${name} has no setting for ${setting.toLowerCase()}`, `Leave ${setting} ${unset}. ${NOTHING_CHARGED}`);
}

function checkQuality(request: ImageRequest, entry: ModelEntry, name: string): void {
	checkSetting('Quality', request.quality, entry.qualities, 'at Auto', name);
}

function checkOutput(request: ImageRequest, entry: ModelEntry, name: string): void {
	const { outputFormat, outputCompression, background } = request;
	checkSetting('Output Format', outputFormat, entry.outputFormats, 'unset', name);
	checkSetting('Background', background, entry.backgrounds, 'at Auto', name);
	if (background === 'transparent' && outputFormat === 'jpeg') {
		throw invalidRequest('JPEG has no transparency', `Set Output Format to png or webp. ${NOTHING_CHARGED}`);
	}
	if (outputCompression === undefined) return;
	if (!entry.outputCompression) {
		throw invalidRequest(`${name} has no setting for output compression`, `Leave Output Compression unset. ${NOTHING_CHARGED}`);
	}
	if (outputCompression < 0 || outputCompression > 100 || !Number.isInteger(outputCompression)) {
		throw invalidRequest(`Output Compression must be a whole number from 0 to 100, not ${outputCompression}`);
	}
	if (outputFormat !== 'jpeg' && outputFormat !== 'webp') {
		throw invalidRequest(
			'Output Compression works with JPEG and WebP only',
			`Set Output Format to jpeg or webp, or leave Output Compression unset. ${NOTHING_CHARGED}`,
		);
	}
}

function checkModeration(request: ImageRequest, entry: ModelEntry, name: string): void {
	checkSetting('Moderation', request.moderation, entry.moderation ? ['auto', 'low'] : [], 'at Auto', name);
}
