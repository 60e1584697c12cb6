import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ensureHost } from '../../scripts/host/install';
import { packPackage } from '../../scripts/package';
import { startSandbox } from '../sandbox';
import type { Sandbox, SandboxOptions } from '../sandbox';
import { startN8n } from './n8n-host';
import type { N8n } from './n8n-host';
import { n8nCommand, prepareInstance } from './n8n-instance';
import { sandboxCredentials } from './sandbox-credentials';

export interface SandboxedN8n {
	sandbox: Sandbox;
	n8n: N8n;
	/** Starts n8n again on the same folder and port, after `n8n.stop()` or `n8n.kill()`. */
	restart(): Promise<N8n>;
	/** Runs an n8n command on the same folder, e.g. `execute --id=…`; resolves to what it printed. */
	command(args: string[]): Promise<string>;
	/** Where n8n keeps the file of a binary with this id. */
	storedFile(binaryId: string): string;
	/** The bytes of all that n8n keeps besides files: its database with what is not yet merged in, its event log, its settings. */
	writtenDown(): Buffer;
	close(): Promise<void>;
}

export interface SandboxedOptions {
	/** Files with exported workflows to import. */
	workflows: string[];
	sandbox?: SandboxOptions;
	env?: Record<string, string>;
}

function topLevelFiles(folder: string): Buffer {
	const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
	return Buffer.concat(files.map(({ name }) => readFileSync(join(folder, name))));
}

/** A full n8n in a folder of its own, with the packed package, and credentials for a sandbox of its own. */
export async function startSandboxedN8n({ workflows, sandbox: options, env }: SandboxedOptions): Promise<SandboxedN8n> {
	const host = await ensureHost({ log: (line) => process.stderr.write(`${line}\n`) });
	const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-gpt-image-e2e-'));
	const userFolder = join(folder, 'user');
	const sandbox = await startSandbox(options);
	const close = async (n8n?: N8n) => {
		await n8n?.stop();
		await sandbox.close();
		rmSync(folder, { recursive: true, force: true });
	};
	try {
		const tarball = packPackage(folder);
		await prepareInstance({ host, userFolder, tarball, credentials: sandboxCredentials(sandbox), workflows });
		const start = async (port?: number) => await startN8n({ host, userFolder, env, ...(port !== undefined && { port }) });
		const running: SandboxedN8n = {
			sandbox,
			n8n: await start(),
			restart: async () => (running.n8n = await start(Number(new URL(running.n8n.url).port))),
			command: async (args) => await n8nCommand(host, userFolder, args),
			storedFile: (binaryId) => join(userFolder, '.n8n', 'storage', binaryId.replace(/^filesystem-v2:/, '')),
			writtenDown: () => topLevelFiles(join(userFolder, '.n8n')),
			close: async () => await close(running.n8n),
		};
		return running;
	} catch (error) {
		await close();
		throw error;
	}
}
