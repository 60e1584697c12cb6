import { addUsd, multiplyUsd } from '../../../nodes/core/pricing/money';
import { parsePriceOverrides } from '../../../nodes/core/pricing/overrides';
import { quoteRequest } from '../../../nodes/core/pricing/quote';
import type { AspectRatio, ImageRequest, Resolution, SizeChoice } from '../../../nodes/core/request';
import { plan, PROVIDER_IDS, type PlannableId } from '../../support/planning';

type Path = `${PlannableId}/${string}`;

function size(resolution: Resolution, aspectRatio: AspectRatio = '1:1'): SizeChoice {
	return { sizing: 'aspectRatio', aspectRatio, resolution };
}

function quote(path: Path, changes: Partial<ImageRequest> = {}) {
	return quoteRequest(plan(path, changes));
}

describe('list prices', () => {
	test.each<[Path, Resolution, AspectRatio, string, string]>([
		['uniall/gpt-image-2-origin', '1K', '1:1', '0.01836', 'exact'],
		['uniall/gpt-image-2-origin', '2K', '1:1', '0.05576', 'exact'],
		['uniall/gpt-image-2-origin', '4K', '1:1', '0.11424', 'exact'],
		['uniall/nano-banana-2', '0.5K', '1:1', '0.041', 'exact'],
		['uniall/nano-banana-2', '1K', '1:1', '0.054', 'exact'],
		['uniall/nano-banana-2', '2K', '1:1', '0.082', 'exact'],
		['uniall/nano-banana-2', '4K', '1:1', '0.109', 'exact'],
		['uniall/nano-banana-pro', '1K', '1:1', '0.102', 'exact'],
		['toapis/gpt-image-2', '1K', '1:1', '0.015', 'exact'],
		['toapis/gpt-image-2', '2K', '1:1', '0.02', 'exact'],
		['toapis/gpt-image-2', '4K', '16:9', '0.025', 'exact'],
		['unifically/gpt-image-2', '1K', '1:1', '0.03', 'exact'],
		['unifically/gpt-image-2', '2K', '1:1', '0.05', 'exact'],
		['unifically/gpt-image-2', '4K', '1:1', '0.06', 'exact'],
		['unifically/nano-banana-2', '1K', '1:1', '0.03', 'exact'],
		['unifically/nano-banana-2', '2K', '1:1', '0.05', 'exact'],
		['unifically/nano-banana-2', '4K', '1:1', '0.06', 'exact'],
		['unifically/nano-banana-pro', '1K', '1:1', '0.06', 'exact'],
		['unifically/nano-banana-pro', '2K', '1:1', '0.06', 'exact'],
		['unifically/nano-banana', '1K', '1:1', '0.03', 'exact'],
		['unifically/flux.2-klein', '1K', '1:1', '0.0098', 'estimate'],
		['unifically/flux.2-klein', '2K', '1:1', '0.0392', 'estimate'],
		['apiyi/gpt-image-2-all', '1K', '1:1', '0.03', 'exact'],
	])('%s at %s, %s: $%s', (path, resolution, aspectRatio, price, confidence) => {
		expect(quote(path, { size: size(resolution, aspectRatio) })).toMatchObject({ perImage: price, total: price, images: 1, confidence });
	});

	test.each([
		['1K', '1:1', 3],
		['2K', '1:1', 4],
		['4K', '16:9', 5],
	] as const)('ToAPIs at %s is whole credits at 200 per dollar', (resolution, aspectRatio, credits) => {
		const { total } = quote('toapis/gpt-image-2', { size: size(resolution, aspectRatio) });
		expect(multiplyUsd(total ?? '0', 200)).toBe(String(credits));
	});

	test.each<[Path, 'low' | 'medium' | 'high', AspectRatio, number]>([
		['openai/gpt-image-2', 'low', '1:1', 0.006],
		['openai/gpt-image-2', 'medium', '1:1', 0.053],
		['openai/gpt-image-2', 'high', '1:1', 0.211],
		['openai/gpt-image-2', 'low', '2:3', 0.005],
		['openai/gpt-image-2', 'medium', '2:3', 0.041],
		['openai/gpt-image-2', 'high', '2:3', 0.165],
		['openai/gpt-image-2', 'low', '3:2', 0.005],
		['openai/gpt-image-2', 'medium', '3:2', 0.041],
		['openai/gpt-image-2', 'high', '3:2', 0.165],
		['apiyi/gpt-image-2', 'low', '1:1', 0.006],
		['apiyi/gpt-image-2', 'medium', '1:1', 0.053],
		['apiyi/gpt-image-2', 'high', '1:1', 0.211],
		['openai/gpt-image-1.5', 'low', '1:1', 0.009],
		['openai/gpt-image-1.5', 'medium', '1:1', 0.034],
		['openai/gpt-image-1.5', 'high', '1:1', 0.133],
	])('%s, %s, %s: the published $%s', (path, quality, aspectRatio, published) => {
		const { perImage, confidence } = quote(path, { quality, size: size('1K', aspectRatio), prompt: 'x' });
		expect(Number(perImage)).toBeCloseTo(published, 3);
		expect(confidence).toBe('estimate');
	});

	test('say where they come from and of when they are', () => {
		expect(quote('toapis/gpt-image-2')).toMatchObject({
			provider: 'toapis',
			model: 'gpt-image-2',
			operation: 'generate',
			currency: 'USD',
			basis: 'perImage',
			priceAsOf: '2026-05',
			source: expect.stringContaining('ToAPIs'),
		});
	});
});

describe('token prices', () => {
	// "hello" weighs 25 twentieths: 2 tokens, and 6 around it: 8 x $5 / 1M = $0.00004.
	test('count the prompt with each request and the output with each image', () => {
		expect(quote('openai/gpt-image-2', { quality: 'low', prompt: 'hello', count: 4 })).toMatchObject({
			// 4 x 196 x $30 / 1M + $0.00004
			total: '0.02356',
			perImage: '0.00589',
			basis: 'perToken',
		});
		// One request for each image: 4 x $0.00004.
		expect(quote('apiyi/gpt-image-2', { quality: 'low', prompt: 'hello', count: 4 }).total).toBe('0.02368');
	});

	test('count each reference image in full', () => {
		const images = [1, 2].map((n) => ({ kind: 'url' as const, url: `https://example.com/${n}.png` }));
		const { total, notes } = quote('openai/gpt-image-2', { quality: 'low', prompt: 'hello', images, operation: 'edit' });
		// $0.00588 + $0.00004 + 2 x 1536 x $8 / 1M
		expect(total).toBe('0.030496');
		expect(notes.join()).toContain('prompt and reference images');
	});

	test('at automatic quality quote the highest and say the range', () => {
		const { total, confidence, notes } = quote('openai/gpt-image-2', { prompt: 'hello' });
		expect([total, confidence]).toEqual(['0.21076', 'upper_bound']);
		expect(notes.join()).toContain('$0.00588 to $0.21072');
	});

	test('at automatic size quote the largest', () => {
		const { total, confidence } = quote('openai/gpt-image-2', { prompt: 'hello', quality: 'high', size: { sizing: 'auto' } });
		// 2880x2880: 23,719 x $30 / 1M
		expect([total, confidence]).toEqual(['0.71161', 'upper_bound']);
	});

	test('count partial images only where a stream was asked for', () => {
		const extra = { stream: true, partial_images: 2 };
		// 200 tokens more: $0.006
		expect(quote('openai/gpt-image-2', { quality: 'low', prompt: 'hello', extraParameters: extra }).total).toBe('0.01192');
		expect(quote('openai/gpt-image-2', { quality: 'low', prompt: 'hello', extraParameters: { partial_images: 2 } }).total).toBe('0.00592');
	});

	test('of a second-hand table stay an estimate', () => {
		expect(quote('openai/gpt-image-2.5-flare', { quality: 'low' }).confidence).toBe('estimate');
		expect(quote('openai/gpt-image-2.5-flare').confidence).toBe('estimate');
	});
});

describe('unknown prices', () => {
	test.each<[Path, Partial<ImageRequest>]>([
		['uniall/gpt-image-2', {}],
		['toapis/gpt-image-2-vip', {}],
		['openai/gpt-image-2.6-flare', {}],
		['unifically/flux.2-max', {}],
		['uniall/nano-banana-pro', { size: size('8K') }],
		['toapis/a-model-of-tomorrow', {}],
	])('%s (%j) has none', (path, changes) => {
		expect(quote(path, changes)).toMatchObject({
			perImage: null,
			total: null,
			basis: 'unknown',
			confidence: 'unknown',
			priceAsOf: null,
			source: null,
		});
	});

	test('point to the user\'s own', () => {
		expect(quote('uniall/gpt-image-2').notes.join()).toMatch(/numbers are not public.*Price Overrides/);
	});
});

describe('the user\'s own prices', () => {
	const overrides = parsePriceOverrides(
		{
			'toapis/gpt-image-2': 0.02,
			'uniall/gpt-image-2': { low: '0.011', medium: { '1024x1024': 0.04, '1536x864': 0.05 } },
			'unifically/gpt-image-2': { '1K': 0.025 },
			'uniall/NanoBananaPro-8K': 0.4,
			'openai/gpt-image-2': { '1K': 0.1, '4K': 0.5 },
		},
		PROVIDER_IDS,
	);

	test.each<[Path, Partial<ImageRequest>, string | null, string]>([
		['toapis/gpt-image-2', { size: size('4K', '16:9'), count: 2 }, '0.04', 'exact'],
		['uniall/gpt-image-2', { quality: 'low' }, '0.011', 'exact'],
		['uniall/gpt-image-2', {}, '0.04', 'exact'],
		['uniall/gpt-image-2', { size: size('1K', '16:9') }, '0.05', 'exact'],
		['uniall/gpt-image-2', { quality: 'high' }, null, 'unknown'],
		['uniall/nano-banana-pro', { size: size('8K') }, '0.4', 'exact'],
		['unifically/gpt-image-2', {}, '0.025', 'exact'],
		['unifically/gpt-image-2', { size: size('2K') }, null, 'unknown'],
		['openai/gpt-image-2', { size: { sizing: 'auto' } }, '0.5', 'upper_bound'],
		['apiyi/gpt-image-2-all', {}, '0.03', 'exact'],
	])('%s %j costs %s', (path, changes, total, confidence) => {
		expect(quoteRequest(plan(path, changes), overrides)).toMatchObject({ total, confidence });
	});

	test('have no date', () => {
		expect(quoteRequest(plan('toapis/gpt-image-2'), overrides)).toMatchObject({ source: 'Price Overrides', priceAsOf: null });
	});
});

describe('many quotes', () => {
	test('a thousand add up to the exact decimal', () => {
		const paths: [Path, Partial<ImageRequest>][] = [
			['uniall/gpt-image-2-origin', {}],
			['toapis/gpt-image-2', {}],
			['unifically/flux.2-klein', {}],
			['openai/gpt-image-2', { quality: 'low', prompt: 'hello' }],
		];
		const totals = Array.from({ length: 1000 }, (_, index) => {
			const [path, changes] = paths[index % 4] as [Path, Partial<ImageRequest>];
			return quote(path, changes).total ?? 'none';
		});
		// 250 x (0.01836 + 0.015 + 0.0098 + 0.00592)
		expect(addUsd(...totals)).toBe('12.27');
	});
});
