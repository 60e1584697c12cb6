import type { PackageDirectoryLoader } from 'n8n-core';
import { NodeHelpers } from 'n8n-workflow';
import type { INodeType, INodeTypes, IVersionedNodeType } from 'n8n-workflow';
import { START_NODES } from './start-nodes';

/** The node types a run can use: the built package's own, as n8n's loader gives them, and the stand-ins around them. */
export class EngineNodeTypes implements INodeTypes {
	constructor(private readonly loader: PackageDirectoryLoader) {}

	getByName(type: string): INodeType | IVersionedNodeType {
		const standIn = START_NODES[type];
		if (standIn) return standIn;
		const [packageName, name] = type.split('.');
		if (packageName !== this.loader.packageName || !name) throw new Error(`The engine has no node type ${type}.`);
		return this.loader.getNode(name).type;
	}

	getByNameAndVersion(type: string, version?: number): INodeType {
		return NodeHelpers.getVersionedNodeType(this.getByName(type), version);
	}

	getKnownTypes() {
		return { ...this.loader.known.nodes };
	}
}
