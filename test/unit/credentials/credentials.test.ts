import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { Workflow, type ICredentialType, type INodeTypes } from 'n8n-workflow';

import { ApiyiApi } from '../../../credentials/ApiyiApi.credentials';
import { OpenAiImagesApi } from '../../../credentials/OpenAiImagesApi.credentials';
import { ToApisApi } from '../../../credentials/ToApisApi.credentials';
import { UniAllApi } from '../../../credentials/UniAllApi.credentials';
import { UnificallyApi } from '../../../credentials/UnificallyApi.credentials';
import { registry } from '../../../nodes/core/providers';

const nodeTypes = { getByName: () => ({}), getByNameAndVersion: () => ({}), getKnownTypes: () => ({}) } as unknown as INodeTypes;

/** Evaluates an expression of a credential as n8n does. */
function evaluate(expression: unknown, $credentials: Record<string, string>): unknown {
	const workflow = new Workflow({ nodes: [], connections: {}, active: false, nodeTypes });
	return workflow.expression.resolveSimpleParameterValue(expression as string, {}, null, 0, 0, '', [], 'manual', { $credentials });
}

const TABLE: Array<[string, ICredentialType, { name: string; fields: string[]; baseUrl: string; test: string }]> = [
	['openai', new OpenAiImagesApi(), { name: 'openAiImagesApi', fields: ['apiKey', 'baseUrl'], baseUrl: 'https://api.openai.com', test: '/v1/models' }],
	['apiyi', new ApiyiApi(), { name: 'apiyiApi', fields: ['apiKey', 'baseUrl', 'systemToken'], baseUrl: 'https://api.apiyi.com', test: '/v1/models' }],
	['uniall', new UniAllApi(), { name: 'uniAllApi', fields: ['apiKey', 'baseUrl'], baseUrl: '', test: '/v1/models' }],
	['toapis', new ToApisApi(), { name: 'toApisApi', fields: ['apiKey', 'baseUrl', 'webhookSecret'], baseUrl: 'https://toapis.com', test: '/v1/balance' }],
	['unifically', new UnificallyApi(), { name: 'unificallyApi', fields: ['apiKey', 'baseUrl'], baseUrl: 'https://api.unifically.com', test: '/account' }],
];

describe.each(TABLE)('the credential of %s', (id, credential, expected) => {
	const field = (name: string) => credential.properties.find((property) => property.name === name);

	it('has the name and the fields that workflows hold', () => {
		expect(credential.name).toBe(expected.name);
		expect(registry.gateway(id).provider.credentialType).toBe(expected.name);
		expect(credential.properties.map(({ name }) => name)).toEqual(expected.fields);
	});

	it('knows the address of its provider, or asks for it', () => {
		expect(field('baseUrl')).toMatchObject({ default: expected.baseUrl });
		expect(field('baseUrl')?.required ?? false).toBe(expected.baseUrl === '');
	});

	it('hides every secret', () => {
		const secrets = credential.properties.filter(({ name }) => name !== 'baseUrl');
		expect(secrets.map(({ typeOptions }) => typeOptions?.password)).toEqual(secrets.map(() => true));
	});

	it('sends its key, without what was pasted around it, as a bearer token', () => {
		if (credential.authenticate === undefined || typeof credential.authenticate === 'function') throw new Error('not generic');
		const header = credential.authenticate.properties.headers?.Authorization;
		expect(evaluate(header, { apiKey: ' sk-1\n', baseUrl: 'https://api.example' })).toBe('Bearer sk-1');
	});

	it.each(['https://api.example/x', 'https://api.example/x/', 'https://api.example/x/v1', ' https://api.example/x/v1/ '])(
		'is tested below %j',
		(baseUrl) => {
			expect(credential.test?.request.url).toBe(expected.test);
			expect(evaluate(credential.test?.request.baseURL, { apiKey: 'k', baseUrl })).toBe('https://api.example/x');
		},
	);

	it('has both its icons', () => {
		const { icon } = credential;
		if (typeof icon !== 'object') throw new Error('no themed icon');
		const files = [icon.light, icon.dark].map((path) => path.replace('file:', ''));
		expect(new Set(files).size).toBe(2);
		expect(files.map((file) => existsSync(join(__dirname, '../../../credentials', file)))).toEqual([true, true]);
	});
});

describe('a bad key', () => {
	it.each([new ToApisApi(), new UnificallyApi()])('fails the test of $name also where the reply is a 200', ({ test }) => {
		expect(test.rules).toMatchObject([{ type: 'responseSuccessBody', properties: { key: 'success', value: false } }]);
	});
});
