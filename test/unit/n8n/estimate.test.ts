import type { INodeParameters } from 'n8n-workflow';

import { EstimateCost } from '../../../nodes/EstimateCost/EstimateCost.node';
import { type ContextOptions, executeContext } from '../../support/execute-context';

const node = new EstimateCost();

async function estimate(parameters: INodeParameters | INodeParameters[], options: ContextOptions = {}) {
	const fake = executeContext(node, { parameters, ...options });
	const [within = [], over = []] = await node.execute.call(fake.context);
	return { within, over, credentialReads: fake.credentialReads, hints: fake.hints.map(({ message }) => message) };
}

const model = (value: string) => ({ __rl: true, mode: 'id', value });

test('a quote is in the form of the contract, with no credential', async () => {
	const { within, over, credentialReads } = await estimate({ provider: 'toapis', resolution: '4K', aspectRatio: '16:9', numberOfImages: 2 });
	expect(over).toEqual([]);
	expect(credentialReads).toEqual([]);
	expect(within[0]).toMatchObject({
		json: {
			provider: 'toapis', model: 'gpt-image-2', operation: 'generate', perImage: 0.025, images: 2, total: 0.05, currency: 'USD',
			basis: 'perImage', confidence: 'exact',
		},
		pairedItem: { item: 0 },
	});
	expect(Object.keys(within[0]?.json ?? {})).toEqual(expect.arrayContaining(['priceAsOf', 'source', 'notes']));
});

test.each<[string, INodeParameters, string]>([
	// ToAPIs' model page: $0.015 at 1K. In the comparison a price of one's own is the least.
	['a quote', { provider: 'toapis', numberOfImages: 2 }, 'Estimated cost: about $0.03 for 2 images.'],
	['a comparison', { provider: 'unifically', mode: 'compare', options: { priceOverrides: '{"uniall/nano-banana": 0.0012}' } },
		'Cheapest: UniAll AI nano-banana. Estimated cost: about $0.0012 for 1 image.'],
])('%s says the price above the output', async (_name, parameters, hint) => {
	expect((await estimate(parameters)).hints).toEqual([hint]);
});

test('the month is projected exactly', async () => {
	const { within } = await estimate({ provider: 'toapis', options: { runsPerMonth: 300 } });
	expect(within[0]?.json.perMonth).toBe(4.5);
});

test('all items together decide about the budget', async () => {
	const items = [{ json: {} }, { json: {} }, { json: {} }];
	const parameters = { provider: 'toapis', options: { budgetUsd: 0.045 } };
	expect((await estimate(parameters, { items })).within).toHaveLength(3);
	const tighter = { provider: 'toapis', options: { budgetUsd: 0.0449 } };
	const { within, over } = await estimate(tighter, { items });
	expect(within).toHaveLength(0);
	expect(over.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
});

test('an unknown price is over any budget', async () => {
	const { within, over } = await estimate({ provider: 'toapis', model: model('some-new-model'), options: { budgetUsd: 1000 } });
	expect(within).toEqual([]);
	expect(over[0]?.json).toMatchObject({ total: null, perImage: null, confidence: 'unknown' });
});

test("the user's own price wins over the catalog", async () => {
	const { within } = await estimate({ provider: 'toapis', options: { priceOverrides: '{"toapis/gpt-image-2": {"1K": 0.01}}' } });
	expect(within[0]?.json).toMatchObject({ perImage: 0.01, total: 0.01 });
});

test('a comparison is sorted by price and says why a model cannot serve', async () => {
	const { within } = await estimate({ mode: 'compare', provider: 'toapis', resolution: '4K', aspectRatio: '16:9' });
	const { quotes, cheapest, unavailable } = within[0]?.json as unknown as {
		quotes: Array<{ total: number | null }>;
		cheapest: { total: number };
		unavailable: Array<{ provider: string; model: string; reason: string }>;
	};
	const known = quotes.flatMap(({ total }) => total ?? []);
	expect(known.length).toBeGreaterThan(5);
	expect(known).toEqual([...known].sort((a, b) => a - b));
	expect(cheapest.total).toBe(known[0]);
	expect(unavailable).toContainEqual(expect.objectContaining({ provider: 'unifically', reason: expect.any(String) }));
	expect(within[0]?.json).toMatchObject({ provider: 'toapis', model: 'gpt-image-2' });
});

test('an AI agent gets the cheapest in less than 4 kB', async () => {
	const { within } = await estimate({ mode: 'compare', provider: 'toapis', options: { runsPerMonth: 30 } }, { asTool: true });
	expect(within[0]?.json.quotes).toHaveLength(5);
	expect(JSON.stringify(within[0]?.json).length).toBeLessThan(4_096);
});

test('a comparison can be drawn, with the choice marked', async () => {
	const { within } = await estimate({ mode: 'compare', provider: 'toapis', options: { chart: true } });
	const chart = within[0]?.binary?.chart;
	expect(chart).toMatchObject({ mimeType: 'image/svg+xml', fileName: 'price-comparison.svg' });
	const svg = Buffer.from(chart?.data ?? '', 'base64').toString();
	expect(svg).toContain('ToAPIs gpt-image-2');
	expect(svg.match(/class="chosen"/g)).toHaveLength(1);
});

test.each<[string, INodeParameters, ContextOptions]>([
	['a comparison without Chart', { mode: 'compare' }, {}],
	['a comparison for an AI agent', { mode: 'compare', options: { chart: true } }, { asTool: true }],
])('%s is not drawn', async (_name, parameters, options) => {
	const { within } = await estimate({ provider: 'toapis', ...parameters }, options);
	expect(within[0]).not.toHaveProperty('binary');
});

test('without a balance on offer a note says so', async () => {
	const { within } = await estimate({ provider: 'openai', options: { includeBalance: true } });
	expect(within[0]?.json).toMatchObject({ balance: null, runsLeft: null });
	expect((within[0]?.json.notes as string[]).join(' ')).toContain('not offered by OpenAI');
});

test('without a credential the balance is a note, not an error', async () => {
	const { within } = await estimate({ provider: 'toapis', options: { includeBalance: true } });
	expect((within[0]?.json.notes as string[]).join(' ')).toContain('No usable ToAPIs credential');
});

test.each<[string, INodeParameters, RegExp]>([
	['a negative budget', { options: { budgetUsd: -1 } }, /Budget must be .*\[item 1\]/],
	['overrides that are no JSON', { options: { priceOverrides: '{oops' } }, /Price Overrides .*\[item 1\]/],
	['overrides for nobody', { options: { priceOverrides: '{"acme/x": 1}' } }, /Price Overrides.*\[item 1\]/],
	['too many images', { numberOfImages: 11 }, /Number of Images .*\[item 1\]/],
])('%s is refused with the item named', async (_name, bad, message) => {
	const items = [{ json: {} }, { json: {} }];
	await expect(estimate([{}, bad], { items })).rejects.toThrow(message);
});

test('with Continue On Fail what cannot be priced goes where nothing is spent', async () => {
	const items = [{ json: {} }, { json: {} }];
	const { within, over } = await estimate([{}, { numberOfImages: 11 }], { items, onError: 'continueRegularOutput' });
	expect(within).toHaveLength(1);
	expect(over[0]?.json).toMatchObject({ status: 'failed', error: { kind: 'invalid_request' } });
});
