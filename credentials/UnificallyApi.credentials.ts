import type { IAuthenticateGeneric, ICredentialTestRequest, ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { BASE_URL } from './baseUrlExpression';

export class UnificallyApi implements ICredentialType {
	name = 'unificallyApi';

	displayName = 'Unifically API';

	icon: Icon = { light: 'file:unifically.svg', dark: 'file:unifically.dark.svg' };

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
			default: 'https://api.unifically.com',
			description: 'The address before /v1. Change it only to go through a proxy.',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{$credentials.apiKey.trim()}}' } },
	};

	/** Free: the account. */
	test: ICredentialTestRequest = {
		request: { baseURL: BASE_URL, url: '/account' },
		// Errors may come with HTTP 200.
		rules: [
			{
				type: 'responseSuccessBody',
				properties: { key: 'success', value: false, message: 'Unifically does not know this API key' },
			},
		],
	};
}
