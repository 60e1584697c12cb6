import { Workflow, type INodeParameters, type INodeType, type NodeParameterValueType } from 'n8n-workflow';

import { nodeOf, nodeParameters } from './node-parameters';

/** What an expression of a node's description comes to for these parameters, evaluated as the editor does. */
export async function evaluateInEditor(node: INodeType, expression: string, set: INodeParameters): Promise<NodeParameterValueType> {
	const instance = nodeOf(node.description, { parameters: nodeParameters(node.description, set) });
	const nodeTypes = { getByName: () => node, getByNameAndVersion: () => node, getKnownTypes: () => ({}) };
	const workflow = new Workflow({ nodes: [instance], connections: {}, active: false, nodeTypes });
	await workflow.expression.acquireIsolate();
	try {
		return workflow.expression.getSimpleParameterValue(instance, expression, 'internal', {}) as NodeParameterValueType;
	} finally {
		await workflow.expression.releaseIsolate();
	}
}
