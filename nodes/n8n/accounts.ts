import type { IDataObject, IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

import { normaliseBaseUrl } from '../core/base-url';
import { ImageError } from '../core/errors';
import type { Provider } from '../core/providers/provider';
import type { Account } from '../core/result';

function missing(provider: Provider, reason: string): ImageError {
	return new ImageError({
		kind: 'authentication',
		message: `No usable ${provider.displayName} credential: ${reason}`,
		advice: `Choose or create a ${provider.displayName} credential at the top of the node, paste the API key and use its Test button.`,
	});
}

function toAccount(provider: Provider, { baseUrl, ...fields }: IDataObject): Account {
	const secrets = Object.fromEntries(
		Object.entries(fields).flatMap(([field, value]) =>
			// Keys are pasted, often with a line break behind them.
			typeof value === 'string' && value.trim() !== '' ? [[field, value.trim()]] : [],
		),
	);
	if (!secrets.apiKey) throw missing(provider, 'it has no API key');
	return {
		provider,
		baseUrl: normaliseBaseUrl(typeof baseUrl === 'string' ? baseUrl : '', provider.displayName),
		secrets,
	};
}

/** The credentials of a run, each read once per provider. */
export class Accounts {
	private readonly known = new Map<string, Promise<IDataObject | Error>>();

	constructor(private readonly context: IExecuteFunctions | IWebhookFunctions) {}

	/** Throws an `authentication` error where no credential is set, and `invalid_request` for a bad base URL. */
	async of(provider: Provider, itemIndex: number): Promise<Account> {
		const read = this.known.get(provider.id) ?? this.read(provider, itemIndex);
		this.known.set(provider.id, read);
		const fields = await read;
		if (fields instanceof Error) throw missing(provider, fields.message);
		return toAccount(provider, fields);
	}

	private async read(provider: Provider, itemIndex: number): Promise<IDataObject | Error> {
		if (!this.context.getNode().credentials?.[provider.credentialType]) return new Error('none is chosen');
		try {
			return await this.context.getCredentials(provider.credentialType, itemIndex);
		} catch (error) {
			return error instanceof Error ? error : new Error('it cannot be read');
		}
	}
}
