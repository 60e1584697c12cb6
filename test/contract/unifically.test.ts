import type { AspectRatio, ImageRequest, Resolution } from '../../nodes/core/request';
import { PROMPT, useSandbox } from './support';
import { describeWire, type WireCase } from './wire';

function size(aspectRatio: AspectRatio, resolution: Resolution): Partial<ImageRequest> {
	return { size: { sizing: 'aspectRatio', aspectRatio, resolution } };
}

interface TaskCase extends Pick<WireCase, 'request' | 'image' | 'usd'> {
	/** What stands in `input` beside the prompt and the references. */
	input: Record<string, unknown>;
}

/** A case of the one endpoint: everything about the picture stands in `input`. */
function task(wireModel: string, { input, ...rest }: TaskCase): WireCase {
	const model = wireModel.split('/')[1] ?? wireModel;
	return {
		...rest,
		model,
		call: 'POST /v1/tasks',
		body: (references) => ({
			model: wireModel,
			input: { prompt: PROMPT, ...input, ...(references.length > 0 && { image_urls: references }) },
		}),
	};
}

const EDIT = { operation: 'edit' } as const;

/** Unifically GPT Image 2 guide, 2026-05-06, and the pages of gpt-image-1, Nano Banana and Flux.2. */
const CASES: WireCase[] = [
	task('openai/gpt-image-2', { request: size('2:3', '4K'), input: { resolution: '4k', aspect_ratio: '2:3' }, image: '2560x3840 png', usd: 0.06 }),
	task('openai/gpt-image-2', { request: { ...EDIT, ...size('1:1', '2K') }, input: { resolution: '2k', aspect_ratio: '1:1' }, image: '2048x2048 png', usd: 0.05 }),
	task('openai/gpt-image-1.5', { request: { quality: 'high' }, input: { aspect_ratio: '1:1', quality: 'high' }, image: '1024x1024 png', usd: null }),
	task('openai/gpt-image-1.5', { request: { ...EDIT, ...size('3:2', '1K'), quality: 'low' }, input: { aspect_ratio: '3:2', quality: 'low' }, image: '1024x683 png', usd: null }),
	task('google/nano-banana-2', { request: size('21:9', '1K'), input: { resolution: '1K', aspect_ratio: '21:9' }, image: '1024x439 png', usd: 0.03 }),
	task('google/nano-banana-2', { request: { ...EDIT, ...size('4:5', '2K') }, input: { resolution: '2K', aspect_ratio: '4:5' }, image: '1638x2048 png', usd: 0.05 }),
	task('google/nano-banana-pro', { request: size('16:9', '2K'), input: { resolution: '2K', aspect_ratio: '16:9' }, image: '2048x1152 png', usd: 0.06 }),
	task('google/nano-banana-pro', { request: EDIT, input: { resolution: '1K', aspect_ratio: '1:1' }, image: '1024x1024 png', usd: 0.06 }),
	task('google/nano-banana', { request: size('9:16', '1K'), input: { aspect_ratio: '9:16' }, image: '576x1024 png', usd: 0.03 }),
	task('google/nano-banana', { request: EDIT, input: { aspect_ratio: '1:1' }, image: '1024x1024 png', usd: 0.03 }),
	task('black-forest-labs/flux.2-pro', { request: size('21:9', '1K'), input: { resolution: 1, aspect_ratio: '21:9' }, image: '1024x439 png', usd: null }),
	task('black-forest-labs/flux.2-pro', { request: EDIT, input: { resolution: 1, aspect_ratio: '1:1' }, image: '1024x1024 png', usd: null }),
	task('black-forest-labs/flux.2-flex', {
		request: { ...size('3:4', '2K'), extraParameters: { input: { steps: 28, guidance: 4.5 } } },
		input: { resolution: 4, aspect_ratio: '3:4', steps: 28, guidance: 4.5 },
		image: '1536x2048 png',
		usd: null,
	}),
	task('black-forest-labs/flux.2-flex', { request: EDIT, input: { resolution: 1, aspect_ratio: '1:1' }, image: '1024x1024 png', usd: null }),
	task('black-forest-labs/flux.2-max', { request: size('5:4', '2K'), input: { resolution: 4, aspect_ratio: '5:4' }, image: '2048x1638 png', usd: null }),
	task('black-forest-labs/flux.2-max', { request: EDIT, input: { resolution: 1, aspect_ratio: '1:1' }, image: '1024x1024 png', usd: null }),
	task('black-forest-labs/flux.2-klein', { request: size('4:3', '1K'), input: { resolution: 1, aspect_ratio: '4:3' }, image: '1024x768 png', usd: null }),
	task('black-forest-labs/flux.2-klein', { request: EDIT, input: { resolution: 1, aspect_ratio: '1:1' }, image: '1024x1024 png', usd: null }),
];

describe('the wire of Unifically', () => {
	describeWire('unifically', useSandbox(), CASES);
});
