/**
 * US dollars as decimal text outside, as a whole number of picodollars (10^-12) inside: prices per
 * million tokens with six decimals stay whole, and no sum drifts as a binary float would.
 */
export type Usd = string;

const DECIMALS = 12;
const PICO = 10n ** BigInt(DECIMALS);
const AMOUNT = /^(-?)(\d+)(?:\.(\d{1,12}))?$/;

function toPico(amount: Usd): bigint {
	const match = AMOUNT.exec(amount);
	if (!match) throw new TypeError(`"${amount}" is no amount of US dollars`);
	const [, sign, whole = '0', fraction = ''] = match;
	const pico = BigInt(whole) * PICO + BigInt(fraction.padEnd(DECIMALS, '0'));
	return sign ? -pico : pico;
}

function fromPico(pico: bigint): Usd {
	const absolute = pico < 0n ? -pico : pico;
	const fraction = (absolute % PICO).toString().padStart(DECIMALS, '0').replace(/0+$/, '');
	return `${pico < 0n ? '-' : ''}${absolute / PICO}${fraction ? `.${fraction}` : ''}`;
}

/** Rounds half away from zero. */
function divide(numerator: bigint, denominator: bigint): bigint {
	const doubled = 2n * (numerator < 0n ? -numerator : numerator);
	const rounded = (doubled + denominator) / (2n * denominator);
	return numerator < 0n ? -rounded : rounded;
}

/** The sum; `0` of nothing. */
export function addUsd(...amounts: readonly Usd[]): Usd {
	return fromPico(amounts.reduce((sum, amount) => sum + toPico(amount), 0n));
}

/** The difference; may be below zero. */
export function subtractUsd(from: Usd, amount: Usd): Usd {
	return fromPico(toPico(from) - toPico(amount));
}

/** `amount` x `times` / `dividedBy`, rounded once, to the picodollar. Both factors are whole numbers. */
export function multiplyUsd(amount: Usd, times: number, dividedBy = 1): Usd {
	return fromPico(divide(toPico(amount) * BigInt(times), BigInt(dividedBy)));
}

/** Below zero where `a` is less, above where it is more. */
export function compareUsd(a: Usd, b: Usd): number {
	const difference = toPico(a) - toPico(b);
	return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The largest of some amounts. */
export function maxUsd(first: Usd, ...others: readonly Usd[]): Usd {
	return others.reduce((largest, amount) => (compareUsd(amount, largest) > 0 ? amount : largest), first);
}

/** The smallest of some amounts. */
export function minUsd(first: Usd, ...others: readonly Usd[]): Usd {
	return others.reduce((smallest, amount) => (compareUsd(amount, smallest) < 0 ? amount : smallest), first);
}

/** For JSON output. */
export function toNumber(amount: Usd): number {
	return Number(amount);
}

/** A number a user typed, without the noise of its binary form. Finite and not negative. */
export function fromNumber(amount: number): Usd {
	return fromPico(toPico(amount.toFixed(DECIMALS)));
}

/** `$0.015`, `$1.20`: cents at least, and as many decimals as tell something. */
export function formatUsd(amount: Usd): string {
	const value = Number(amount);
	const text = addUsd(Math.abs(value) >= 1 ? value.toFixed(2) : value.toFixed(value !== 0 && Math.abs(value) < 0.0001 ? 8 : 5));
	const [whole, fraction = ''] = text.split('.');
	return `$${whole}.${fraction.padEnd(2, '0')}`;
}
