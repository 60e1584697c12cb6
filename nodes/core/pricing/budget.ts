import { ImageError, invalidRequest } from '../errors';
import type { RunOptions } from '../result';
import { list, plural } from '../wording';
import { addUsd, compareUsd, formatUsd, fromNumber, multiplyUsd, type Usd } from './money';
import type { Quote } from './quote';

/** The options that decide how often a request may be paid for. */
export type RepeatPolicy = Pick<RunOptions, 'onUncertain' | 'maxRetries'>;

/** Most that some requests can cost: each repeat of a request with unknown outcome counts. Null where a price is unknown. */
export function worstCaseUsd(quotes: readonly Quote[], policy: RepeatPolicy): Usd | null {
	const times = policy.onUncertain === 'retry' ? policy.maxRetries + 1 : 1;
	const totals: Usd[] = [];
	for (const { total } of quotes) {
		if (total === null) return null;
		totals.push(multiplyUsd(total, times));
	}
	return addUsd(...totals);
}

/** An amount the user entered. Throws `invalid_request` for anything but a number from 0 up. */
export function readAmount(amount: number, parameter: string): Usd {
	if (!Number.isFinite(amount) || amount < 0 || amount > 1e9) {
		throw invalidRequest(`${parameter} must be an amount of US dollars from 0 up, not ${amount}`);
	}
	return fromNumber(amount);
}

function unknownPrice(quotes: readonly Quote[]): ImageError {
	const models = [...new Set(quotes.filter(({ total }) => total === null).map(({ provider, model }) => `${provider}/${model}`))];
	return new ImageError({
		kind: 'over_budget',
		message: `Maximum Cost cannot be kept: the price of ${list(models)} is not known`,
		advice: 'Choose a model, resolution or size with a known price (Estimate Cost lists them), or remove Options > Maximum Cost.',
	});
}

/**
 * Judges a whole run before its first request: all items, all their images and the repeats the user
 * allowed count. Returns the `over_budget` error where the run may cost more than `capUsd` or a price
 * is unknown, null where it may start. Throws `invalid_request` for a cap that is no amount.
 */
export function checkBudget(jobs: readonly { quote: Quote }[], capUsd: number | null, policy: RepeatPolicy): ImageError | null {
	if (capUsd === null) return null;
	const cap = readAmount(capUsd, 'Maximum Cost');
	const quotes = jobs.map(({ quote }) => quote);
	const worst = worstCaseUsd(quotes, policy);
	if (worst === null) return unknownPrice(quotes);
	if (compareUsd(worst, cap) <= 0) return null;
	const images = quotes.reduce((sum, quote) => sum + quote.images, 0);
	const repeats = policy.onUncertain === 'retry' ? `, ${plural(policy.maxRetries, 'repeat')} of each request included` : '';
	return new ImageError({
		kind: 'over_budget',
		message: `This run may cost up to ${formatUsd(worst)} for ${plural(images, 'image')}${repeats}; Maximum Cost is ${formatUsd(cap)}`,
	});
}
