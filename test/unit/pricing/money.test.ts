import fc from 'fast-check';

import {
	addUsd,
	compareUsd,
	formatUsd,
	fromNumber,
	maxUsd,
	minUsd,
	multiplyUsd,
	subtractUsd,
	toNumber,
} from '../../../nodes/core/pricing/money';

describe('amounts', () => {
	test('add up without a binary float\'s drift', () => {
		expect(addUsd('0.1', '0.2')).toBe('0.3');
		expect(addUsd()).toBe('0');
		expect(addUsd('0.000000000001', '1000000')).toBe('1000000.000000000001');
		expect(subtractUsd('0.3', '0.1')).toBe('0.2');
		expect(subtractUsd('0.1', '0.25')).toBe('-0.15');
	});

	test('multiply, and divide with one rounding', () => {
		expect(multiplyUsd('0.01836', 8)).toBe('0.14688');
		expect(multiplyUsd('30', 196, 1_000_000)).toBe('0.00588');
		expect(multiplyUsd('1', 1, 3)).toBe('0.333333333333');
		expect(multiplyUsd('2', 1, 3)).toBe('0.666666666667');
		expect(multiplyUsd('-2', 1, 3)).toBe('-0.666666666667');
	});

	test('compare as numbers, not as text', () => {
		expect(['10', '9', '0.5'].sort(compareUsd)).toEqual(['0.5', '9', '10']);
		expect(compareUsd('0.10', '0.1')).toBe(0);
		expect([maxUsd('9', '10', '0.5'), minUsd('9', '10', '0.5')]).toEqual(['10', '0.5']);
	});

	test.each(['', '1.', '.5', '1e3', '$1', '1,5', '0.0000000000001'])('%p is no amount', (text) => {
		expect(() => addUsd(text)).toThrow(TypeError);
	});

	test('numbers come and go', () => {
		expect([fromNumber(0.1), fromNumber(1e-7), fromNumber(12)]).toEqual(['0.1', '0.0000001', '12']);
		expect(toNumber('0.015')).toBe(0.015);
	});

	test.each([
		['0.015', '$0.015'],
		['0.5', '$0.50'],
		['1.2', '$1.20'],
		['0.00588', '$0.00588'],
		['0.21072', '$0.21072'],
		['0', '$0.00'],
		['12.3456', '$12.35'],
		['0.000025', '$0.000025'],
	])('%s reads %s', (amount, text) => {
		expect(formatUsd(amount)).toBe(text);
	});

	test('shares of a cost are right to the trillionth', () => {
		const amount = fc.integer({ min: 0, max: 10 ** 15 }).map((pico) => multiplyUsd('0.000000000001', pico));
		fc.assert(
			fc.property(amount, fc.integer({ min: 1, max: 10 }), (whole, count) => {
				const sum = multiplyUsd(multiplyUsd(whole, 1, count), count);
				const error = compareUsd(sum, whole) < 0 ? subtractUsd(whole, sum) : subtractUsd(sum, whole);
				expect(compareUsd(error, multiplyUsd('0.000000000001', count, 2))).toBeLessThanOrEqual(0);
			}),
		);
	});
});
