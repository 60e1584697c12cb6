import type { PlannedRequest } from '../planned';
import { parsePixels } from '../pixels';
import { jsonBody, outputSettings, urlsOf, type Fields } from './body';
import { imagesApiFields } from './openai-compatible';
import { ANY_PIXELS, passthroughEntry } from './passthrough';
import type { HttpCall, Provider, WireImage } from './provider';
import { errorFromStatus } from './reply';
import { parseAccepted, parseTask, type TaskDialect } from './task-reply';

const NAME = 'UniAll AI';

/** The one model whose page promises a refund for failed tasks (UniAll GPT Image-2 model page). */
const REFUNDED = 'gpt-image-2-origin';

const DIALECT: TaskDialect = { provider: NAME, failedTaskBilled: 'unknown' };

/** One request before it is a call: where it goes and what it holds. */
interface Shape {
	path: string;
	fields: Fields;
}

/** One reference is `image`, several are `images` (UniAll gpt-image-2 page, async page). */
function references(urls: readonly string[]): Fields {
	return urls.length > 1 ? { images: [...urls] } : { image: urls[0] };
}

function generationsOrEdits(urls: readonly string[]): string {
	return urls.length > 0 ? '/v1/images/edits' : '/v1/images/generations';
}

type Shaper = (planned: PlannedRequest, count: number, urls: readonly string[], mask: string | undefined) => Shape;

/** OpenAI's fields as JSON, in edits too (UniAll gpt-image-2 page). A mask is not documented. */
const images: Shaper = (planned, count, urls, mask) => ({
	path: generationsOrEdits(urls),
	fields: { ...imagesApiFields(planned, count), response_format: 'url', ...references(urls), mask },
});

/** UniAll GPT Image-2 model page. */
const origin: Shaper = ({ wireModel, request, size }, count, urls) => ({
	path: '/v1/images/generations',
	fields: {
		model: wireModel,
		generation_mode: urls.length > 0 ? 'image_to_image' : 'text_to_image',
		prompt: request.prompt,
		image_url: urls.length > 0 ? [...urls] : undefined,
		aspect_ratio: size.aspectRatio ?? undefined,
		resolution: size.resolution ?? undefined,
		num_images: count,
	},
});

/** UniAll async image generation page. The resolution is part of the model's name. */
const tasks: Shaper = ({ wireModel, request, size }, _count, urls) => ({
	path: '/v1/images/tasks',
	fields: {
		model: wireModel,
		prompt: request.prompt,
		aspect_ratio: size.aspectRatio ?? undefined,
		...outputSettings(request),
		...references(urls),
	},
});

/** UniAll Seedream page. */
const seedream: Shaper = ({ wireModel, request, size }, count, urls) => ({
	path: generationsOrEdits(urls),
	fields: {
		model: wireModel,
		prompt: request.prompt,
		n: count > 1 ? count : undefined,
		custom_size: size.pixels === null ? undefined : { ...parsePixels(size.pixels) },
		...references(urls),
	},
});

const SHAPES: Readonly<Record<string, Shaper>> = { images, origin, tasks, seedream };

function submit(planned: PlannedRequest, count: number, wireImages: WireImage[], mask: WireImage | null): HttpCall {
	const shape = SHAPES[planned.entry.route] ?? images;
	const { path, fields } = shape(planned, count, urlsOf(wireImages), mask ? urlsOf([mask])[0] : undefined);
	return { kind: 'submit', method: 'POST', path, body: jsonBody(fields, planned.request) };
}

/**
 * Images at once (gpt-image-2, Seedream) and tasks (gpt-image-2-origin, Nano Banana). What task replies look
 * like is not documented, so every shape that gateways use is read.
 */
export const uniall: Provider = {
	id: 'uniall',
	displayName: NAME,
	credentialType: 'uniAllApi',
	billing: {
		failuresAreFree: false,
		source: 'UniAll documents a refund for failed tasks of gpt-image-2-origin, and nothing about a 5xx',
	},
	passthrough: (model) =>
		passthroughEntry(model, { provider: 'uniall', route: 'images', sizing: ANY_PIXELS, imagesPerRequest: 8, accepts: 'urlOrData' }),
	submit,
	parseSubmit: (reply) => parseAccepted(reply, DIALECT),
	classify: (reply) => errorFromStatus(NAME, reply),
	task: {
		status: (taskId) => ({ kind: 'status', method: 'GET', path: `/v1/images/tasks/${encodeURIComponent(taskId)}` }),
		parseStatus: (reply, { model }) =>
			parseTask(reply, { ...DIALECT, failedTaskBilled: model === REFUNDED ? 'no' : 'unknown' }),
	},
};
