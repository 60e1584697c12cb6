import fc from 'fast-check';

import type { ModelEntry } from '../../../nodes/core/catalog/schema';
import { ImageError } from '../../../nodes/core/errors';
import { brokenLimits, formatPixels, nearestPixels, parsePixels } from '../../../nodes/core/pixels';
import { ASPECT_RATIOS, RESOLUTIONS, type SizeChoice } from '../../../nodes/core/request';
import { resolveSize } from '../../../nodes/core/sizing';
import { failureOf } from '../../support/failure';
import { ALL_MODELS, entryOf } from '../../support/planning';

const openai = entryOf('openai', 'gpt-image-2');
const toapis = entryOf('toapis', 'gpt-image-2');
const uniall = entryOf('uniall', 'gpt-image-2');
const origin = entryOf('uniall', 'gpt-image-2-origin');
const all = entryOf('apiyi', 'gpt-image-2-all');

function ratio(aspectRatio: (typeof ASPECT_RATIOS)[number], resolution: (typeof RESOLUTIONS)[number]): SizeChoice {
	return { sizing: 'aspectRatio', aspectRatio, resolution };
}

function pixels(width: number, height: number, snap = false): SizeChoice {
	return { sizing: 'pixels', width, height, snap };
}

describe('ratio and resolution', () => {
	test.each([
		[openai, ratio('3:2', '1K'), { pixels: '1536x1024', aspectRatio: '3:2', resolution: '1K', expected: '1536x1024' }],
		[openai, ratio('9:16', '4K'), { pixels: '2160x3840', aspectRatio: '9:16', resolution: '4K', expected: '2160x3840' }],
		[uniall, ratio('16:9', '2K'), { pixels: '1920x1080', aspectRatio: '16:9', resolution: '2K', expected: '1920x1080' }],
		[uniall, ratio('1:1', '4K'), { pixels: '2048x2048', aspectRatio: '1:1', resolution: '4K', expected: '2048x2048' }],
		[toapis, ratio('21:9', '4K'), { pixels: null, aspectRatio: '21:9', resolution: '4K', expected: '3840x1648' }],
		[origin, ratio('4:5', '2K'), { pixels: null, aspectRatio: '4:5', resolution: '2K', expected: null }],
	] as const)('become what the model takes', (entry, choice, size) => {
		expect(resolveSize(entry, choice)).toEqual({ size, notes: [] });
	});

	test('a ratio that the tier lacks is refused with those it has, and with the tiers that have it', () => {
		expect(failureOf(() => resolveSize(toapis, ratio('1:1', '4K'), 'ToAPIs gpt-image-2')).message).toBe(
			'ToAPIs gpt-image-2 makes 4K images in 16:9, 9:16, 2:1, 1:2, 21:9 and 9:21, not in 1:1. It makes 1:1 in 1K and 2K.',
		);
	});

	test('a tier that the model lacks is refused with those it has', () => {
		expect(failureOf(() => resolveSize(openai, ratio('1:1', '8K'), 'OpenAI gpt-image-2')).message).toBe(
			'OpenAI gpt-image-2 makes images in 1K, 2K and 4K, not in 8K. It makes 1:1 in 1K, 2K and 4K.',
		);
	});

	test('a ratio that the model has nowhere is refused without a hint to other tiers', () => {
		expect(failureOf(() => resolveSize(uniall, ratio('21:9', '2K'), 'UniAll AI gpt-image-2')).message).toBe(
			'UniAll AI gpt-image-2 makes 2K images in 1:1, 16:9 and 9:16, not in 21:9.',
		);
	});
});

describe('pixels', () => {
	test.each([
		[1600, 1200],
		[1792, 1024],
		[2048, 1536],
		[3200, 1800 - 8],
	])('%ix%i is taken as it is', (width, height) => {
		expect(resolveSize(openai, pixels(width, height)).size.pixels).toBe(`${width}x${height}`);
	});

	test.each([
		[1000, 1000, 'multiples of 16', '1008x1008'],
		[4000, 4000, 'no edge may be longer than 3840', '2880x2880'],
		[3840, 1000, 'the ratio may be 3:1 at most', '3408x1136'],
		[512, 512, '655,360 to 8,294,400 pixels', '816x816'],
	])('%ix%i is refused: %s', (width, height, why, nearest) => {
		const { message, kind } = failureOf(() => resolveSize(openai, pixels(width, height), 'OpenAI gpt-image-2'));
		expect(kind).toBe('invalid_request');
		expect(message).toContain(why);
		expect(message).toContain(`The nearest size is ${nearest}`);
	});

	test('the nearest size is taken and said where that is wanted', () => {
		expect(resolveSize(openai, pixels(1000, 1000, true), 'OpenAI gpt-image-2')).toEqual({
			size: { pixels: '1008x1008', aspectRatio: null, resolution: null, expected: '1008x1008' },
			notes: ['OpenAI gpt-image-2 cannot make 1000x1000: both edges must be multiples of 16. The nearest size, 1008x1008, is used.'],
		});
	});

	test('a listed size is found, another one is refused with its neighbour', () => {
		expect(resolveSize(uniall, pixels(1080, 1920)).size).toMatchObject({ pixels: '1080x1920', resolution: '2K' });
		expect(failureOf(() => resolveSize(uniall, pixels(1024, 800))).message).toContain('The nearest size is 1024x768');
	});

	test('pixels that a ratio and a tier usually give stand for these', () => {
		expect(resolveSize(toapis, pixels(3840, 2160)).size).toEqual({
			pixels: null,
			aspectRatio: '16:9',
			resolution: '4K',
			expected: '3840x2160',
		});
		// 1:1 in 4K has these pixels, but ToAPIs does not make it; another square is nearer than another shape.
		expect(failureOf(() => resolveSize(toapis, pixels(2880, 2880))).message).toContain('The nearest size is 2048x2048');
	});

	test('a model whose pixels nobody documents asks for ratio and resolution', () => {
		expect(failureOf(() => resolveSize(origin, pixels(1024, 1024, true))).message).toContain('an aspect ratio and a resolution');
	});
});

describe('size left to the model', () => {
	const open = { pixels: null, aspectRatio: null, resolution: null, expected: null };

	test('auto is taken where there is one', () => {
		expect(resolveSize(openai, { sizing: 'auto' })).toEqual({ size: open, notes: [] });
		expect(resolveSize(all, { sizing: 'auto' })).toEqual({ size: open, notes: [] });
		expect(failureOf(() => resolveSize(uniall, { sizing: 'auto' })).advice).toContain('1K, 2K and 4K');
	});

	test('a model without sizes passes over the default and refuses a size that was chosen', () => {
		expect(resolveSize(all, ratio('1:1', '1K'), 'APIYI gpt-image-2-all')).toEqual({
			size: open,
			notes: ['APIYI gpt-image-2-all decides the size itself.'],
		});
		expect(failureOf(() => resolveSize(all, ratio('16:9', '1K'))).kind).toBe('invalid_request');
		expect(failureOf(() => resolveSize(all, pixels(1024, 1024, true))).kind).toBe('invalid_request');
	});
});

const anyChoice: fc.Arbitrary<SizeChoice> = fc.oneof(
	fc.record({
		sizing: fc.constant('aspectRatio' as const),
		aspectRatio: fc.constantFrom(...ASPECT_RATIOS),
		resolution: fc.constantFrom(...RESOLUTIONS),
	}),
	fc.record({
		sizing: fc.constant('pixels' as const),
		width: fc.oneof(fc.integer({ min: 1, max: 8000 }), fc.maxSafeInteger().map((edge) => Math.abs(edge) + 1)),
		height: fc.oneof(fc.integer({ min: 1, max: 8000 }), fc.maxSafeInteger().map((edge) => Math.abs(edge) + 1)),
		snap: fc.boolean(),
	}),
	fc.constant({ sizing: 'auto' as const }),
);

function outcome(entry: ModelEntry, choice: SizeChoice) {
	try {
		return resolveSize(entry, choice);
	} catch (error) {
		if (error instanceof ImageError && error.kind === 'invalid_request') return null;
		throw error;
	}
}

describe('any size on any model', () => {
	test('is resolved within the limits or refused as an invalid request', () => {
		fc.assert(
			fc.property(fc.constantFrom(...ALL_MODELS), anyChoice, (entry, choice) => {
				const size = outcome(entry, choice)?.size;
				if (!size?.pixels) return;
				if (entry.sizing.rule === 'pixels') expect(brokenLimits(parsePixels(size.pixels), entry.sizing.limits)).toEqual([]);
				if (entry.sizing.rule === 'list') expect(entry.sizing.sizes.map((listed) => listed.size)).toContain(size.pixels);
			}),
			{ numRuns: 2000 },
		);
	});

	test('snaps to a size that is valid and its own nearest', () => {
		const free = ALL_MODELS.flatMap(({ sizing }) => (sizing.rule === 'pixels' ? [sizing.limits] : []));
		const edge = fc.oneof(fc.integer({ min: 1, max: 8000 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }));
		fc.assert(
			fc.property(fc.constantFrom(...free), edge, edge, (limits, width, height) => {
				const nearest = nearestPixels({ width, height }, limits);
				expect(brokenLimits(nearest, limits)).toEqual([]);
				expect(formatPixels(nearestPixels(nearest, limits))).toBe(formatPixels(nearest));
			}),
			{ numRuns: 2000 },
		);
	});

	test('nearest means near: a size off the grid moves by less than two of its steps', () => {
		const limits = openai.sizing.rule === 'pixels' ? openai.sizing.limits : null;
		if (!limits) throw new Error('gpt-image-2 takes free pixels');
		const edge = fc.integer({ min: 900, max: 2700 });
		fc.assert(
			fc.property(edge, edge, (width, height) => {
				const nearest = nearestPixels({ width, height }, limits);
				expect(Math.abs(nearest.width - width)).toBeLessThan(32);
				expect(Math.abs(nearest.height - height)).toBeLessThan(32);
			}),
		);
	});
});
