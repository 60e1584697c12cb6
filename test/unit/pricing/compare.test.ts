import { compareModels } from '../../../nodes/core/pricing/compare';
import { parsePriceOverrides } from '../../../nodes/core/pricing/overrides';
import { ALL_MODELS, imageRequest, plannable, PROVIDER_IDS } from '../../support/planning';

const gateways = Object.values(plannable);

function names(list: readonly { provider: string; model: string }[]): string[] {
	return list.map(({ provider, model }) => `${provider}/${model}`);
}

describe('a 4K picture of 16:9 in any quality', () => {
	const wanted = imageRequest({ size: { sizing: 'aspectRatio', aspectRatio: '16:9', resolution: '4K' }, prompt: 'hello' });
	const { quotes, unavailable } = compareModels(gateways, wanted);

	test('every model is quoted or has its reason', () => {
		expect([...names(quotes), ...names(unavailable)].sort()).toEqual(names(ALL_MODELS).sort());
	});

	test('the cheapest stands first, unknown prices last', () => {
		expect(quotes.slice(0, 4).map(({ provider, model, total }) => [provider, model, total])).toEqual([
			['toapis', 'gpt-image-2', '0.025'],
			['unifically', 'nano-banana-2', '0.06'],
			['uniall', 'nano-banana-2', '0.109'],
			['uniall', 'gpt-image-2-origin', '0.11424'],
		]);
		const firstUnknown = quotes.findIndex(({ total }) => total === null);
		expect(firstUnknown).toBeGreaterThan(4);
		expect(quotes.slice(firstUnknown).every(({ total }) => total === null)).toBe(true);
	});

	test.each([
		['unifically', 'gpt-image-2', 'makes 4K images in 1:1, 3:2 and 2:3, not in 16:9'],
		['unifically', 'nano-banana-pro', 'makes images in 1K and 2K, not in 4K'],
		['apiyi', 'gpt-image-2-all', 'decides the size itself'],
		['openai', 'gpt-image-1', 'was shut down on 2026-10-23'],
	])('%s %s cannot: %s', (provider, model, reason) => {
		expect(unavailable.find((other) => other.provider === provider && other.model === model)?.reason).toContain(reason);
	});
});

test('quality that only some models have leaves the others out', () => {
	const { quotes } = compareModels(gateways, imageRequest({ quality: 'high' }));
	expect(names(quotes)).toContain('openai/gpt-image-2');
	expect(names(quotes)).not.toContain('toapis/gpt-image-2');
});

test('the user\'s own prices change the order', () => {
	const overrides = parsePriceOverrides({ 'uniall/gpt-image-2': 0.001 }, PROVIDER_IDS);
	expect(names(compareModels(gateways, imageRequest(), overrides).quotes)[0]).toBe('uniall/gpt-image-2');
});
