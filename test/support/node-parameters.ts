import { NodeHelpers, type INode, type INodeParameters, type INodeProperties, type INodeTypeDescription } from 'n8n-workflow';

export function nodeOf({ name }: INodeTypeDescription, settings: Partial<INode> = {}): INode {
	return { id: 'node-1', name, type: `n8n-nodes-gpt-image.${name}`, typeVersion: 1, position: [0, 0], parameters: {}, ...settings };
}

function missing(wanted: INodeParameters, got: INodeParameters, path = ''): string[] {
	return Object.entries(wanted).flatMap(([name, value]) => {
		const there = got[name];
		if (there === undefined) return [`${path}${name}`];
		const nested = typeof value === 'object' && value !== null && !Array.isArray(value) && !('__rl' in value);
		return nested ? missing(value as INodeParameters, there as INodeParameters, `${path}${name}.`) : [];
	});
}

/**
 * The parameters with which n8n would run a node: what the user set, filled up with the node's own defaults,
 * without those that the editor hides. Throws for a parameter that is not declared or not shown, so that no
 * test can set what a user cannot.
 */
export function nodeParameters(description: INodeTypeDescription, set: INodeParameters = {}): INodeParameters {
	const parameters = NodeHelpers.getNodeParameters(description.properties, set, true, false, nodeOf(description), description) ?? {};
	const lost = missing(set, parameters);
	if (lost.length > 0) throw new Error(`${description.name} has no such parameter here: ${lost.join(', ')}`);
	return parameters;
}

/** Names of all declared parameters; those of collections with their path, as `options.timeoutSeconds`. */
export function declaredNames({ properties }: INodeTypeDescription): Set<string> {
	return new Set(
		properties.flatMap((property) => {
			// Where the editor puts the credential: no value of its own.
			if (property.type === 'credentials') return [];
			if (property.type === 'collection') {
				return (property.options as INodeProperties[]).map((option) => `${property.name}.${option.name}`);
			}
			if (property.type === 'fixedCollection') {
				return (property.options ?? []).map((group) => `${property.name}.${group.name}`);
			}
			return [property.name];
		}),
	);
}
