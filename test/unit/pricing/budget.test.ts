import { checkBudget, readAmount, worstCaseUsd, type RepeatPolicy } from '../../../nodes/core/pricing/budget';
import { quoteRequest } from '../../../nodes/core/pricing/quote';
import { failureOf } from '../../support/failure';
import { plan } from '../../support/planning';

const once: RepeatPolicy = { onUncertain: 'fail', maxRetries: 3 };
const repeated: RepeatPolicy = { onUncertain: 'retry', maxRetries: 3 };

/** Ten items of two images at $0.015. */
const run = Array.from({ length: 10 }, () => ({ quote: quoteRequest(plan('toapis/gpt-image-2', { count: 2 })) }));
const unpriced = { quote: quoteRequest(plan('toapis/gpt-image-2-vip')) };

test('all items and images count, and repeats where the user allowed them', () => {
	const quotes = run.map(({ quote }) => quote);
	expect(worstCaseUsd(quotes, once)).toBe('0.3');
	expect(worstCaseUsd(quotes, repeated)).toBe('1.2');
	expect(worstCaseUsd([...quotes, unpriced.quote], once)).toBeNull();
});

test.each([
	['no cap', null, once],
	['a cap that is just reached', 0.3, once],
	['a cap with room for the repeats', 1.2, repeated],
] as const)('%s lets the run start', (_name, cap, policy) => {
	expect(checkBudget(run, cap, policy)).toBeNull();
});

test('a run that may cost more is refused with the numbers', () => {
	expect(checkBudget(run, 0.29, once)?.report).toMatchObject({
		kind: 'over_budget',
		message: 'This run may cost up to $0.30 for 20 images; Maximum Cost is $0.29',
		retryable: false,
		billed: 'no',
	});
	expect(checkBudget(run, 1, repeated)?.message).toBe(
		'This run may cost up to $1.20 for 20 images, 3 repeats of each request included; Maximum Cost is $1.00',
	);
});

test('an unknown price cannot keep a cap, and the ways out are named', () => {
	const error = checkBudget([...run, unpriced, unpriced], 100, once);
	expect(error?.kind).toBe('over_budget');
	expect(error?.message).toContain('the price of toapis/gpt-image-2-vip is not known');
	expect(error?.advice).toMatch(/Choose a model.*remove Options > Maximum Cost/);
	expect(checkBudget([...run, unpriced], null, once)).toBeNull();
});

test('an automatic quality counts at its highest', () => {
	const job = { quote: quoteRequest(plan('openai/gpt-image-2', { prompt: 'hello' })) };
	expect(checkBudget([job], 0.21, once)?.kind).toBe('over_budget');
	expect(checkBudget([job], 0.22, once)).toBeNull();
});

test.each([-1, NaN, Infinity])('%p is no amount', (cap) => {
	expect(failureOf(() => checkBudget(run, cap, once)).message).toContain('Maximum Cost must be an amount of US dollars');
	expect(failureOf(() => readAmount(cap, 'Budget')).kind).toBe('invalid_request');
});
