import { join } from 'node:path';

import type { INode, INodeParameters } from 'n8n-workflow';

import { PROVIDER_IDS, type ProviderId, type Sandbox } from '../sandbox';
import type { GivenCredentials, GivenItem, WorkflowJson } from '../support/engine';
import { sandboxCredentials } from '../support/sandbox-credentials';

/** The repository: the engine loads its `dist`, as `npm run build` left it. */
export const PACKAGE_DIR = join(__dirname, '../..');

export const PROVIDERS: readonly ProviderId[] = PROVIDER_IDS;

/** Credential data by type, each pointing at the sandbox. */
export function credentialData(sandbox: Sandbox): GivenCredentials {
	return Object.fromEntries(sandboxCredentials(sandbox).map(({ type, data }) => [type, data]));
}

type More = Partial<Pick<INode, 'onError' | 'credentials'>>;

/** One of the package's nodes; every credential type is set, and n8n takes the one it needs. */
export function imageNode(sandbox: Sandbox, type: string, parameters: INodeParameters, more: More = {}): INode {
	const credentials = Object.fromEntries(sandboxCredentials(sandbox).map(({ type: name }) => [name, { id: name, name }]));
	return {
		id: type,
		name: type,
		type: `n8n-nodes-gpt-image.${type}`,
		typeVersion: 1,
		position: [0, 0],
		parameters,
		credentials,
		...more,
	};
}

/** Items, then the given nodes one after the other, each from the first output of the one before. */
export function chain(items: GivenItem[], ...nodes: INode[]): WorkflowJson {
	const start: INode = {
		id: 'start',
		name: 'Start',
		type: 'test.items',
		typeVersion: 1,
		position: [0, 0],
		parameters: { items: items as unknown as INodeParameters[] },
	};
	const all = [start, ...nodes];
	const links = all.slice(0, -1).map(({ name }, index) => [
		name,
		{ main: [[{ node: (all[index + 1] as INode).name, type: 'main' as const, index: 0 }]] },
	]);
	return { nodes: all, connections: Object.fromEntries(links) };
}
