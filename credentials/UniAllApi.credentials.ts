import type { IAuthenticateGeneric, ICredentialTestRequest, ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { BASE_URL } from './baseUrlExpression';

export class UniAllApi implements ICredentialType {
	name = 'uniAllApi';

	displayName = 'UniAll AI API';

	icon: Icon = { light: 'file:uniAll.svg', dark: 'file:uniAll.dark.svg' };

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
			default: '',
			required: true,
			placeholder: 'e.g. https://api.example.com',
			description: 'The address before /v1, as your UniAll account shows it',
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
