import { findModel } from '../../../nodes/core/catalog/find';
import { modelEntrySchema, type ModelEntry } from '../../../nodes/core/catalog/schema';
import { brokenLimits, parsePixels } from '../../../nodes/core/pixels';
import { ASPECT_RATIOS } from '../../../nodes/core/request';
import { sizeMenu } from '../../../nodes/core/sizing';
import { ALL_MODELS, entryOf, plannable, PROVIDER_IDS, type PlannableId } from '../../support/planning';

const named = ALL_MODELS.map((entry): [string, ModelEntry] => [`${entry.provider}/${entry.model}`, entry]);

describe('every model of the catalog', () => {
	test.each(named)('%s fits the schema and holds nothing besides', (_name, entry) => {
		expect(modelEntrySchema.parse(entry)).toEqual(entry);
	});

	test.each(named)('%s can ask for any number of images, and for as many as it promises', (_name, entry) => {
		if (!entry.allowedCounts) return expect(entry.imagesPerRequest).toBeGreaterThanOrEqual(1);
		expect(entry.allowedCounts).toContain(1);
		expect(Math.max(...entry.allowedCounts)).toBe(entry.imagesPerRequest);
	});

	test.each(named)('%s edits only what it can take', (_name, entry) => {
		expect(entry.operations.includes('edit')).toBe(entry.references.max > 0);
	});

	test.each(named)('%s has a successor that still exists, where it has one', (_name, entry) => {
		const successor = entry.lifecycle && entryOf(entry.provider as PlannableId, entry.lifecycle.successor);
		expect(successor?.lifecycle).toBeUndefined();
	});

	test.each(named)('%s has a source and a date for itself and its price', (_name, { source, asOf, price }) => {
		expect([source, price.source].every((text) => text.length > 5)).toBe(true);
		expect([asOf, price.asOf].every((date) => date >= '2026-04' && date <= '2026-12')).toBe(true);
	});

	test.each(named)('%s has no tier in its id that it could lack', (_name, entry) => {
		if (!entry.wireModel.includes('{')) return expect(entry.wireModel).toMatch(/^[\w./-]+$/);
		expect(entry.wireModel).toMatch(/^\w+-\{resolution\}$/);
		expect(entry.sizing).toMatchObject({ rule: 'ratioAndTier', auto: false });
	});
});

describe('ids', () => {
	test.each(PROVIDER_IDS)('%s names each model once, under whatever id', (id) => {
		const ids = plannable[id].models.flatMap(({ model, wireModel, aliases }) => [...new Set([model, wireModel, ...aliases])]);
		expect(ids).toHaveLength(new Set(ids.map((text) => text.toLowerCase())).size);
		expect(plannable[id].models.every((entry) => entry.provider === id)).toBe(true);
	});

	test.each([
		['openai', ['gpt-image-2', 'gpt-image-2-2026-04-21', 'gpt-image-1.5', 'gpt-image-1-mini', 'gpt-image-2.5-sunburst', 'gpt-image-2.5-flare', 'gpt-image-2.6-sunburst', 'gpt-image-2.6-flare', 'gpt-image-1', 'dall-e-3', 'dall-e-2']],
		['apiyi', ['gpt-image-2', 'gpt-image-2-all', 'gpt-image-1.5']],
		['uniall', ['gpt-image-2', 'gpt-image-2-origin', 'nano-banana-2', 'nano-banana-pro', 'nano-banana', 'seedream-4.0', 'seedream-4.5', 'seedream-5.0-lite']],
		['toapis', ['gpt-image-2', 'gpt-image-2-vip', 'gpt-image-2-official']],
		['unifically', ['gpt-image-2', 'gpt-image-1.5', 'nano-banana-2', 'nano-banana-pro', 'nano-banana', 'flux.2-pro', 'flux.2-flex', 'flux.2-max', 'flux.2-klein']],
	] as const)('%s has every model that was promised', (id, models) => {
		expect(plannable[id].models.map(({ model }) => model)).toEqual(expect.arrayContaining([...models]));
	});

	test.each([
		['unifically', 'openai/gpt-image-2', 'gpt-image-2', null],
		['unifically', 'GOOGLE/nano-banana-pro', 'nano-banana-pro', null],
		['uniall', 'NanoBanana2-0.5K', 'nano-banana-2', '0.5K'],
		['uniall', 'nanobananapro-8k', 'nano-banana-pro', '8K'],
		['unifically', 'gemini-3-pro-image', 'nano-banana-pro', null],
		['uniall', ' NanoBanana ', 'nano-banana', null],
	] as const)('%s knows %s as %s', (id, given, model, resolution) => {
		expect(findModel(plannable[id].models, given)).toEqual({ entry: entryOf(id, model), resolution });
	});

	test('an id that is only alike is not known', () => {
		expect(findModel(plannable.uniall.models, 'NanoBanana2-16K')).toBeNull();
		expect(findModel(plannable.openai.models, 'gpt-image-3')).toBeNull();
	});
});

describe('sizes', () => {
	const free = ALL_MODELS.flatMap((entry) => {
		const { sizing } = entry;
		if (sizing.rule !== 'pixels') return [];
		const sizes = Object.values(sizing.table).flatMap((ratios) => Object.entries(ratios));
		return sizes.map(([ratio, size]): [string, string, string, ModelEntry] => [`${entry.provider}/${entry.model}`, ratio, size, entry]);
	});

	test.each(free)('%s: %s as %s fulfils the limits and is about that ratio', (_name, ratio, size, { sizing }) => {
		if (sizing.rule !== 'pixels') throw new Error('Not a free size');
		const { width, height } = parsePixels(size);
		const [across = 0, down = 0] = ratio.split(':').map(Number);
		expect(brokenLimits({ width, height }, sizing.limits)).toEqual([]);
		expect((width * down) / (height * across)).toBeCloseTo(1, 1);
	});

	test('gpt-image-2 has the four constraints of the APIYI overview', () => {
		expect(entryOf('apiyi', 'gpt-image-2').sizing).toMatchObject({
			limits: { maxEdge: 3840, multipleOf: 16, maxRatio: 3, minPixels: 655_360, maxPixels: 8_294_400 },
		});
	});

	test('gpt-image-2 makes every ratio in 1K, 2K and 4K where pixels are free', () => {
		expect([...sizeMenu(entryOf('openai', 'gpt-image-2').sizing)]).toEqual([
			['1K', ASPECT_RATIOS],
			['2K', ASPECT_RATIOS],
			['4K', ASPECT_RATIOS],
		]);
	});

	test('gpt-image-2 on ToAPIs makes what its model page lists', () => {
		expect([...sizeMenu(entryOf('toapis', 'gpt-image-2').sizing)]).toEqual([
			['1K', ['1:1', '3:2', '2:3']],
			['2K', ['1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3', '4:5', '5:4', '2:1', '1:2', '21:9', '9:21']],
			['4K', ['16:9', '9:16', '2:1', '1:2', '21:9', '9:21']],
		]);
	});
});

describe('limits of the sources', () => {
	test.each([
		['openai/gpt-image-2', 16, 10, 'file'],
		['apiyi/gpt-image-2', 5, 1, 'file'],
		['uniall/gpt-image-2-origin', 6, 4, 'url'],
		['uniall/gpt-image-2', 16, 8, 'urlOrData'],
		['toapis/gpt-image-2', 16, 1, 'url'],
		['unifically/gpt-image-2', 16, 1, 'url'],
		['unifically/nano-banana-2', 20, 1, 'url'],
	])('%s: %i references, %i images a request, references as %s', (path, references, images, accepts) => {
		const [id, model] = path.split('/') as [PlannableId, string];
		const entry = entryOf(id, model);
		expect([entry.references.max, entry.imagesPerRequest, entry.references.accepts]).toEqual([references, images, accepts]);
	});

	test('transparent backgrounds: a preview at OpenAI, an error at APIYI, in gpt-image-1.5 at both', () => {
		const transparent = ALL_MODELS.filter(({ backgrounds }) => backgrounds.includes('transparent')).map(
			({ provider, model }) => `${provider}/${model}`,
		);
		expect(transparent).toEqual(expect.arrayContaining(['openai/gpt-image-2', 'openai/gpt-image-1.5', 'apiyi/gpt-image-1.5']));
		expect(transparent).not.toContain('apiyi/gpt-image-2');
	});

	test.each([
		['openai/gpt-image-2', /preview/],
		['openai/gpt-image-2', /50 MB/],
		['openai/gpt-image-1', /November/],
		['apiyi/gpt-image-2', /says 5 .* says 16/],
		['apiyi/gpt-image-2-all', /base64/],
		['uniall/gpt-image-2', /multiples of 16/],
		['toapis/gpt-image-2', /newer pages/],
		['unifically/gpt-image-2', /quality medium or high/],
		['unifically/gpt-image-2', /Neither price is derived/],
	])('%s notes its conflict: %s', (path, words) => {
		const [id, model] = path.split('/') as [PlannableId, string];
		expect(entryOf(id, model).notes.join('\n')).toMatch(words);
	});
});
