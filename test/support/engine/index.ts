import { Logger } from '@n8n/backend-common';
import { Container } from '@n8n/di';
import {
	BinaryDataService,
	ExecutionLifecycleHooks,
	ExternalSecretsProxy,
	PackageDirectoryLoader,
	WorkflowExecute,
} from 'n8n-core';
import { LoggerProxy, Workflow } from 'n8n-workflow';
import type {
	ExecutionError,
	IBinaryData,
	IConnections,
	ICredentialDataDecryptedObject,
	INode,
	INodeCredentialTestResult,
	INodeExecutionData,
	IRun,
	IWorkflowExecuteAdditionalData,
	IWorkflowSettings,
} from 'n8n-workflow';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testCredential } from './credential-test';
import { EngineCredentials } from './credentials';
import type { GivenCredentials } from './credentials';
import { recordingLogger } from './logger';
import { EngineNodeTypes } from './node-types';
import { START_NODES } from './start-nodes';

export type { GivenCredentials } from './credentials';
export type { GivenItem } from './start-nodes';

/** A workflow as n8n exports it; only what the engine reads. */
export interface WorkflowJson {
	name?: string;
	nodes: INode[];
	connections: IConnections;
	settings?: IWorkflowSettings;
}

export interface EngineOptions {
	/** Folder of the *built* package: the repository itself, or an unpacked tarball. */
	packageDir: string;
	/** By credential type. A node uses one when its `credentials` name that type, whatever the id. */
	credentials?: GivenCredentials;
	/** Where n8n's filesystem binary store writes; a temporary folder by default, removed on close. */
	binaryDir?: string;
	/** Environment of the instance while the engine is open, e.g. N8N_SSRF_PROTECTION_ENABLED or HTTP_PROXY. */
	env?: Record<string, string>;
}

export interface RunOptions {
	/** Cancels the execution, as the editor's stop button does. */
	signal?: AbortSignal;
	/** Told as each node ends. */
	onNodeDone?: (node: string) => void;
}

export interface RunResult {
	/** Items by node name and output index; the items of repeated runs of a node follow each other. */
	outputs: Record<string, INodeExecutionData[][]>;
	/** What stopped the workflow. */
	error: ExecutionError | undefined;
	status: IRun['status'];
	/** Everything n8n keeps of the execution: hints, timings, waiting state. */
	run: IRun;
	/** What was logged from the start of this run to its end, one line per message. */
	logs: string[];
}

export interface Engine {
	run(workflow: WorkflowJson, options?: RunOptions): Promise<RunResult>;
	/** Bytes of an item's file, read from n8n's binary store. */
	binary(item: INodeExecutionData | undefined, field?: string): Promise<Buffer>;
	/** Runs the credential's own `test` request with the given form fields. */
	testCredential(type: string, data: ICredentialDataDecryptedObject): Promise<INodeCredentialTestResult>;
	/** Full names of the package's node types. */
	nodeTypes: string[];
	close(): Promise<void>;
}

let isOpen = false;
let executions = 0;

/**
 * n8n's own package loader, execution engine, request helpers and filesystem binary store (n8n-core), without the
 * n8n application. One at a time in a process, as n8n-core keeps its services and the environment per process.
 *
 * @throws when another engine is open, or the package is not built.
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
	if (isOpen) throw new Error('Another engine is open in this process: close it first.');
	isOpen = true;
	const userFolder = await mkdtemp(join(tmpdir(), 'n8n-engine-'));
	const restoreEnv = setEnv({
		N8N_USER_FOLDER: userFolder,
		N8N_BINARY_DATA_STORAGE_PATH: options.binaryDir ?? join(userFolder, 'binary'),
		N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
		...options.env,
	});
	const close = async () => {
		restoreEnv();
		Container.reset();
		isOpen = false;
		await rm(userFolder, { recursive: true, force: true });
	};
	try {
		return { ...(await start(options)), close };
	} catch (error) {
		await close();
		throw error;
	}
}

async function start({ packageDir, credentials: given = {} }: EngineOptions): Promise<Omit<Engine, 'close'>> {
	const lines: string[] = [];
	const logger = recordingLogger(lines);
	Container.reset();
	Container.set<unknown>(Logger, logger);
	LoggerProxy.init(logger);
	const store = Container.get(BinaryDataService);
	await store.init();
	const loader = new PackageDirectoryLoader(packageDir);
	await loader.loadAll();
	const nodeTypes = new EngineNodeTypes(loader);
	const credentials = new EngineCredentials(loader, given);

	return {
		nodeTypes: Object.keys(loader.known.nodes).map((name) => `${loader.packageName}.${name}`),

		async run(json, { signal, onNodeDone } = {}) {
			const firstLine = lines.length;
			const id = String(++executions);
			const workflow = new Workflow({
				id: 'embedded',
				name: json.name ?? 'Embedded',
				nodes: structuredClone(json.nodes),
				connections: json.connections,
				active: false,
				nodeTypes,
				settings: { executionOrder: 'v1', ...json.settings },
			});
			const startNode = Object.values(workflow.nodes).find(({ type }) => START_NODES[type]?.description.inputs.length === 0);
			const additionalData = executionData(id, credentials);
			additionalData.hooks = lifecycle(id, workflow);
			if (onNodeDone) additionalData.hooks.addHandler('nodeExecuteAfter', onNodeDone);
			const execution = new WorkflowExecute(additionalData, 'manual').run({ workflow, startNode });
			const cancel = () => execution.cancel();
			if (signal?.aborted) cancel();
			signal?.addEventListener('abort', cancel, { once: true });
			const run = await execution.finally(() => signal?.removeEventListener('abort', cancel));
			const { error } = run.data.resultData;
			return { outputs: outputsOf(run), error, status: run.status, run, logs: lines.slice(firstLine) };
		},

		async binary(item, field = 'data') {
			const file: IBinaryData | undefined = item?.binary?.[field];
			if (!file) throw new Error(`The item has no file "${field}".`);
			return await store.getAsBuffer(file);
		},

		async testCredential(type, data) {
			return await testCredential(type, data, credentials, executionData('credential-test', credentials));
		},
	};
}

/** The surroundings that the n8n application gives each execution. */
function executionData(executionId: string, credentialsHelper: EngineCredentials): IWorkflowExecuteAdditionalData {
	const instance = 'http://127.0.0.1:5678';
	const absent = async () => await Promise.reject(new Error('The embedded engine runs single workflows only.'));
	return {
		credentialsHelper,
		executionId,
		currentNodeExecutionIndex: 0,
		externalSecretsProxy: Container.get(ExternalSecretsProxy),
		executeWorkflow: absent,
		getRunExecutionData: absent,
		getRuntimeCredential: absent,
		startRunnerTask: absent,
		logAiEvent: () => undefined,
		setExecutionStatus: () => undefined,
		variables: {},
		restApiUrl: `${instance}/rest`,
		instanceBaseUrl: `${instance}/`,
		formBaseUrl: `${instance}/form`,
		formWaitingBaseUrl: `${instance}/form-waiting`,
		formTestBaseUrl: `${instance}/form-test`,
		webhookBaseUrl: `${instance}/webhook`,
		webhookWaitingBaseUrl: `${instance}/webhook-waiting`,
		webhookTestBaseUrl: `${instance}/webhook-test`,
		mcpBaseUrl: `${instance}/mcp`,
		mcpTestBaseUrl: `${instance}/mcp-test`,
	};
}

function lifecycle(executionId: string, { id, name, nodes, connectionsBySourceNode }: Workflow): ExecutionLifecycleHooks {
	const now = new Date();
	return new ExecutionLifecycleHooks('manual', executionId, {
		id,
		name: name ?? id,
		active: false,
		isArchived: false,
		activeVersionId: null,
		createdAt: now,
		updatedAt: now,
		nodes: Object.values(nodes),
		connections: connectionsBySourceNode,
	});
}

function outputsOf(run: IRun): RunResult['outputs'] {
	const byNode: RunResult['outputs'] = {};
	for (const [node, tasks] of Object.entries(run.data.resultData.runData)) {
		const outputs: INodeExecutionData[][] = [];
		for (const task of tasks) {
			task.data?.main?.forEach((items, index) => {
				outputs[index] = [...(outputs[index] ?? []), ...(items ?? [])];
			});
		}
		byNode[node] = outputs;
	}
	return byNode;
}

/** Sets variables of the process and returns what puts the former values back. */
function setEnv(values: Record<string, string>): () => void {
	const former = Object.keys(values).map((name) => [name, process.env[name]] as const);
	Object.assign(process.env, values);
	return () => {
		for (const [name, value] of former) {
			if (value === undefined) delete process.env[name];
			else process.env[name] = value;
		}
	};
}
