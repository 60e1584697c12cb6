import { z } from 'zod';

import type { Tariff } from '../catalog/schema';
import { invalidRequest } from '../errors';
import { RESOLUTIONS } from '../request';
import { list } from '../wording';
import { fromNumber } from './money';
import { PRICED_QUALITIES } from './tokens';

/** The user's own prices by lower-case `provider/model`. */
export type PriceOverrides = ReadonlyMap<string, Tariff>;

const FORMS =
	'Write {"provider/model": price}, where price is dollars per image (0.02), or by resolution ({"1K": 0.02, "4K": 0.05}), ' +
	'or by quality ({"low": 0.01, "high": {"1024x1024": 0.2}})';

/** Dollars per image as a number, or as text for more digits. */
const dollars = z.union([
	z.number().nonnegative().max(100_000).transform(fromNumber),
	z.string().regex(/^\d{1,6}(\.\d{1,12})?$/),
]);
const bySize = z.record(z.string().regex(/^[1-9]\d*x[1-9]\d*$/), dollars);

const flat = dollars.transform((price): Tariff => ({ basis: 'perImage', flat: price }));
const byResolution = z
	.object(Object.fromEntries(RESOLUTIONS.map((tier) => [tier, dollars.optional()])))
	.strict()
	.transform((prices): Tariff => ({ basis: 'perImageByResolution', byResolution: prices }));
const byQuality = z
	.object(Object.fromEntries(PRICED_QUALITIES.map((quality) => [quality, z.union([dollars, bySize]).optional()])))
	.strict()
	.transform((prices): Tariff => ({ basis: 'perImageByQuality', byQuality: prices }));

/** An object without any price fits both tables and says nothing. */
const overrideSchema = z.union([flat, byResolution, byQuality]);
const overridesSchema = z.record(z.unknown());

function readJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw invalidRequest('Price Overrides is not valid JSON', `${FORMS}.`);
	}
}

function isEmptyObject(value: unknown): boolean {
	return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/**
 * Reads the `priceOverrides` parameter, JSON or its text: `{ "toapis/gpt-image-2": 0.02 }`,
 * `{ "toapis/gpt-image-2": { "1K": 0.02 } }` or `{ "uniall/gpt-image-2": { "low": { "1024x1024": 0.01 } } }`.
 * `providers` are the ids that may stand before the slash. Throws `invalid_request` naming the bad entry.
 */
export function parsePriceOverrides(value: unknown, providers: readonly string[]): PriceOverrides {
	const json = typeof value === 'string' ? readJson(value) : value;
	const entries = overridesSchema.safeParse(json);
	if (!entries.success || Array.isArray(json)) throw invalidRequest('Price Overrides must be a JSON object', `${FORMS}.`);
	return new Map(
		Object.entries(entries.data).map(([key, given]): [string, Tariff] => {
			const [provider = '', ...model] = key.split('/');
			if (!providers.includes(provider.toLowerCase()) || model.join('/') === '') {
				throw invalidRequest(
					`Price Overrides: "${key}" must be provider/model, the provider one of ${list(providers)}`,
					`${FORMS}.`,
				);
			}
			const tariff = overrideSchema.safeParse(given);
			if (!tariff.success || isEmptyObject(given)) {
				throw invalidRequest(`Price Overrides: the price of "${key}" cannot be read`, `${FORMS}.`);
			}
			return [key.toLowerCase(), tariff.data];
		}),
	);
}

/** The user's price for a model under any of its ids. */
export function overriddenTariff(overrides: PriceOverrides, provider: string, ids: readonly string[]): Tariff | undefined {
	for (const id of ids) {
		const tariff = overrides.get(`${provider}/${id}`.toLowerCase());
		if (tariff) return tariff;
	}
	return undefined;
}
