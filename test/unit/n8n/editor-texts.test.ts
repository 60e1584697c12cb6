import type { INodeParameters } from 'n8n-workflow';

import { EditImage } from '../../../nodes/EditImage/EditImage.node';
import { GenerateImage } from '../../../nodes/GenerateImage/GenerateImage.node';
import { evaluateInEditor } from '../../support/editor-expression';

const generate = new GenerateImage();

const model = (value: string) => ({ __rl: true, mode: 'id', value });

async function hintsOf(node: GenerateImage | EditImage, set: INodeParameters): Promise<string[]> {
	const hints = node.description.hints ?? [];
	const shown = await Promise.all(hints.map(async ({ displayCondition = '' }) => await evaluateInEditor(node, displayCondition, set)));
	expect(shown.filter((is) => typeof is !== 'boolean')).toEqual([]);
	return hints.filter((_, position) => shown[position] === true).map(({ message }) => message);
}

describe('the line below the node', () => {
	test.each<[INodeParameters, string]>([
		[{ provider: 'toapis', resolution: '2K' }, 'ToAPIs: gpt-image-2, 2K'],
		[{ provider: 'apiyi', model: model('gpt-image-2-all') }, 'APIYI: gpt-image-2-all'],
		[{ provider: 'openai', sizing: 'pixels' }, 'OpenAI: gpt-image-2'],
	])('%j', async (set, line) => {
		expect(await evaluateInEditor(generate, generate.description.subtitle ?? '', set)).toBe(line);
	});
});

describe('the price before a run', () => {
	test.each<[string, INodeParameters, string]>([
		// ToAPIs' model page: $0.015, $0.02 and $0.025.
		['a draft', { provider: 'toapis' }, 'Estimated cost of one image: $0.015.'],
		['a large image', { provider: 'toapis', resolution: '4K', aspectRatio: '16:9' }, 'Estimated cost of one image: $0.025. At 1K it is $0.015.'],
		// Unifically's guide: Nano Banana Pro costs the same at 1K and 2K.
		['a large image that costs no more', { provider: 'unifically', model: model('nano-banana-pro'), resolution: '2K' }, 'Estimated cost of one image: $0.06.'],
		['a wire id', { provider: 'unifically', model: model('openai/gpt-image-2'), resolution: '4K' }, 'Estimated cost of one image: $0.06. At 1K it is $0.03.'],
		// APIYI's page: $0.03 for each image.
		['a model without sizes', { provider: 'apiyi', model: model('gpt-image-2-all') }, 'Estimated cost of one image: $0.03.'],
		['a price that nobody published', { provider: 'uniall' }, 'The price of these settings is not known here: look at the price list of the provider.'],
	])('%s', async (_name, set, message) => {
		expect(await hintsOf(generate, set)).toEqual([message]);
	});

	test('by tokens it spans the ratios', async () => {
		// The calculator's 196 output tokens at $30 a million for 1:1 lie within.
		const [message = ''] = await hintsOf(generate, { provider: 'openai', quality: 'low' });
		const [low = 0, high = 0] = [...message.matchAll(/\$([\d.]*\d)/g)].map(([, dollars]) => Number(dollars));
		expect(low).toBeLessThan(0.00588);
		expect(high).toBeGreaterThanOrEqual(0.00588);
		expect(high).toBeLessThan(0.01);
		expect(message).toMatch(/, by aspect ratio\.$/);
		expect(await hintsOf(generate, { provider: 'openai' })).toEqual([expect.stringMatching(/, by quality and aspect ratio\.$/)]);
	});

	test('an edit costs its picture besides, where pictures that go in are billed', async () => {
		const dearest = (message: string) => Math.max(...[...message.matchAll(/\$([\d.]*\d)/g)].map(([, dollars]) => Number(dollars)));
		const set = { provider: 'openai', quality: 'low' };
		const [made = ''] = await hintsOf(generate, set);
		const [edited = ''] = await hintsOf(new EditImage(), set);
		expect(dearest(edited)).toBeGreaterThan(dearest(made));
	});

	test.each<[string, INodeParameters]>([
		['exact pixels', { provider: 'openai', sizing: 'pixels' }],
		['a model that the catalog does not know', { provider: 'openai', model: model('gpt-image-99') }],
	])('nothing is said about %s', async (_name, set) => {
		expect(await hintsOf(generate, set)).toEqual([]);
	});
});

describe('hints before mistakes', () => {
	test('JPEG has no transparency', async () => {
		const set = (outputFormat: string) => ({ provider: 'openai', options: { outputFormat, background: 'transparent' } });
		expect(await hintsOf(generate, set('jpeg'))).toContainEqual(expect.stringMatching(/^JPEG has no transparency/));
		expect(await hintsOf(generate, set('png'))).not.toContainEqual(expect.stringMatching(/^JPEG/));
	});

	test('a callback needs an n8n that can be reached', async () => {
		expect(await hintsOf(generate, { provider: 'toapis', completion: 'callback' })).toContainEqual(expect.stringContaining('WEBHOOK_URL'));
		expect(await hintsOf(generate, { provider: 'toapis', completion: 'wait' })).not.toContainEqual(expect.stringContaining('WEBHOOK_URL'));
	});

	test('a model that is gone names its successor', async () => {
		expect(await hintsOf(generate, { provider: 'unifically', model: model('gpt-image-1') })).toEqual([
			'GPT Image 1 is retired since 2026-10-23: use gpt-image-2 instead.',
		]);
	});
});

test.each([
	['toapis', 'gpt-image-2', 'This provider takes addresses: files are uploaded to it first'],
	['unifically', 'gpt-image-2', 'This provider takes addresses: files are uploaded to it first'],
	['uniall', 'gpt-image-2-origin', 'This model takes addresses only: set Source to URL'],
	['openai', 'gpt-image-2', undefined],
])('%s %s says what becomes of files: %s', (provider, id, hint) => {
	const images = new EditImage().description.properties.filter(({ name }) => name === 'images');
	const shown = images.filter(({ displayOptions: { show, hide } = {} }) =>
		show?.provider?.includes(provider) && (!show.model || show.model.includes(id)) && !hide?.model?.includes(id),
	);
	expect(shown.map((copy) => copy.hint)).toEqual([hint]);
});
