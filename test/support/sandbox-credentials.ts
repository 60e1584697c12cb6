import { registry } from '../../nodes/core/providers';
import type { ProviderId, Sandbox } from '../sandbox';
import { APIYI_SYSTEM_TOKEN, TOAPIS_WEBHOOK_SECRET } from '../sandbox';

/** A credential in the form that `n8n import:credentials` reads. */
export interface ImportedCredential {
	id: string;
	name: string;
	type: string;
	data: Record<string, string>;
}

/** The ids that the workflows in examples/ refer to. */
const IDS: Record<ProviderId, string> = {
	openai: 'sandboxOpenAi',
	apiyi: 'sandboxApiyi',
	uniall: 'sandboxUniAll',
	toapis: 'sandboxToApis',
	unifically: 'sandboxUnifically',
};

const MORE_FIELDS: Partial<Record<ProviderId, Record<string, string>>> = {
	apiyi: { systemToken: APIYI_SYSTEM_TOKEN },
	toapis: { webhookSecret: TOAPIS_WEBHOOK_SECRET },
};

/** One credential per provider, each pointing at the sandbox. */
export function sandboxCredentials(sandbox: Pick<Sandbox, 'baseUrl' | 'key'>): ImportedCredential[] {
	return registry.all.map(({ provider: { id, displayName, credentialType } }) => {
		const provider = id as ProviderId;
		return {
			id: IDS[provider],
			name: `${displayName} (sandbox)`,
			type: credentialType,
			data: { apiKey: sandbox.key(provider), baseUrl: sandbox.baseUrl(provider), ...MORE_FIELDS[provider] },
		};
	});
}
