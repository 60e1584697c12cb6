import { ImageError } from '../../../nodes/core/errors';
import { planRequest } from '../../../nodes/core/plan';
import { billedFields } from '../../../nodes/core/pricing/extra-parameters';
import { gateways } from '../../../nodes/core/providers';
import type { Gateway } from '../../../nodes/core/providers/provider';
import type { ImageRequest, JsonObject, JsonValue } from '../../../nodes/core/request';
import { imageRequest } from '../../support/planning';

/** Requests that differ in nothing but what a price depends on. */
const PRICED: ReadonlyArray<Partial<ImageRequest>> = [
	...(['1K', '2K', '4K'] as const).flatMap((resolution) =>
		(['1:1', '16:9', '3:2'] as const).map((aspectRatio) => ({ size: { sizing: 'aspectRatio' as const, aspectRatio, resolution } })),
	),
	...(['low', 'high'] as const).map((quality) => ({ quality })),
	{ count: 2 },
];

/** The body of a request in the provider's own words; none where the model cannot do it. */
function bodiesOf({ provider, models }: Gateway, changes: Partial<ImageRequest>): JsonObject[] {
	try {
		const planned = planRequest({ provider, models }, imageRequest({ provider: provider.id, ...changes }));
		const { body } = provider.submit(planned, planned.counts[0] ?? 1, [], null, null);
		return body?.type === 'json' ? [body.value] : [];
	} catch (error) {
		if (error instanceof ImageError) return [];
		throw error;
	}
}

function isObject(value: JsonValue | undefined): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What of `to` is not as in `from`, nested as it stands there: one object for each field. */
function differences(from: JsonObject, to: JsonObject): JsonObject[] {
	return Object.entries(to).flatMap(([field, value]): JsonObject[] => {
		const known = from[field];
		if (isObject(value)) return differences(isObject(known) ? known : {}, value).map((inner) => ({ [field]: inner }));
		return JSON.stringify(value) === JSON.stringify(known) ? [] : [{ [field]: value }];
	});
}

describe.each(gateways)('$provider.displayName', (gateway) => {
	it('has no field for model, number, size or quality that could be set unnoticed', () => {
		const changed = gateway.models.flatMap(({ model }): JsonObject[] => {
			const [first, ...others] = PRICED.flatMap((changes) => bodiesOf(gateway, { model, ...changes }));
			return first ? [{ model }, ...others.flatMap((body) => differences(first, body))] : [];
		});
		expect(new Set(changed.flatMap((extra) => Object.keys(extra))).size).toBeGreaterThan(1);
		expect(changed.filter((extra) => billedFields(extra).length === 0)).toEqual([]);
	});
});

it.each([
	[{ N: 4 }, ['N']],
	[{ 'image-size': '4096x4096' }, ['image-size']],
	[{ input: { options: { Max_Images: 15 } } }, ['Max_Images']],
	[{ inputs: [{ seed: 1 }, { resolution: '4k', n: 2 }] }, ['resolution', 'n']],
	[{ prompt: 'another', input_fidelity: 'high' }, ['prompt', 'input_fidelity']],
])('finds %j in any spelling and depth', (extra, fields) => {
	expect(billedFields(extra)).toEqual(fields);
});

it('leaves alone what costs nothing', () => {
	expect(billedFields({ seed: 7, user: 'shop-7', metadata: { orientation: 'square' }, tags: ['n', 'model'], background: null })).toEqual([]);
	expect(billedFields(undefined)).toEqual([]);
});
