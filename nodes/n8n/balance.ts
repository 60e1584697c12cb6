import type { IExecuteFunctions } from 'n8n-workflow';

import type { Gateway } from '../core/providers/provider';
import { askProvider } from '../core/run';
import { Accounts } from './accounts';
import { toImageError } from './errors';
import { n8nSurroundings } from './surroundings';

/** What an account has left. */
export interface AccountBalance {
	/** US dollars as decimal text; null where it is not known or has no limit. */
	usd: string | null;
	/** Why there is no figure, or what it means. */
	note: string | null;
}

async function ask(context: IExecuteFunctions, { provider }: Gateway, accounts: Accounts, itemIndex: number): Promise<AccountBalance> {
	const { account: api, displayName } = provider;
	if (!api) return { usd: null, note: `Balance: not offered by ${displayName}.` };
	const account = await accounts.of(provider, itemIndex);
	if (api.requires && !account.secrets[api.requires]) {
		return { usd: null, note: `Balance: ${displayName} needs the System Token in its credential.` };
	}
	const { usd, note } = await askProvider(account, api.call(), (reply) => api.parse(reply), n8nSurroundings(context));
	return { usd, note: note ?? null };
}

/** Balances of a run, each asked for once. A balance that cannot be had is a note, not an error. */
export class Balances {
	private readonly known = new Map<string, Promise<AccountBalance>>();

	private readonly accounts: Accounts;

	constructor(private readonly context: IExecuteFunctions) {
		this.accounts = new Accounts(context);
	}

	async of(gateway: Gateway, itemIndex: number): Promise<AccountBalance> {
		const { id } = gateway.provider;
		const balance = this.known.get(id) ?? this.read(gateway, itemIndex);
		this.known.set(id, balance);
		return await balance;
	}

	private async read(gateway: Gateway, itemIndex: number): Promise<AccountBalance> {
		try {
			return await ask(this.context, gateway, this.accounts, itemIndex);
		} catch (error) {
			return { usd: null, note: `Balance: ${toImageError(error).message}.` };
		}
	}
}
