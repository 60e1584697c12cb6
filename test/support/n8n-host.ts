import { parse } from 'flatted';
import type { IDataObject, IRunExecutionData } from 'n8n-workflow';

import type { HostPaths } from '../../scripts/host/install';
import { startChild } from './child';
import type { Child } from './child';
import { freePort } from './free-port';
import { LOGIN, n8nEnvironment } from './n8n-instance';

export interface HostOptions {
	host: HostPaths;
	/** A folder that `prepareInstance` made ready. */
	userFolder: string;
	/** Wanted port; another is taken where it is in use. */
	port?: number;
	env?: Record<string, string>;
	/** Told each line n8n writes. */
	onLine?: (line: string) => void;
}

export interface Execution {
	id: string;
	status: string;
	data: IRunExecutionData;
}

export interface N8n {
	/** Address of the editor, e.g. `http://127.0.0.1:5678`. */
	url: string;
	login: { email: string; password: string };
	/** Calls n8n's internal REST API as the owner, e.g. `api('GET', '/workflows')`; resolves to the reply's `data`. */
	api<T>(method: string, path: string, body?: IDataObject): Promise<T>;
	/** Runs a workflow as the editor's button does, from the named trigger; resolves to the execution's id. */
	execute(workflowId: string, trigger: string): Promise<string>;
	/** Waits until an execution has one of these statuses; by default, until it is over and for two minutes at most. */
	execution(id: string, statuses?: string[], withinMs?: number): Promise<Execution>;
	child: Child;
	/** Ends n8n as Ctrl-C does. */
	stop(): Promise<void>;
	/** Ends n8n as a crash does. */
	kill(): Promise<void>;
}

const START_DEADLINE_MS = 120_000;
const EXECUTION_DEADLINE_MS = 120_000;
const LOOK_MS = 250;
const FINAL = ['success', 'error', 'crashed', 'canceled'];

const pause = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Starts a full n8n on loopback and waits until it is ready.
 *
 * @throws one sentence with n8n's last lines where it ends or is not ready within two minutes
 */
export async function startN8n({ host, userFolder, port: wanted, env, onLine }: HostOptions): Promise<N8n> {
	const port = await freePort(wanted);
	const url = `http://127.0.0.1:${port}`;
	const environment = await n8nEnvironment(userFolder, { N8N_PORT: String(port), ...env });
	const child = startChild([host.bin, 'start'], environment, onLine);
	await ready(url, child);

	let session: Promise<string> | undefined;
	const api = async <T>(method: string, path: string, body?: IDataObject): Promise<T> => {
		session ??= logIn(url);
		return await call<T>(url, method, path, body, await session);
	};
	return {
		url,
		login: LOGIN,
		child,
		api,
		stop: child.stop,
		kill: child.kill,

		async execute(workflowId, trigger) {
			const body = { triggerToStartFrom: { name: trigger } };
			const { executionId } = await api<{ executionId: string }>('POST', `/workflows/${workflowId}/run`, body);
			return executionId;
		},

		async execution(id, statuses = FINAL, withinMs = EXECUTION_DEADLINE_MS) {
			const deadline = Date.now() + withinMs;
			for (;;) {
				const { status, data } = await api<{ status: string; data: string }>('GET', `/executions/${id}`);
				if (statuses.includes(status)) return { id, status, data: parse(data) as IRunExecutionData };
				if (Date.now() > deadline) throw new Error(`Execution ${id} is still "${status}".`);
				await pause(LOOK_MS);
			}
		},
	};
}

/** Waits until one of n8n's processes says on `url` that it is ready. Throws with its last lines where it ends or takes too long. */
export async function ready(url: string, child: Child): Promise<void> {
	const deadline = Date.now() + START_DEADLINE_MS;
	const isReady = async () => await fetch(`${url}/healthz/readiness`).then(
		({ ok }) => ok,
		() => false,
	);
	const ended = child.exited.then(() => true);
	while (!(await isReady())) {
		const hasEnded = await Promise.race([ended, pause(LOOK_MS).then(() => false)]);
		if (hasEnded) throw new Error(`n8n ended while it started. Its last lines:\n${child.tail()}`);
		if (Date.now() > deadline) {
			await child.stop();
			throw new Error(`n8n was not ready after ${START_DEADLINE_MS / 1000} s. Its last lines:\n${child.tail()}`);
		}
	}
}

async function logIn(url: string): Promise<string> {
	const reply = await send(url, 'POST', '/login', { emailOrLdapLoginId: LOGIN.email, password: LOGIN.password }, '');
	return reply.headers.getSetCookie().map((cookie) => cookie.split(';')[0]).join('; ');
}

async function call<T>(url: string, method: string, path: string, body: IDataObject | undefined, session: string): Promise<T> {
	const reply = await send(url, method, path, body, session);
	return ((await reply.json()) as { data: T }).data;
}

async function send(url: string, method: string, path: string, body: IDataObject | undefined, session: string): Promise<Response> {
	const reply = await fetch(`${url}/rest${path}`, {
		method,
		headers: { 'content-type': 'application/json', cookie: session, 'browser-id': 'n8n-host' },
		...(body && { body: JSON.stringify(body) }),
	});
	if (!reply.ok) throw new Error(`n8n answered ${method} ${path} with ${reply.status}: ${await reply.text()}`);
	return reply;
}
