import { ExecuteContext, RoutingNode } from 'n8n-core';
import { Workflow, createEmptyRunExecutionData } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	INode,
	INodeCredentialTestResult,
	INodeType,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import type { EngineCredentials } from './credentials';

/** An error of n8n's request helpers, as far as the credential test looks into it. */
interface RequestFailure {
	message: string;
	cause?: { code?: string; response?: { status: number; statusText?: string } };
}

/**
 * Runs a credential's `test` request the way n8n's credential tester does: the request becomes the routing of a
 * stand-in node, n8n-core's RoutingNode sends it, and the rules turn the reply into what the editor shows.
 */
export async function testCredential(
	name: string,
	data: ICredentialDataDecryptedObject,
	credentials: EngineCredentials,
	additionalData: IWorkflowExecuteAdditionalData,
): Promise<INodeCredentialTestResult> {
	const { test } = credentials.type(name);
	if (!test) return { status: 'Error', message: 'No testing function found for this credential.' };
	const node: INode = {
		id: 'temp',
		name: 'Temp-Node',
		type: 'n8n-nodes-base.noOp',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		credentials: { [name]: { id: 'temp', name: 'temp' } },
	};
	const nodeType: INodeType = {
		description: {
			displayName: 'Temp',
			name: 'noOp',
			group: ['organization'],
			version: 1,
			description: '',
			defaults: {},
			inputs: ['main'],
			outputs: ['main'],
			credentials: [{ name, required: true }],
			properties: [{ displayName: 'Temp', name: 'temp', type: 'string', routing: { request: test.request }, default: '' }],
		},
	};
	const workflow = new Workflow({
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: { getByName: () => nodeType, getByNameAndVersion: () => nodeType, getKnownTypes: () => ({}) },
	});
	const input = { main: [[{ json: {} }]] };
	const context = new ExecuteContext(
		workflow,
		node,
		additionalData,
		'internal',
		createEmptyRunExecutionData(),
		0,
		[],
		input,
		{ node, data: {}, source: null },
		[],
	);
	const decrypted = { id: 'temp', name: 'temp', type: name, data: credentials.withDefaults(name, data) };
	try {
		const response = await new RoutingNode(context, nodeType, decrypted).runNode();
		const body = response?.[0]?.[0]?.json ?? {};
		for (const rule of test.rules ?? []) {
			if (rule.type === 'responseSuccessBody' && body[rule.properties.key] === rule.properties.value) {
				return { status: 'Error', message: rule.properties.message };
			}
		}
		return { status: 'OK', message: 'Connection successful!' };
	} catch (error) {
		const { message, cause } = error as RequestFailure;
		if (cause?.response) {
			const { status, statusText } = cause.response;
			for (const rule of test.rules ?? []) {
				if (rule.type === 'responseCode' && rule.properties.value === status) {
					return { status: 'Error', message: rule.properties.message };
				}
			}
			return { status: 'Error', message: statusText || `Received HTTP status code: ${status}` };
		}
		return { status: 'Error', message: cause?.code ?? message };
	}
}
