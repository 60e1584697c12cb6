import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { IConnections, ICredentialDataDecryptedObject, INode, IWorkflowSettings } from 'n8n-workflow';

import { APIYI_SYSTEM_TOKEN, PROVIDER_IDS, TOAPIS_WEBHOOK_SECRET, type ProviderId, type Sandbox } from '../sandbox';

/** Where the files of a sandbox started by `npm run sandbox` or `npm start` lie; the examples name it. */
const USUAL_FILES_URL = 'http://127.0.0.1:8788';

const FOLDER = join(__dirname, '../../examples');

/** A workflow as the editor exports it. */
export interface ExampleWorkflow {
	id: string;
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings: IWorkflowSettings;
	active: boolean;
}

/** A credential as `n8n import:credentials` takes it, with its data in the clear. */
export interface ImportableCredential {
	id: string;
	name: string;
	type: string;
	data: ICredentialDataDecryptedObject;
}

/** File names of the examples, without `.json`. */
export function exampleNames(): string[] {
	return readdirSync(FOLDER)
		.filter((file) => file.endsWith('.json'))
		.map((file) => file.replace(/\.json$/, ''))
		.sort();
}

/** One example, with the addresses of sample files pointing at this sandbox. */
export function readExample(name: string, { filesUrl }: Pick<Sandbox, 'filesUrl'>): ExampleWorkflow {
	const text = readFileSync(join(FOLDER, `${name}.json`), 'utf8');
	return JSON.parse(text.replaceAll(USUAL_FILES_URL, filesUrl)) as ExampleWorkflow;
}

/** The credentials that the examples name: type, id and what stands before "(sandbox)". */
const CREDENTIALS: Readonly<Record<ProviderId, [type: string, id: string, name: string]>> = {
	openai: ['openAiImagesApi', 'sandboxOpenAi', 'OpenAI'],
	apiyi: ['apiyiApi', 'sandboxApiyi', 'APIYI'],
	uniall: ['uniAllApi', 'sandboxUniAll', 'UniAll AI'],
	toapis: ['toApisApi', 'sandboxToApis', 'ToAPIs'],
	unifically: ['unificallyApi', 'sandboxUnifically', 'Unifically'],
};

/** What a credential holds beside key and address. */
const EXTRAS: Partial<Record<ProviderId, ICredentialDataDecryptedObject>> = {
	apiyi: { systemToken: APIYI_SYSTEM_TOKEN },
	toapis: { webhookSecret: TOAPIS_WEBHOOK_SECRET },
};

/** One credential for each provider, pointing at this sandbox. */
export function sandboxCredentials(sandbox: Pick<Sandbox, 'baseUrl' | 'key'>): ImportableCredential[] {
	return PROVIDER_IDS.map((provider) => {
		const [type, id, name] = CREDENTIALS[provider];
		const data = { apiKey: sandbox.key(provider), baseUrl: sandbox.baseUrl(provider), ...EXTRAS[provider] };
		return { id, name: `${name} (sandbox)`, type, data };
	});
}
