import type {
	IBinaryData, IDataObject, IExecuteFunctions, INode, INodeExecutionData, INodeParameters, INodeType, NodeExecutionHint,
} from 'n8n-workflow';

import { nodeOf, nodeParameters } from './node-parameters';

export interface ContextOptions {
	/** One entry per item; a single one holds for all items. */
	parameters?: INodeParameters | INodeParameters[];
	items?: INodeExecutionData[];
	/** Fields by credential type; types that are not here are not set. */
	credentials?: Record<string, IDataObject>;
	onError?: INode['onError'];
	retryOnFail?: boolean;
	/** As the tool of an AI agent. */
	asTool?: boolean;
}

/** What a run left behind in n8n. */
export interface FakeContext {
	context: IExecuteFunctions;
	/** Names of the parameters that were read. */
	read: Set<string>;
	hints: NodeExecutionHint[];
	/** How often each credential type was read. */
	credentialReads: string[];
}

function get(parameters: unknown, path: string): unknown {
	return path.split('.').reduce<unknown>(
		(value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined),
		parameters,
	);
}

/** n8n's execute context with a node's real parameters, a binary store in memory and no network policy. */
export function executeContext(node: INodeType, options: ContextOptions = {}): FakeContext {
	const { description } = node;
	const items: INodeExecutionData[] = options.items ?? [{ json: {} }];
	const sets = Array.isArray(options.parameters) ? options.parameters : items.map(() => options.parameters ?? {});
	const parameters = sets.map((set) => nodeParameters(description, set as INodeParameters));
	const read = new Set<string>();
	const hints: NodeExecutionHint[] = [];
	const credentialReads: string[] = [];
	const chosen = Object.fromEntries(Object.keys(options.credentials ?? {}).map((type) => [type, { id: type, name: type }]));
	const self = nodeOf(description, { onError: options.onError, retryOnFail: options.retryOnFail, credentials: chosen });

	const context = {
		getInputData: () => items,
		getNode: () => self,
		getWorkflow: () => ({ id: 'workflow-1', name: 'Workflow', active: false }),
		getExecutionId: () => '17',
		getInstanceId: () => 'instance-1',
		getWorkflowDataProxy: () => ({ $runIndex: 0 }),
		getExecutionCancelSignal: () => undefined,
		isToolExecution: () => options.asTool === true,
		continueOnFail: () => options.onError === 'continueRegularOutput' || options.onError === 'continueErrorOutput',
		addExecutionHints: (...added: NodeExecutionHint[]) => hints.push(...added),
		getNodeParameter(name: string, itemIndex: number, fallback?: unknown) {
			read.add(name);
			const value = get(parameters[itemIndex], name) ?? fallback;
			if (value === undefined) throw new Error(`Could not get parameter "${name}"`);
			return value;
		},
		async getCredentials(type: string) {
			credentialReads.push(type);
			const fields = options.credentials?.[type];
			if (!fields) throw new Error(`Node does not have any credentials set for "${type}"`);
			return fields;
		},
		helpers: {
			assertBinaryData(itemIndex: number, field: string): IBinaryData {
				const binary = items[itemIndex]?.binary?.[field];
				if (!binary) throw new Error(`no binary field ${field}`);
				return binary;
			},
			async prepareBinaryData(content: Buffer | AsyncIterable<Uint8Array>, fileName: string, mimeType: string): Promise<IBinaryData> {
				const chunks: Uint8Array[] = [];
				if (Buffer.isBuffer(content)) chunks.push(content);
				else for await (const chunk of content) chunks.push(chunk);
				return { data: Buffer.concat(chunks).toString('base64'), fileName, mimeType };
			},
		},
	};
	return { context: context as unknown as IExecuteFunctions, read, hints, credentialReads };
}
