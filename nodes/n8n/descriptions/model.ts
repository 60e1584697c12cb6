import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

import type { Gateway } from '../../core/providers/provider';

/** The gateway whose key is used. */
export function providerProperty(gateways: readonly Gateway[]): INodeProperties {
	const [first = ''] = gateways.map(({ provider }) => provider.id);
	const options = gateways
		.map(({ provider }) => ({ name: provider.displayName, value: provider.id }))
		.sort((a, b) => a.name.localeCompare(b.name));
	return {
		displayName: 'Provider',
		name: 'provider',
		type: 'options',
		options,
		default: first,
		description: 'The gateway that makes the images and whose API key is used',
	};
}

/** The model picker. */
export const modelProperty: INodeProperties = {
	displayName: 'Model',
	name: 'model',
	type: 'resourceLocator',
	default: { mode: 'list', value: 'gpt-image-2', cachedResultName: 'gpt-image-2' },
	required: true,
	description: 'The picture model. The same name is the same model on every provider.',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Search by name, use or price',
			typeOptions: { searchListMethod: 'searchModels', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. gpt-image-2',
			hint: 'Any id works, even one this node does not know yet: it is then sent as it is, unchecked and without a price',
		},
	],
};

/** Puts the credential below the provider that it belongs to. */
export const credentialsProperty: INodeProperties = {
	displayName: 'Credentials',
	name: 'credentials',
	type: 'credentials',
	default: '',
};

/**
 * Where credentials look for the provider: from the root. A plain name would make the editor take Provider for a
 * choice of authentication, hide it, and offer the credentials of all providers in one list.
 */
const PROVIDER = '/provider';

/** The credentials of an image node: that of the chosen provider. */
export function credentialsOf(gateways: readonly Gateway[]): INodeCredentialDescription[] {
	return gateways.map(({ provider }) => ({
		name: provider.credentialType,
		required: true,
		displayOptions: { show: { [PROVIDER]: [provider.id] } },
	}));
}

/**
 * The credentials of Poll Task: of any provider with tasks, as incoming items may hold anyone's. Shown always, yet by
 * a condition: without one the editor offers the credentials of all providers in each list, and names none of them.
 */
export function taskCredentials(gateways: readonly Gateway[]): INodeCredentialDescription[] {
	return gateways.flatMap(({ provider }) =>
		provider.task
			? [{ name: provider.credentialType, required: false, displayOptions: { show: { '/taskFrom': ['fields', 'input'] } } }]
			: [],
	);
}

/** The credentials of Estimate Cost, which needs one for the balance only. */
export function balanceCredentials(gateways: readonly Gateway[]): INodeCredentialDescription[] {
	return gateways.map(({ provider }) => ({
		name: provider.credentialType,
		required: false,
		displayOptions: { show: { [PROVIDER]: [provider.id], '/options.includeBalance': [true] } },
	}));
}
