import { PROMPT, REFERENCE, useSandbox } from './support';
import { describeWire, type WireCase } from './wire';

const GENERATE = 'POST /v1/images/generations';

/** What every request of these cases holds. */
const always = { prompt: PROMPT, response_format: 'url', client_business_id: REFERENCE };

/** ToAPIs GPT-Image-2 model page, and the pages of the -vip and -official variants. */
const CASES: WireCase[] = [
	{
		model: 'gpt-image-2',
		request: { size: { sizing: 'aspectRatio', aspectRatio: '21:9', resolution: '2K' } },
		call: GENERATE,
		body: () => ({ ...always, model: 'gpt-image-2', size: '21:9', resolution: '2k' }),
		image: '2688x1152 png',
		usd: 0.02,
	},
	{
		model: 'gpt-image-2',
		request: { operation: 'edit', size: { sizing: 'aspectRatio', aspectRatio: '3:2', resolution: '1K' } },
		call: GENERATE,
		body: (references) => ({ ...always, model: 'gpt-image-2', size: '3:2', resolution: '1k', reference_images: references }),
		image: '1536x1024 png',
		usd: 0.015,
	},
	{
		model: 'gpt-image-2-vip',
		request: { size: { sizing: 'aspectRatio', aspectRatio: '4:5', resolution: '1K' }, quality: 'high' },
		call: GENERATE,
		body: () => ({ ...always, model: 'gpt-image-2-vip', size: '4:5', resolution: '1k', quality: 'high' }),
		image: '1024x1280 png',
		usd: 0.015,
	},
	{
		model: 'gpt-image-2-vip',
		request: { operation: 'edit', quality: 'low' },
		call: GENERATE,
		body: (references) => ({ ...always, model: 'gpt-image-2-vip', size: '1:1', resolution: '1k', quality: 'low', reference_images: references }),
		image: '1024x1024 png',
		usd: 0.015,
	},
	{
		model: 'gpt-image-2-official',
		request: {
			size: { sizing: 'aspectRatio', aspectRatio: '16:9', resolution: '4K' },
			quality: 'medium',
			outputFormat: 'jpeg',
			outputCompression: 70,
			background: 'opaque',
			count: 3,
		},
		call: GENERATE,
		body: () => ({
			...always,
			model: 'gpt-image-2-official',
			n: 3,
			size: '16:9',
			resolution: '4k',
			quality: 'medium',
			output_format: 'jpeg',
			output_compression: 70,
			background: 'opaque',
		}),
		image: '3840x2160 jpeg',
		count: 3,
		usd: 0.025 * 3,
	},
	{
		model: 'gpt-image-2-official',
		request: { operation: 'edit', background: 'auto' },
		call: GENERATE,
		body: (references) => ({ ...always, model: 'gpt-image-2-official', size: '1:1', resolution: '1k', background: 'auto', image_urls: references }),
		image: '1024x1024 png',
		usd: 0.015,
	},
];

describe('the wire of ToAPIs', () => {
	describeWire('toapis', useSandbox(), CASES);
});
