import { PROMPT, useSandbox } from './support';
import { describeWire, type WireCase } from './wire';

const GENERATE = 'POST /v1/images/generations';
const EDIT = 'POST /v1/images/edits';

/** OpenAI API reference, 2026-08: models of any size, and models of three sizes. */
const ANY_SIZE = [
	'gpt-image-2',
	'gpt-image-2-2026-04-21',
	'gpt-image-2.5-sunburst',
	'gpt-image-2.5-sunburst-2026-09-08',
	'gpt-image-2.5-flare',
	'gpt-image-2.5-flare-2026-09-08',
	'gpt-image-2.6-sunburst',
	'gpt-image-2.6-flare',
];
const THREE_SIZES = ['gpt-image-1.5', 'gpt-image-1-mini'];

function anySize(model: string): WireCase[] {
	return [
		{
			model,
			request: {
				size: { sizing: 'aspectRatio', aspectRatio: '16:9', resolution: '2K' },
				quality: 'low',
				outputFormat: 'webp',
				outputCompression: 60,
				background: 'transparent',
				moderation: 'low',
				count: 3,
			},
			call: GENERATE,
			body: () => ({
				model,
				prompt: PROMPT,
				n: 3,
				size: '2048x1152',
				quality: 'low',
				output_format: 'webp',
				output_compression: 60,
				background: 'transparent',
				moderation: 'low',
			}),
			image: '2048x1152 webp',
			count: 3,
			usd: null,
		},
		{
			model,
			request: { operation: 'edit', size: { sizing: 'pixels', width: 1024, height: 640, snap: false }, outputFormat: 'jpeg', outputCompression: 0, count: 2 },
			call: EDIT,
			form: { model, prompt: PROMPT, n: '2', size: '1024x640', output_format: 'jpeg', output_compression: '0' },
			image: '1024x640 jpeg',
			count: 2,
			usd: null,
		},
	];
}

function threeSizes(model: string): WireCase[] {
	return [
		{
			model,
			request: { size: { sizing: 'auto' }, quality: 'medium', background: 'opaque', moderation: 'auto' },
			call: GENERATE,
			body: () => ({ model, prompt: PROMPT, quality: 'medium', background: 'opaque', moderation: 'auto' }),
			image: '1024x1024 png',
			usd: null,
		},
		{
			model,
			request: { operation: 'edit', size: { sizing: 'aspectRatio', aspectRatio: '2:3', resolution: '1K' }, quality: 'high' },
			call: EDIT,
			form: { model, prompt: PROMPT, size: '1024x1536', quality: 'high' },
			image: '1024x1536 png',
			usd: null,
		},
	];
}

describe('the wire of OpenAI', () => {
	describeWire('openai', useSandbox(), [...ANY_SIZE.flatMap(anySize), ...THREE_SIZES.flatMap(threeSizes)]);
});
