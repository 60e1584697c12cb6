import { NodeHelpers, type INodeParameters, type INodeProperties, type INodeTypeDescription } from 'n8n-workflow';

import { EditImage } from '../../../nodes/EditImage/EditImage.node';
import { EstimateCost } from '../../../nodes/EstimateCost/EstimateCost.node';
import { GenerateImage } from '../../../nodes/GenerateImage/GenerateImage.node';
import { PollTask } from '../../../nodes/PollTask/PollTask.node';
import { registry } from '../../../nodes/core/providers';
import { nodeOf, nodeParameters } from '../../support/node-parameters';

const generate = new GenerateImage().description;

function choice(provider: string, model: string): INodeParameters {
	return { provider, model: { __rl: true, mode: 'id', value: model } };
}

/** Copies of a parameter that the editor shows for these values. */
function shown(description: INodeTypeDescription, name: string, set: INodeParameters): INodeProperties[] {
	const values = nodeParameters(description, set);
	return description.properties.filter(
		(property) => property.name === name && NodeHelpers.displayParameter(values, property, nodeOf(description), description),
	);
}

function optionsOf(description: INodeTypeDescription, name: string, set: INodeParameters): unknown[] | null {
	const [property] = shown(description, name, set);
	return property ? (property.options ?? []).map((option) => ('value' in option ? option.value : option.name)) : null;
}

/** Entries of the Options collection that the editor offers for these values. */
function offered(description: INodeTypeDescription, set: INodeParameters): string[] {
	const values = nodeParameters(description, set);
	const collection = description.properties.find(({ name }) => name === 'options');
	return ((collection?.options ?? []) as INodeProperties[])
		.filter((option) => NodeHelpers.displayParameter(values, option, nodeOf(description), description, values))
		.map(({ name }) => name);
}

describe('the editor shows what provider and model can use', () => {
	test('gpt-image-2-all of APIYI has neither size nor quality', () => {
		const set = choice('apiyi', 'gpt-image-2-all');
		for (const name of ['sizing', 'aspectRatio', 'resolution', 'quality']) expect(optionsOf(generate, name, set)).toBeNull();
	});

	test('gpt-image-2 of ToAPIs offers three resolutions and no quality', () => {
		const set = choice('toapis', 'gpt-image-2');
		expect(optionsOf(generate, 'resolution', set)).toEqual(['1K', '2K', '4K']);
		expect(optionsOf(generate, 'quality', set)).toBeNull();
	});

	test('gpt-image-2 of OpenAI offers exact pixels and three qualities besides automatic', () => {
		const set = choice('openai', 'gpt-image-2');
		expect(optionsOf(generate, 'sizing', set)).toContain('pixels');
		expect(optionsOf(generate, 'quality', set)).toEqual(['auto', 'low', 'medium', 'high']);
	});

	test('Nano Banana 2 of UniAll goes from 0.5K to 4K', () => {
		expect(optionsOf(generate, 'resolution', choice('uniall', 'nano-banana-2'))).toEqual(['0.5K', '1K', '2K', '4K']);
	});

	test('a wire id shows what its canonical id shows', () => {
		expect(optionsOf(generate, 'quality', choice('unifically', 'openai/gpt-image-2'))).toEqual(
			optionsOf(generate, 'quality', choice('unifically', 'gpt-image-2')),
		);
	});

	test('an id that the catalog does not know still has all that the adapter can send', () => {
		const set = choice('openai', 'gpt-image-99');
		expect(optionsOf(generate, 'sizing', set)).toContain('pixels');
		expect(optionsOf(generate, 'quality', set)).toContain('high');
	});

	test('width and height stand in for ratio and resolution with exact pixels', () => {
		const set = { ...choice('openai', 'gpt-image-2'), sizing: 'pixels' };
		expect(shown(generate, 'width', set)).toHaveLength(1);
		expect(shown(generate, 'height', set)).toHaveLength(1);
		expect(shown(generate, 'aspectRatio', set)).toHaveLength(0);
		expect(shown(generate, 'resolution', set)).toHaveLength(0);
	});

	test('completion is a question for providers with tasks only, and a callback for those that call back', () => {
		expect(optionsOf(generate, 'completion', choice('apiyi', 'gpt-image-2'))).toBeNull();
		expect(optionsOf(generate, 'completion', choice('toapis', 'gpt-image-2'))).toEqual(['submit', 'callback', 'wait']);
		expect(optionsOf(generate, 'completion', choice('uniall', 'nano-banana-2'))).toEqual(['submit', 'wait']);
	});

	test('transparency is offered on OpenAI and not on APIYI', () => {
		expect(offered(generate, choice('openai', 'gpt-image-2'))).toContain('background');
		const apiyi = generate.properties.find(({ name }) => name === 'options')?.options as INodeProperties[];
		const values = nodeParameters(generate, choice('apiyi', 'gpt-image-2'));
		const [background] = apiyi.filter(
			(option) => option.name === 'background' && NodeHelpers.displayParameter(values, option, nodeOf(generate), generate, values),
		);
		expect((background?.options ?? []).map((option) => ('value' in option ? option.value : null))).not.toContain('transparent');
	});

	test('a mask can be set on OpenAI and not on Unifically', () => {
		const edit = new EditImage().description;
		expect(shown(edit, 'mask', choice('openai', 'gpt-image-2'))).toHaveLength(1);
		expect(shown(edit, 'mask', choice('unifically', 'gpt-image-2'))).toHaveLength(0);
	});
});

describe('whatever is chosen', () => {
	const nodes = [new GenerateImage(), new EditImage(), new EstimateCost()].map(({ description }) => description);
	const models = registry.all.flatMap(({ provider, models: entries }) =>
		[...entries.map(({ model }) => model), 'some-new-model'].map((model) => [provider.id, model] as const),
	);

	test.each(models)('%s %s: no parameter is shown twice, and each default is among the values', (provider, model) => {
		for (const description of nodes) {
			for (const sizing of ['aspectRatio', 'pixels']) {
				const values = { ...nodeParameters(description, choice(provider, model)), sizing };
				const visible = description.properties.filter((property) =>
					NodeHelpers.displayParameter(values, property, nodeOf(description), description),
				);
				expect(new Set(visible.map(({ name }) => name)).size).toBe(visible.length);
				for (const { type, options, default: value } of visible) {
					if (type === 'options') expect(options).toContainEqual(expect.objectContaining({ value }));
				}
			}
		}
	});

	test.each(registry.all.map(({ provider }) => [provider.id, provider.credentialType]))('%s asks for its own credential', (id, type) => {
		const values = nodeParameters(generate, { provider: id });
		const asked = (generate.credentials ?? []).filter((credential) =>
			NodeHelpers.displayParameter(values, credential, nodeOf(generate), generate),
		);
		expect(asked.map(({ name }) => name)).toEqual([type]);
	});
});

test('where an expression chooses the provider, the defaults are those of the contract', () => {
	expect(nodeParameters(generate, { provider: '={{ $json.provider }}' })).toMatchObject({
		sizing: 'aspectRatio',
		aspectRatio: '1:1',
		resolution: '1K',
		quality: 'auto',
		completion: 'wait',
		deliver: 'binary',
	});
});

test('Poll Task has three outputs and Estimate Cost two, in the order of the contract', () => {
	expect(new PollTask().description.outputNames).toEqual(['Completed', 'Pending', 'Failed']);
	expect(new EstimateCost().description.outputNames).toEqual(['Within Budget', 'Over Budget']);
});

test('every node can be a tool of an AI agent', () => {
	for (const Node of [GenerateImage, EditImage, PollTask, EstimateCost]) expect(new Node().description.usableAsTool).toBe(true);
});
