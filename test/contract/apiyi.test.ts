import { PROMPT, useSandbox } from './support';
import { describeWire, type WireCase } from './wire';

/** APIYI gpt-image-2 overview: the fields of OpenAI, one image a call, any valid size. */
const CASES: WireCase[] = [
	{
		model: 'gpt-image-2',
		request: {
			size: { sizing: 'pixels', width: 1600, height: 1200, snap: false },
			quality: 'high',
			outputFormat: 'jpeg',
			outputCompression: 85,
			background: 'opaque',
			moderation: 'low',
		},
		call: 'POST /v1/images/generations',
		body: () => ({
			model: 'gpt-image-2',
			prompt: PROMPT,
			size: '1600x1200',
			quality: 'high',
			output_format: 'jpeg',
			output_compression: 85,
			background: 'opaque',
			moderation: 'low',
		}),
		image: '1600x1200 jpeg',
		usd: null,
	},
	{
		model: 'gpt-image-2',
		request: { operation: 'edit', size: { sizing: 'aspectRatio', aspectRatio: '2:3', resolution: '1K' }, quality: 'low', outputFormat: 'webp' },
		call: 'POST /v1/images/edits',
		form: { model: 'gpt-image-2', prompt: PROMPT, size: '1024x1536', quality: 'low', output_format: 'webp' },
		image: '1024x1536 webp',
		usd: null,
	},
	{
		model: 'gpt-image-2-all',
		request: { size: { sizing: 'auto' } },
		call: 'POST /v1/images/generations',
		body: () => ({ model: 'gpt-image-2-all', prompt: PROMPT, response_format: 'b64_json' }),
		image: '1024x1024 png',
		usd: 0.03,
	},
	{
		model: 'gpt-image-2-all',
		request: { operation: 'edit' },
		call: 'POST /v1/images/edits',
		form: { model: 'gpt-image-2-all', prompt: PROMPT, response_format: 'b64_json' },
		image: '1024x1024 png',
		usd: 0.03,
	},
	{
		model: 'gpt-image-1.5',
		request: { size: { sizing: 'aspectRatio', aspectRatio: '3:2', resolution: '1K' }, background: 'transparent', outputFormat: 'png' },
		call: 'POST /v1/images/generations',
		body: () => ({ model: 'gpt-image-1.5', prompt: PROMPT, size: '1536x1024', output_format: 'png', background: 'transparent' }),
		image: '1536x1024 png',
		usd: null,
	},
	{
		model: 'gpt-image-1.5',
		request: { operation: 'edit', quality: 'medium' },
		call: 'POST /v1/images/edits',
		form: { model: 'gpt-image-1.5', prompt: PROMPT, size: '1024x1024', quality: 'medium' },
		image: '1024x1024 png',
		usd: null,
	},
];

describe('the wire of APIYI', () => {
	describeWire('apiyi', useSandbox(), CASES);
});
