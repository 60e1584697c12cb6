import type { IAuthenticateGeneric, ICredentialTestRequest, ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { BASE_URL } from './baseUrlExpression';

export class ApiyiApi implements ICredentialType {
	name = 'apiyiApi';

	displayName = 'APIYI API';

	icon: Icon = { light: 'file:apiyi.svg', dark: 'file:apiyi.dark.svg' };

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
			default: 'https://api.apiyi.com',
			description: 'The address before /v1: api., b. or vip.apiyi.com, or a proxy',
		},
		{
			displayName: 'System Token',
			name: 'systemToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Only for showing the balance: the access token of the account settings, which is not the API key',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{$credentials.apiKey.trim()}}' } },
	};

	/** Free: the list of models. */
	test: ICredentialTestRequest = {
		request: { baseURL: BASE_URL, url: '/v1/models' },
	};
}
