import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ensureHost } from '../../scripts/host/install';
import { ensureBuilt, packPackage } from '../../scripts/package';
import { startSandbox } from '../sandbox';
import type { Sandbox, SandboxOptions } from '../sandbox';
import { startChild } from '../support/child';
import type { Child } from '../support/child';
import { freePort } from '../support/free-port';
import { ready, startN8n } from '../support/n8n-host';
import type { N8n } from '../support/n8n-host';
import { n8nEnvironment, prepareInstance } from '../support/n8n-instance';
import { sandboxCredentials } from '../support/sandbox-credentials';
import { installServices, startPostgres, startRedis } from './services';
import type { Database } from './services';

/** n8n in queue mode, all on this machine. */
export interface Cluster {
	sandbox: Sandbox;
	database: Database;
	/** The main process: editor, API and the timer of waiting executions. */
	main: N8n;
	/** Where the webhook process listens. */
	webhookUrl: string;
	/** n8n's processes by their role. */
	members: Record<'main' | 'webhook' | 'worker 1' | 'worker 2', Child>;
	close(): Promise<void>;
}

export interface ClusterOptions {
	sandbox: SandboxOptions;
	/** Executions at once, per worker. */
	workerConcurrency: number;
	log: (line: string) => void;
}

/** Highest memory that a process has used so far, bytes. */
export function peakMemory({ pid }: Child): number {
	const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
	return Number(kilobytes) * 1_024;
}

/**
 * Sets up PostgreSQL, Redis, the sandbox and n8n's main, webhook and two worker processes with the packed package.
 * A failed start leaves nothing behind.
 */
export async function startCluster({ sandbox: sandboxOptions, workerConcurrency, log }: ClusterOptions): Promise<Cluster> {
	const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-gpt-image-queue-'));
	const endings: Array<() => Promise<void> | void> = [() => rmSync(folder, { recursive: true, force: true })];
	const close = async () => {
		for (const ending of endings.splice(0).reverse()) await ending();
	};
	try {
		installServices(log);
		const host = await ensureHost({ log });
		ensureBuilt();
		const tarball = packPackage(folder);
		log('Starting PostgreSQL, Redis and the sandbox.');
		const database = await startPostgres(folder);
		endings.push(database.child.stop);
		const redis = await startRedis(folder);
		endings.push(redis.child.stop);
		const sandbox = await startSandbox(sandboxOptions);
		endings.push(sandbox.close);

		const webhookPort = await freePort();
		const webhookUrl = `http://127.0.0.1:${webhookPort}`;
		const shared = {
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(database.port),
			DB_POSTGRESDB_USER: database.user,
			DB_POSTGRESDB_DATABASE: database.name,
			N8N_ENCRYPTION_KEY: randomBytes(24).toString('hex'),
		};
		const queue = {
			...shared,
			EXECUTIONS_MODE: 'queue',
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(redis.port),
			N8N_DEFAULT_BINARY_DATA_MODE: 'database',
			WEBHOOK_URL: `${webhookUrl}/`,
			N8N_DISABLE_PRODUCTION_MAIN_PROCESS: 'true',
			QUEUE_HEALTH_CHECK_ACTIVE: 'true',
		};
		const userFolder = join(folder, 'user');
		log('Preparing n8n.');
		await prepareInstance({ host, userFolder, tarball, credentials: sandboxCredentials(sandbox), workflows: [], database: shared });

		log('Starting main, webhook and two workers.');
		const main = await startN8n({ host, userFolder, env: queue });
		endings.push(main.stop);
		const addMember = async (args: string[], port: number, env: Record<string, string>): Promise<Child> => {
			const child = startChild([host.bin, ...args], await n8nEnvironment(userFolder, { ...queue, ...env }));
			endings.push(child.stop);
			await ready(`http://127.0.0.1:${port}`, child);
			return child;
		};
		const worker = async (): Promise<Child> => {
			const port = await freePort();
			return await addMember(['worker', `--concurrency=${workerConcurrency}`], port, { QUEUE_HEALTH_CHECK_PORT: String(port) });
		};
		const members = {
			main: main.child,
			webhook: await addMember(['webhook'], webhookPort, { N8N_PORT: String(webhookPort) }),
			'worker 1': await worker(),
			'worker 2': await worker(),
		};
		return { sandbox, database, main, webhookUrl, members, close };
	} catch (error) {
		await close();
		throw error;
	}
}
