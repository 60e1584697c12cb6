import type { IAuthenticateGeneric, ICredentialTestRequest, ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { BASE_URL } from './baseUrlExpression';

export class ToApisApi implements ICredentialType {
	name = 'toApisApi';

	displayName = 'ToAPIs API';

	icon: Icon = { light: 'file:toApis.svg', dark: 'file:toApis.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-gpt-image/n8n-nodes-gpt-image#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://toapis.com',
			description: 'The address before /v1: toapis.com, api.toapis.com, toapis.cn in China, or a proxy',
		},
		{
			displayName: 'Webhook Secret',
			name: 'webhookSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Only for Completion: Callback. The signing secret of the Token page at ToAPIs, with which callbacks are verified.',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{$credentials.apiKey.trim()}}' } },
	};

	/** Free: the balance. */
	test: ICredentialTestRequest = {
		request: { baseURL: BASE_URL, url: '/v1/balance' },
		// An unknown key is answered with HTTP 200.
		rules: [
			{
				type: 'responseSuccessBody',
				properties: { key: 'success', value: false, message: 'ToAPIs does not know this API key' },
			},
		],
	};
}
