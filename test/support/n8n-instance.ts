import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import type { HostPaths } from '../../scripts/host/install';
import { ROOT, unpackPackage } from '../../scripts/package';
import { startChild } from './child';
import { freePort } from './free-port';
import { registerPackage } from './n8n-packages';
import type { ImportedCredential } from './sandbox-credentials';

export interface InstanceSetup {
	host: HostPaths;
	/** What n8n calls its user folder: `.n8n` with the database, the files and the community packages is made in it. */
	userFolder: string;
	/** The packed package. */
	tarball: string;
	credentials: ImportedCredential[];
	/** Files with exported workflows; each needs an `id`. */
	workflows: string[];
	/** Another database than the folder's own SQLite: n8n's variables for it. */
	database?: Record<string, string>;
}

/** The owner of every instance that is set up here. Each listens on loopback only. */
export const LOGIN = { email: 'owner@example.com', password: 'Sandbox2026' };

/** bcrypt hash of the password above. */
const PASSWORD_HASH = '$2a$10$GgyT9i/wAlbvI3AQ/Q9b2.7pWg8NfencrFIXyomZd3rGcpQNmtNf.';

const PACKAGE = 'n8n-nodes-gpt-image';

/** The environment of an n8n that calls nobody: no telemetry, no news, no templates. */
export async function n8nEnvironment(userFolder: string, more: Record<string, string> = {}): Promise<NodeJS.ProcessEnv> {
	return {
		...process.env,
		// A test runner's "test" would switch n8n into its own test mode.
		NODE_ENV: 'production',
		PATH: [join(ROOT, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
		N8N_USER_FOLDER: userFolder,
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: '127.0.0.1',
		N8N_SECURE_COOKIE: 'false',
		N8N_RUNNERS_BROKER_PORT: String(await freePort(5679)),
		N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
		N8N_INSTANCE_OWNER_MANAGED_BY_ENV: 'true',
		N8N_INSTANCE_OWNER_EMAIL: LOGIN.email,
		N8N_INSTANCE_OWNER_FIRST_NAME: 'Sandbox',
		N8N_INSTANCE_OWNER_LAST_NAME: 'Owner',
		N8N_INSTANCE_OWNER_PASSWORD_HASH: PASSWORD_HASH,
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		...more,
	};
}

/** Runs an n8n command to its end. Throws with its last lines where it fails. */
export async function n8nCommand(host: HostPaths, userFolder: string, args: string[], env?: Record<string, string>): Promise<string> {
	const lines: string[] = [];
	const child = startChild([host.bin, ...args], await n8nEnvironment(userFolder, env), (line) => lines.push(line));
	const code = await child.exited;
	if (code !== 0) throw new Error(`n8n ${args[0]} ended with code ${code}: ${child.tail()}`);
	return lines.join('\n');
}

/**
 * Makes the user folder ready: the package installed as n8n's own community installer does it, credentials and
 * workflows imported. What has not changed since the last time is left alone, so a user's edits stay.
 */
export async function prepareInstance(setup: InstanceSetup, log: (line: string) => void = () => undefined): Promise<void> {
	const { host, userFolder, tarball, credentials, database } = setup;
	mkdirSync(userFolder, { recursive: true });
	await onceFor(userFolder, 'package', readFileSync(tarball), async () => {
		log('Installing the package into n8n.');
		installPackage(tarball, join(userFolder, '.n8n', 'nodes'));
	});
	await onceFor(userFolder, 'credentials', JSON.stringify(credentials), async () => {
		log(`Importing ${credentials.length} credentials.`);
		const file = join(userFolder, 'credentials.json');
		writeFileSync(file, JSON.stringify(credentials), { mode: 0o600 });
		await n8nCommand(host, userFolder, ['import:credentials', `--input=${file}`], database);
		rmSync(file);
	});
	await importWorkflows(setup, log);
	// n8n loads the package from the folder; the table is what its settings page lists.
	if (!database) registerPackage(join(userFolder, '.n8n'));
}

/** All that are new in one run of n8n, as each run takes seconds. */
async function importWorkflows({ host, userFolder, workflows, database }: InstanceSetup, log: (line: string) => void): Promise<void> {
	const wanted = workflows.map((file) => {
		const content = readFileSync(file);
		const { id } = JSON.parse(content.toString()) as { id: string };
		return { content, stamp: stampOf(userFolder, `workflow-${id}`, content), fileName: `${id}.json` };
	});
	const missing = wanted.filter(({ stamp }) => !stamp.isSet());
	if (missing.length === 0) return;
	log(missing.length === 1 ? 'Importing a workflow.' : `Importing ${missing.length} workflows.`);
	const folder = join(userFolder, 'import');
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder);
	for (const { content, fileName, stamp } of missing) {
		stamp.clear();
		writeFileSync(join(folder, fileName), content);
	}
	await n8nCommand(host, userFolder, ['import:workflow', '--separate', `--input=${folder}`], database);
	rmSync(folder, { recursive: true });
	for (const { stamp } of missing) stamp.set();
}

/** What n8n's community installer does once it has a tarball (CommunityPackagesService.downloadPackage). */
function installPackage(tarball: string, nodesFolder: string): void {
	const folder = join(nodesFolder, 'node_modules', PACKAGE);
	rmSync(folder, { recursive: true, force: true });
	unpackPackage(tarball, folder);
	const file = join(folder, 'package.json');
	const manifest = JSON.parse(readFileSync(file, 'utf8')) as { version: string } & Record<string, unknown>;
	for (const field of ['devDependencies', 'peerDependencies', 'optionalDependencies']) delete manifest[field];
	writeFileSync(file, JSON.stringify(manifest, null, 2));
	const flags = ['--audit=false', '--fund=false', '--bin-links=false', '--install-strategy=shallow', '--ignore-scripts=true', '--package-lock=false'];
	execFileSync('npm', ['install', ...flags], { cwd: folder, stdio: 'ignore' });
	const ledger = { name: 'installed-nodes', private: true, dependencies: { [PACKAGE]: manifest.version } };
	writeFileSync(join(nodesFolder, 'package.json'), JSON.stringify(ledger, null, 2));
}

/** Remembers in the user folder that something was done for this content. */
function stampOf(userFolder: string, name: string, content: string | Buffer): { isSet(): boolean; clear(): void; set(): void } {
	const stamps = join(userFolder, 'done');
	const stamp = join(stamps, name);
	const hash = createHash('sha256').update(content).digest('hex');
	return {
		isSet: () => existsSync(stamp) && readFileSync(stamp, 'utf8') === hash,
		clear: () => rmSync(stamp, { force: true }),
		set() {
			mkdirSync(stamps, { recursive: true });
			writeFileSync(stamp, hash);
		},
	};
}

/** Does `work` unless it was done in this folder for the same content. */
async function onceFor(userFolder: string, name: string, content: string | Buffer, work: () => Promise<void>): Promise<void> {
	const stamp = stampOf(userFolder, name, content);
	if (stamp.isSet()) return;
	stamp.clear();
	await work();
	stamp.set();
}
