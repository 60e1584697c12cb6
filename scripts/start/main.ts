/**
 * `npm start`: the main job on n8n's own engine first, then a full n8n with the package, credentials and examples in it.
 * `npm start -- --once` ends after the main job; its exit code says whether every image arrived.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { startSandbox } from '../../test/sandbox';
import type { Sandbox } from '../../test/sandbox';
import { freePort } from '../../test/support/free-port';
import { ensureBuilt, packPackage } from '../package';
import { runDemo } from './demo';
import { startEditor } from './editor';

const SANDBOX_PORT = 8787;
const FILES_PORT = 8788;

/** Long enough to watch a task, short enough for an impatient newcomer. */
const TASK_MS = 4_000;

/** What has to be ended, last started first. */
const endings: Array<() => Promise<void> | void> = [];

const log = (line: string) => console.log(line);

let ending = false;

/** Ends everything and leaves. A second call, as from a second Ctrl-C, waits for the first. */
async function end(code: number): Promise<void> {
	if (ending) return;
	ending = true;
	for (const close of endings.reverse()) await close();
	process.exit(code);
}

async function main(): Promise<void> {
	const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } });
	const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-gpt-image-pack-'));
	endings.push(() => rmSync(folder, { recursive: true, force: true }));

	log('Building and packing the package.');
	ensureBuilt();
	const tarball = packPackage(folder);
	// The same ports each time where they are free, so that credentials in the editor stay valid.
	const sandbox = await startSandbox({
		port: await freePort(SANDBOX_PORT),
		filesPort: await freePort(FILES_PORT),
		taskMs: TASK_MS,
	});
	endings.push(() => sandbox.close());
	log(`The sandbox stands in for the five providers on ${sandbox.url}. Nothing here costs money.\n`);

	const done = await runDemo(tarball, sandbox, log);
	log(done ? '\nThe main job is done. The images are in demo-output/.\n' : '\nThe main job did not bring every image.\n');
	if (values.once || !done) return await end(done ? 0 : 1);
	await edit(tarball, sandbox);
}

async function edit(tarball: string, sandbox: Sandbox): Promise<void> {
	const n8n = await startEditor(tarball, sandbox, log);
	endings.push(() => n8n.stop());
	log(`\nn8n is ready:   ${n8n.url}\n  E-mail        ${n8n.login.email}\n  Password      ${n8n.login.password}`);
	log(`  Billed so far ${sandbox.url}/_sandbox/ledger\n\nCtrl-C ends everything.`);
	const code = await n8n.child.exited;
	if (ending) return;
	log(`n8n has ended with code ${code}. Its last lines:\n${n8n.child.tail()}`);
	await end(1);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(signal, () => void end(0));
}
main().catch(async (error: unknown) => {
	console.error(error instanceof Error ? error.message : String(error));
	await end(1);
});
