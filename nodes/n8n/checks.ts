import { z } from 'zod';

import { invalidRequest } from '../core/errors';
import type { JsonObject } from '../core/request';

/**
 * What a parameter must be. Values may come from an expression or an AI agent, so numbers and yes/no are
 * taken as text too. Messages continue a sentence that begins with the parameter's name.
 */
export type Check<T> = z.ZodType<T, z.ZodTypeDef, unknown>;

/** Longest part of a wrong value that a message repeats. */
const SHOWN = 60;

function show(value: unknown): string {
	const text = value === undefined ? 'not set' : typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
	return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/** The value as `schema` wants it, or an error that names the parameter and what it must be. */
export function check<T>(label: string, schema: Check<T>, value: unknown): T {
	const result = schema.safeParse(value);
	if (result.success) return result.data;
	throw invalidRequest(`${label} ${result.error.issues[0]?.message ?? 'is not valid'}; it is ${show(value)}`);
}

const toNumber = (value: unknown): unknown =>
	typeof value === 'string' && value.trim() !== '' ? Number(value) : value;

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** A number that the core judges further. */
export const number: Check<number> = z.preprocess(toNumber, z.custom<number>(isNumber, 'must be a number'));

/** A whole number between two limits, both allowed. */
export const wholeNumber = (min: number, max: number): Check<number> =>
	z.preprocess(
		toNumber,
		z.custom<number>(
			(value) => isNumber(value) && Number.isInteger(value) && value >= min && value <= max,
			`must be a whole number from ${min} to ${max}`,
		),
	);

/** US dollars above zero. */
export const dollars: Check<number> = z.preprocess(
	toNumber,
	z.custom<number>((value) => isNumber(value) && value > 0, 'must be an amount above 0 in US dollars'),
);

/** One of some words. */
export const choice = <const T extends string>(values: readonly [T, ...T[]]): Check<T> =>
	z.enum(values as [T, ...T[]], { errorMap: () => ({ message: `must be one of ${values.join(', ')}` }) });

/** A boolean, also as the text that expressions give. */
export const yesNo: Check<boolean> = z.preprocess(
	(value) => (value === 'true' ? true : value === 'false' ? false : value),
	z.boolean({ errorMap: () => ({ message: 'must be true or false' }) }),
);

/** Text; a number stays the text it looks like. */
export const text: Check<string> = z.preprocess(
	(value) => (isNumber(value) || typeof value === 'boolean' ? String(value) : value),
	z.string({ errorMap: () => ({ message: 'must be text' }) }),
);

/** Text that says something; spaces around it are taken off. */
export const name: Check<string> = z.preprocess(
	(value) => (typeof value === 'string' ? value.trim() : value),
	z.custom<string>((value) => typeof value === 'string' && value !== '', 'must not be empty'),
);

function parseJson(value: unknown): unknown {
	if (typeof value !== 'string') return value;
	try {
		return value.trim() === '' ? {} : (JSON.parse(value) as unknown);
	} catch {
		return undefined;
	}
}

/** Any JSON, as a value or as text that the reader parses. */
export const json: Check<unknown> = z.unknown();

/** A JSON object, as an object or as text. */
export const jsonObject: Check<JsonObject> = z.preprocess(
	parseJson,
	z.custom<JsonObject>(
		(value) => typeof value === 'object' && value !== null && !Array.isArray(value),
		'must be a JSON object such as {"seed": 42}',
	),
);
