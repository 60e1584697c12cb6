import { parsePriceOverrides } from '../../../nodes/core/pricing/overrides';
import { failureOf } from '../../support/failure';

const providers = ['toapis', 'uniall'];

test('JSON and its text read the same', () => {
	const prices = { 'toapis/gpt-image-2': { '1K': 0.02 } };
	expect(parsePriceOverrides(JSON.stringify(prices), providers)).toEqual(parsePriceOverrides(prices, providers));
	expect(parsePriceOverrides('{}', providers).size).toBe(0);
});

test.each([
	['{', 'is not valid JSON'],
	['[]', 'must be a JSON object'],
	[null, 'must be a JSON object'],
	[0.02, 'must be a JSON object'],
	[{ 'gpt-image-2': 0.02 }, '"gpt-image-2" must be provider/model, the provider one of toapis and uniall'],
	[{ 'toapi/gpt-image-2': 0.02 }, '"toapi/gpt-image-2" must be provider/model'],
	[{ 'toapis/': 0.02 }, '"toapis/" must be provider/model'],
	[{ 'toapis/gpt-image-2': -1 }, 'the price of "toapis/gpt-image-2" cannot be read'],
	[{ 'toapis/gpt-image-2': '1,50' }, 'the price of "toapis/gpt-image-2" cannot be read'],
	[{ 'toapis/gpt-image-2': {} }, 'the price of "toapis/gpt-image-2" cannot be read'],
	[{ 'toapis/gpt-image-2': { '3K': 1 } }, 'the price of "toapis/gpt-image-2" cannot be read'],
	[{ 'toapis/gpt-image-2': { '1K': 1, low: 1 } }, 'the price of "toapis/gpt-image-2" cannot be read'],
	[{ 'toapis/gpt-image-2': { low: { big: 1 } } }, 'the price of "toapis/gpt-image-2" cannot be read'],
	[{ 'toapis/gpt-image-2': NaN }, 'the price of "toapis/gpt-image-2" cannot be read'],
])('%j is refused: %s', (value, words) => {
	const { kind, message, advice } = failureOf(() => parsePriceOverrides(value, providers));
	expect(kind).toBe('invalid_request');
	expect(message).toContain(words);
	expect(advice).toContain('"provider/model": price');
});
