import type { AddressInfo } from 'node:net';

import type { FastifyInstance } from 'fastify';

import { createApiServer } from './api';
import { fireCallback, reportFinishedTasks, type CallbackOverrides } from './callbacks';
import type { FaultScript } from './faults';
import { createFilesServer } from './files';
import { apiKey } from './keys';
import { State } from './state';
import { taskRecord } from './tasks';
import type { LedgerEntry, ProviderId, RecordedRequest, SandboxOptions, TaskRecord } from './types';

export * from './types';
export type { CallbackOverrides } from './callbacks';
export type { FaultKind, FaultPoint, FaultScript } from './faults';
export { APIYI_SYSTEM_TOKEN, TOAPIS_WEBHOOK_SECRET } from './keys';

const HOST = '127.0.0.1';

const DAY_SECONDS = 86_400;

const CALLBACK_CHECK_MS = 50;

/** The five providers on this machine. Nothing in it costs money or leaves the machine. */
export interface Sandbox {
	/** Origin of the APIs. */
	url: string;
	/** Origin of result files and uploads. */
	filesUrl: string;
	/** What a credential's Base URL must be. */
	baseUrl(provider: ProviderId): string;
	/** The one key the provider accepts. */
	key(provider: ProviderId): string;
	/** What was charged for. */
	ledger(): LedgerEntry[];
	requests(): RecordedRequest[];
	tasks(): TaskRecord[];
	/** Faults for the next matching requests, in order. Throws where one can never happen. */
	scriptFaults(...faults: FaultScript[]): void;
	/** Forgets ledger, requests, tasks, files and faults. */
	reset(): void;
	/** Delivers a task's callback once (more); resolves to the HTTP status it got. */
	fireCallback(taskId: string, overrides?: CallbackOverrides): Promise<number>;
	close(): Promise<void>;
}

async function listen(app: FastifyInstance, port: number): Promise<string> {
	await app.listen({ host: HOST, port });
	return `http://${HOST}:${(app.server.address() as AddressInfo).port}`;
}

/** Starts the sandbox on loopback. Rejects with `EADDRINUSE` where a port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const state = new State({
		latencyMs: options.latencyMs ?? 0,
		taskMs: options.taskMs ?? 300,
		urlTtlSeconds: options.urlTtlSeconds ?? DAY_SECONDS,
		imageBytes: options.imageBytes ?? null,
		rateLimitPerMinute: options.rateLimitPerMinute ?? {},
		uniallTaskShape: options.uniallTaskShape ?? 'flat',
		now: options.now ?? Date.now,
	});
	const api = await createApiServer(state);
	const files = createFilesServer(state);
	state.url = await listen(api, options.port ?? 0);
	state.filesUrl = await listen(files, options.filesPort ?? 0).catch(async (error: unknown) => {
		await api.close();
		throw error;
	});
	const callbacks = setInterval(() => reportFinishedTasks(state), CALLBACK_CHECK_MS).unref();

	return {
		url: state.url,
		filesUrl: state.filesUrl,
		baseUrl: (provider) => `${state.url}/${provider}`,
		key: apiKey,
		ledger: () => [...state.ledger],
		requests: () => [...state.requests],
		tasks: () => [...state.tasks.values()].map(taskRecord),
		scriptFaults: (...faults) => state.faults.add(faults),
		reset: () => state.reset(),
		fireCallback: async (taskId, overrides) => await fireCallback(state, taskId, overrides),
		async close() {
			clearInterval(callbacks);
			await Promise.all([api.close(), files.close()]);
		},
	};
}
