import type { INodeParameters, INodeType } from 'n8n-workflow';

import { EditImage } from '../../../nodes/EditImage/EditImage.node';
import { EstimateCost } from '../../../nodes/EstimateCost/EstimateCost.node';
import { GenerateImage } from '../../../nodes/GenerateImage/GenerateImage.node';
import { PollTask } from '../../../nodes/PollTask/PollTask.node';
import { registry } from '../../../nodes/core/providers';
import { ItemParameters, readImageRequest, readLayout, readRunSettings } from '../../../nodes/n8n/parameters';
import { executeContext } from '../../support/execute-context';
import { failureOf } from '../../support/failure';
import { declaredNames, nodeParameters } from '../../support/node-parameters';

const model = (value: string) => ({ __rl: true, mode: 'id', value });
const HANDLE = { provider: 'toapis', taskId: 'img_1', model: 'gpt-image-2', operation: 'generate', count: 1, submittedAt: '2026-11-21T00:00:00Z', fingerprint: 'f' };

function parametersOf(node: INodeType, set: INodeParameters): ItemParameters {
	return ItemParameters.ofItem(executeContext(node, { parameters: set }).context, 0);
}

/** Runs a node without a credential, so that it reads everything and sends nothing. */
async function namesRead(node: INodeType, sets: INodeParameters[]): Promise<Set<string>> {
	const names = new Set<string>();
	for (const parameters of sets) {
		const { context, read } = executeContext(node, { parameters, items: [{ json: { task: HANDLE } }] });
		await node.execute?.call(context).catch(() => undefined);
		for (const name of read) names.add(name);
	}
	return names;
}

describe('every declared parameter is read, and every parameter that is read is declared', () => {
	const pixels = { sizing: 'pixels', width: 1024, height: 1024 };
	const everyProvider = registry.all.map(({ provider }) => ({ provider: provider.id, prompt: 'a cat' }));
	const cases: Array<[INodeType, INodeParameters[]]> = [
		[new GenerateImage(), [...everyProvider, { provider: 'openai', prompt: 'a cat', ...pixels }]],
		[new EditImage(), [...everyProvider, { provider: 'openai', prompt: 'a cat', ...pixels }]],
		[new PollTask(), [{}, { taskFrom: 'fields', provider: 'toapis', taskId: 'img_1' }]],
		[new EstimateCost(), [{}, { ...pixels, mode: 'compare' }]],
	];

	test.each(cases.map(([node, sets]) => [node.description.displayName, node, sets] as const))('%s', async (_name, node, sets) => {
		const read = await namesRead(node, sets);
		expect([...read].sort()).toEqual([...declaredNames(node.description)].sort());
	});
});

describe('reading an image request', () => {
	test('the defaults ask for one square image at 1K', () => {
		const request = readImageRequest(parametersOf(new GenerateImage(), { prompt: 'a cat' }), 'generate');
		expect(request).toMatchObject({
			provider: 'openai',
			model: 'gpt-image-2',
			operation: 'generate',
			prompt: 'a cat',
			size: { sizing: 'aspectRatio', aspectRatio: '1:1', resolution: '1K' },
			quality: 'auto',
			count: 1,
			images: [],
		});
	});

	test('options come through as they were set', () => {
		const parameters = parametersOf(new GenerateImage(), {
			provider: 'openai',
			prompt: 'a cat',
			quality: 'high',
			numberOfImages: 3,
			options: {
				outputFormat: 'webp', outputCompression: 80, background: 'transparent', moderation: 'low', extraParameters: '{"seed": 42}',
			},
		});
		expect(readImageRequest(parameters, 'generate')).toMatchObject({
			quality: 'high',
			count: 3,
			outputFormat: 'webp',
			outputCompression: 80,
			background: 'transparent',
			moderation: 'low',
			extraParameters: { seed: 42 },
		});
	});

	test('images keep their order, files and addresses mixed', () => {
		const parameters = parametersOf(new EditImage(), {
			provider: 'toapis',
			prompt: 'swap',
			images: { image: [
				{ source: 'url', url: 'https://example.com/a.png' },
				{ source: 'binary', binaryField: 'photo' },
				{ source: 'binary', binaryField: 'data' },
			] },
		});
		expect(readImageRequest(parameters, 'edit').images).toEqual([
			{ kind: 'url', url: 'https://example.com/a.png' },
			{ kind: 'binary', key: '0/photo' },
			{ kind: 'binary', key: '0/data' },
		]);
	});

	test('a mask is one image', () => {
		const parameters = parametersOf(new EditImage(), {
			provider: 'openai',
			prompt: 'swap',
			mask: { file: { source: 'binary', binaryField: 'mask' } },
		});
		expect(readImageRequest(parameters, 'edit').mask).toEqual({ kind: 'binary', key: '0/mask' });
	});

	test('a model without a choice of size decides alone', () => {
		const parameters = parametersOf(new GenerateImage(), { provider: 'apiyi', model: model('gpt-image-2-all'), prompt: 'a cat' });
		expect(readImageRequest(parameters, 'generate').size).toEqual({ sizing: 'auto' });
	});

	test('a prompt that looks like a number stays text', () => {
		const { context } = executeContext(new GenerateImage(), { parameters: { prompt: 1984 } });
		expect(readImageRequest(ItemParameters.ofItem(context, 0), 'generate').prompt).toBe('1984');
	});

	test('numbers may come as text, from an expression or an AI agent', () => {
		const parameters = parametersOf(new GenerateImage(), { prompt: 'a cat', sizing: 'pixels', width: '1280', height: '720', numberOfImages: '2' });
		expect(readImageRequest(parameters, 'generate')).toMatchObject({ size: { width: 1280, height: 720 }, count: 2 });
	});

	test.each<[string, INodeParameters, RegExp]>([
		['an aspect ratio nobody offers', { aspectRatio: '7:5' }, /^Aspect Ratio must be one of 1:1, 16:9, .*; it is "7:5"$/],
		['a width that is no number', { sizing: 'pixels', width: 'wide', height: 1024 }, /^Width must be a whole number from 1 to 65536; it is "wide"$/],
		['extra parameters that are no JSON', { options: { extraParameters: '{seed: 42' } }, /^Options > Extra Parameters must be a JSON object/],
		['extra parameters that are a list', { options: { extraParameters: '[1]' } }, /^Options > Extra Parameters must be a JSON object/],
		['an empty model', { model: model(' ') }, /^Model must not be empty/],
		['a URL that is left empty', { images: { image: [{ source: 'url', url: '' }] } }, /^Image 1 > URL must not be empty/],
	])('%s is refused with what is allowed', (_name, set, message) => {
		const parameters = parametersOf(new GenerateImage(), { prompt: 'a cat', ...set });
		const error = failureOf(() => readImageRequest(parameters, 'generate'));
		expect(error.kind).toBe('invalid_request');
		expect(error.message).toMatch(message);
	});
});

describe('reading the settings of a run', () => {
	test('the defaults of the contract', () => {
		expect(readRunSettings(parametersOf(new GenerateImage(), { prompt: 'a cat' }))).toEqual({
			options: {
				deliver: 'binary',
				completion: 'wait',
				timeoutMs: 600_000,
				concurrency: 5,
				maxRetries: 3,
				onUncertain: 'fail',
				downloadLimitBytes: 100 * 1024 * 1024,
			},
			callback: false,
			maxCostUsd: null,
		});
		expect(readLayout(parametersOf(new GenerateImage(), { prompt: 'a cat' }))).toEqual({ outputLayout: 'itemPerImage', binaryField: 'data' });
	});

	test.each<[string, INodeParameters]>([
		['Concurrency', { concurrency: 0 }],
		['Timeout', { timeoutSeconds: -1 }],
		['Maximum Retries', { maxRetries: 1.5 }],
		['Maximum Cost', { maxCostUsd: 0 }],
		['Maximum Cost', { maxCostUsd: -3 }],
		['Download Limit', { downloadLimitMb: 'much' }],
	])('%s out of range is refused by name', (label, options) => {
		const parameters = parametersOf(new GenerateImage(), { prompt: 'a cat', options });
		expect(failureOf(() => readRunSettings(parameters)).message).toContain(`Options > ${label} must be`);
	});
});

test('a parameter that the node does not declare cannot be set in a test', () => {
	expect(() => nodeParameters(new GenerateImage().description, { outputFormat: 'png' })).toThrow('outputFormat');
});
