import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { startProgram } from '../support/child';
import type { Child } from '../support/child';
import { freePort } from '../support/free-port';

const POSTGRES_VERSIONS = '/usr/lib/postgresql';
const REDIS = '/usr/bin/redis-server';
const READY_DEADLINE_MS = 30_000;
const LOOK_MS = 100;

/** A service of the cluster, on loopback and with its data in the run's folder. */
export interface Service {
	port: number;
	child: Child;
}

export interface Database extends Service {
	user: string;
	name: string;
	/** Runs a query; resolves to its rows as text. */
	query(sql: string): string[][];
}

/** Installs PostgreSQL and Redis from Debian's packages where they are missing. Throws without the rights to. */
export function installServices(log: (line: string) => void): void {
	const missing = [...(existsSync(POSTGRES_VERSIONS) ? [] : ['postgresql']), ...(existsSync(REDIS) ? [] : ['redis-server'])];
	if (missing.length === 0) return;
	if (process.getuid?.() !== 0) throw new Error(`Install ${missing.join(' and ')} first: apt-get install ${missing.join(' ')}`);
	log(`Installing ${missing.join(' and ')} from Debian's packages.`);
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	execFileSync('apt-get', ['update', '-q'], { env, stdio: 'ignore' });
	execFileSync('apt-get', ['install', '-qy', '--no-install-recommends', ...missing], { env, stdio: 'ignore' });
}

/** PostgreSQL does not run as root: there, Debian's user for it takes over. */
function postgresUser(): { uid?: number; gid?: number } {
	if (process.getuid?.() !== 0) return {};
	const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
	return { uid: id('-u'), gid: id('-g') };
}

async function whenReady(name: string, child: Child, isReady: () => boolean): Promise<void> {
	const deadline = Date.now() + READY_DEADLINE_MS;
	while (!isReady()) {
		if (Date.now() > deadline) {
			await child.stop();
			throw new Error(`${name} was not ready after ${READY_DEADLINE_MS / 1_000} s. Its last lines:\n${child.tail()}`);
		}
		await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
	}
}

function succeeds(program: string, args: string[]): boolean {
	try {
		execFileSync(program, args, { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
}

/** Starts a new PostgreSQL with Debian's default settings. */
export async function startPostgres(folder: string): Promise<Database> {
	const version = readdirSync(POSTGRES_VERSIONS).sort((one, other) => Number(other) - Number(one))[0] ?? '';
	const program = (name: string) => join(POSTGRES_VERSIONS, version, 'bin', name);
	const home = join(folder, 'postgres');
	const user = postgresUser();
	mkdirSync(home);
	// The way to its data must be open to the other user.
	chmodSync(folder, 0o711);
	if (user.uid !== undefined && user.gid !== undefined) chownSync(home, user.uid, user.gid);
	const data = join(home, 'data');
	execFileSync(program('initdb'), ['-D', data, '-U', 'n8n', '-A', 'trust', '-E', 'UTF8'], { ...user, cwd: home, stdio: 'ignore' });

	const port = await freePort();
	const child = startProgram(program('postgres'), ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', home], { user });
	const place = ['-h', '127.0.0.1', '-p', String(port), '-U', 'n8n', '-d', 'postgres'];
	await whenReady('PostgreSQL', child, () => succeeds(program('psql'), [...place, '-c', 'select 1']));
	return {
		port,
		child,
		user: 'n8n',
		name: 'postgres',
		query: (sql) =>
			execFileSync(program('psql'), [...place, '-tA', '-F', '\t', '-c', sql], { encoding: 'utf8' })
				.split('\n')
				.filter(Boolean)
				.map((line) => line.split('\t')),
	};
}

/** Starts a new Redis that writes nothing to disk. */
export async function startRedis(folder: string): Promise<Service> {
	const port = await freePort();
	const child = startProgram(REDIS, ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no', '--dir', folder]);
	await whenReady('Redis', child, () => child.tail().includes('Ready to accept connections'));
	return { port, child };
}
