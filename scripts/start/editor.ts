import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Sandbox } from '../../test/sandbox';
import { writeExamples } from '../../test/support/examples';
import { startN8n } from '../../test/support/n8n-host';
import type { N8n } from '../../test/support/n8n-host';
import { prepareInstance } from '../../test/support/n8n-instance';
import { sandboxCredentials } from '../../test/support/sandbox-credentials';
import { ensureHost } from '../host/install';
import { ROOT } from '../package';

const EDITOR_PORT = 5678;

/** Where the examples save their files: the one folder that this n8n may write to. */
const OUTPUT = join(ROOT, 'demo-output');

/** Starts a full n8n with the package, credentials for the sandbox and the examples in it. */
export async function startEditor(tarball: string, sandbox: Sandbox, log: (line: string) => void): Promise<N8n> {
	const host = await ensureHost({ log });
	const userFolder = join(ROOT, '.n8n-host');
	mkdirSync(OUTPUT, { recursive: true });
	const workflows = writeExamples(join(userFolder, 'examples'), { filesUrl: sandbox.filesUrl, folder: OUTPUT });
	await prepareInstance({ host, userFolder, tarball, credentials: sandboxCredentials(sandbox), workflows }, log);
	log('Starting n8n.');
	return await startN8n({ host, userFolder, port: EDITOR_PORT, env: { N8N_RESTRICT_FILE_ACCESS_TO: OUTPUT } });
}
