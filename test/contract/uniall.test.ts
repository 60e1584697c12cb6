import { PROMPT, useSandbox } from './support';
import { describeWire, type WireCase } from './wire';

const GENERATE = 'POST /v1/images/generations';
const EDIT = 'POST /v1/images/edits';
const TASKS = 'POST /v1/images/tasks';

/** UniAll gpt-image-2 page: a size from its list, JSON edits. */
const GPT_IMAGE_2: WireCase[] = [
	{
		model: 'gpt-image-2',
		request: { size: { sizing: 'aspectRatio', aspectRatio: '16:9', resolution: '2K' }, quality: 'low', outputFormat: 'webp', count: 2 },
		call: GENERATE,
		body: () => ({
			model: 'gpt-image-2', prompt: PROMPT, n: 2, size: '1920x1080', quality: 'low', output_format: 'webp', response_format: 'url',
		}),
		image: '1920x1080 webp',
		count: 2,
		usd: null,
	},
	{
		model: 'gpt-image-2',
		request: { operation: 'edit', size: { sizing: 'pixels', width: 1024, height: 768, snap: false }, quality: 'high', outputFormat: 'jpeg' },
		call: EDIT,
		body: (references) => ({
			model: 'gpt-image-2', prompt: PROMPT, size: '1024x768', quality: 'high', output_format: 'jpeg', response_format: 'url', images: references,
		}),
		image: '1024x768 jpeg',
		usd: null,
	},
];

/** UniAll GPT Image-2 model page. */
const ORIGIN: WireCase[] = [
	{
		model: 'gpt-image-2-origin',
		request: { size: { sizing: 'aspectRatio', aspectRatio: '4:5', resolution: '2K' }, count: 4 },
		call: GENERATE,
		body: () => ({
			model: 'gpt-image-2-origin', generation_mode: 'text_to_image', prompt: PROMPT, aspect_ratio: '4:5', resolution: '2K', num_images: 4,
		}),
		image: '1638x2048 png',
		count: 4,
		usd: 0.05576 * 4,
	},
	{
		model: 'gpt-image-2-origin',
		request: { operation: 'edit' },
		call: GENERATE,
		body: (references) => ({
			model: 'gpt-image-2-origin',
			generation_mode: 'image_to_image',
			image_url: references,
			prompt: PROMPT,
			aspect_ratio: '1:1',
			resolution: '1K',
			num_images: 1,
		}),
		image: '1024x1024 png',
		usd: 0.01836,
	},
];

/** UniAll async image generation page: the tier is part of the name. Prices from UniAll's model list. */
const NANO_BANANA: WireCase[] = [
	{
		model: 'nano-banana-2',
		request: { size: { sizing: 'aspectRatio', aspectRatio: '3:2', resolution: '0.5K' }, outputFormat: 'jpeg' },
		call: TASKS,
		body: () => ({ model: 'NanoBanana2-0.5K', prompt: PROMPT, aspect_ratio: '3:2', output_format: 'jpeg' }),
		image: '512x341 jpeg',
		usd: 0.041,
	},
	{
		model: 'nano-banana-2',
		request: { operation: 'edit', size: { sizing: 'aspectRatio', aspectRatio: '1:1', resolution: '2K' } },
		call: TASKS,
		body: (references) => ({ model: 'NanoBanana2-2K', prompt: PROMPT, aspect_ratio: '1:1', images: references }),
		image: '2048x2048 png',
		usd: 0.082,
	},
	{
		model: 'nano-banana-pro',
		request: {},
		call: TASKS,
		body: () => ({ model: 'NanoBananaPro-1K', prompt: PROMPT, aspect_ratio: '1:1' }),
		image: '1024x1024 png',
		usd: 0.102,
	},
	{
		model: 'nano-banana-pro',
		request: { operation: 'edit', size: { sizing: 'aspectRatio', aspectRatio: '21:9', resolution: '1K' }, outputFormat: 'webp' },
		call: TASKS,
		body: (references) => ({ model: 'NanoBananaPro-1K', prompt: PROMPT, aspect_ratio: '21:9', output_format: 'webp', images: references }),
		image: '1024x439 webp',
		usd: 0.102,
	},
	{
		model: 'nano-banana',
		request: { size: { sizing: 'aspectRatio', aspectRatio: '9:16', resolution: '1K' } },
		call: TASKS,
		body: () => ({ model: 'NanoBanana', prompt: PROMPT, aspect_ratio: '9:16' }),
		image: '576x1024 png',
		usd: null,
	},
	{
		model: 'nano-banana',
		request: { operation: 'edit' },
		call: TASKS,
		body: (references) => ({ model: 'NanoBanana', prompt: PROMPT, aspect_ratio: '1:1', images: references }),
		image: '1024x1024 png',
		usd: null,
	},
];

/** UniAll Seedream page; sizes by the Volcengine Ark image API reference. */
function seedream(model: string): WireCase[] {
	return [
		{
			model,
			request: { size: { sizing: 'aspectRatio', aspectRatio: '3:2', resolution: '2K' }, count: 2 },
			call: GENERATE,
			body: () => ({ model, prompt: PROMPT, n: 2, custom_size: { width: 2496, height: 1664 } }),
			image: '2496x1664 png',
			count: 2,
			usd: null,
		},
		{
			model,
			request: { operation: 'edit', size: { sizing: 'pixels', width: 2560, height: 1600, snap: false } },
			call: EDIT,
			body: (references) => ({ model, prompt: PROMPT, custom_size: { width: 2560, height: 1600 }, images: references }),
			image: '2560x1600 png',
			usd: null,
		},
	];
}

describe('the wire of UniAll AI', () => {
	describeWire('uniall', useSandbox(), [
		...GPT_IMAGE_2,
		...ORIGIN,
		...NANO_BANANA,
		...['seedream-4.0', 'seedream-4.5', 'seedream-5.0-lite'].flatMap(seedream),
	]);
});
