import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';

import { ROOT } from '../package';

export interface HostPaths {
	/** Folder of the pinned n8n: its package.json, lock and node_modules. */
	folder: string;
	/** The script that Node runs: `node <bin> start`. */
	bin: string;
	version: string;
}

const FOLDER = join(ROOT, 'test', 'host');
const STAMP = join(FOLDER, 'node_modules', '.installed');

/** The native modules n8n cannot start without; nothing else's install script is run. */
const NATIVE = ['sqlite3', 'isolated-vm'];

const PROGRESS_MS = 10_000;
const MEGABYTE = 1_000_000;

/**
 * Installs the pinned n8n on first use; afterwards a stamp with the lock file's hash lets it return at once.
 *
 * @param log told how large the install is and, every ten seconds, how far it has come
 * @throws one sentence that says what failed
 */
export async function ensureHost({ log }: { log: (line: string) => void }): Promise<HostPaths> {
	const lock = createHash('sha256').update(readFileSync(join(FOLDER, 'package-lock.json'))).digest('hex');
	const { dependencies } = JSON.parse(readFileSync(join(FOLDER, 'package.json'), 'utf8')) as { dependencies: { n8n: string } };
	const host = { folder: FOLDER, bin: join(FOLDER, 'node_modules', 'n8n', 'bin', 'n8n'), version: dependencies.n8n };
	if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lock) return host;

	rmSync(STAMP, { force: true });
	log(`Installing n8n ${host.version} once, into test/host: about 2.2 GB on disk, 3 minutes on a fast line.`);
	const progress = await reportProgress(log);
	try {
		await run('npm', ['ci', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund']);
		log(`  Building ${NATIVE.join(' and ')}.`);
		await run('npm', ['rebuild', ...NATIVE, '--ignore-scripts=false']);
		// A build against the headers of another Node would fail here, not in the middle of a run.
		await run(process.execPath, ['-e', NATIVE.map((name) => `require('${name}')`).join(';')]);
	} finally {
		progress.stop();
	}
	writeFileSync(STAMP, lock);
	log(`n8n ${host.version} is installed.`);
	return host;
}

/** Tells every ten seconds how much has been written: npm itself shows nothing until it is done. */
async function reportProgress(log: (line: string) => void): Promise<{ stop(): void }> {
	const startedAt = Date.now();
	const free = async () => await statfs(ROOT).then(({ bavail, bsize }) => bavail * bsize);
	const before = await free();
	const timer = setInterval(() => {
		void free().then((now) => {
			const seconds = Math.round((Date.now() - startedAt) / 1000);
			log(`  ${seconds} s, about ${Math.max(0, Math.round((before - now) / MEGABYTE))} MB of 2.2 GB`);
		});
	}, PROGRESS_MS);
	return { stop: () => clearInterval(timer) };
}

async function run(command: string, args: string[]): Promise<void> {
	// "npm start --silent" hands its silence down, and with it the reason of a failure.
	const env = { ...process.env, npm_config_loglevel: 'error' };
	const child = spawn(command, args, { cwd: FOLDER, env, stdio: ['ignore', 'ignore', 'pipe'] });
	let errors = '';
	child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
	const code = await new Promise<number | null>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', resolve);
	});
	if (code === 0) return;
	throw new Error(`n8n could not be installed: "${command} ${args[0]}" ended with code ${code}. ${reasonIn(errors)}`);
}

/** The line of npm's complaint that says why: the first that is neither empty nor a mere code. */
function reasonIn(output: string): string {
	const lines = output.split('\n').filter((line) => !line.startsWith('npm warn'));
	const told = lines.map((line) => line.replace(/^npm error ?/, '').trim());
	return told.find((line) => line !== '' && !/^(code|errno|syscall) /.test(line)) ?? '';
}
