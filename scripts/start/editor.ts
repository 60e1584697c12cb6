import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Sandbox } from '../../test/sandbox';
import { startN8n } from '../../test/support/n8n-host';
import type { N8n } from '../../test/support/n8n-host';
import { prepareInstance } from '../../test/support/n8n-instance';
import { sandboxCredentials } from '../../test/support/sandbox-credentials';
import { ensureHost } from '../host/install';
import { ROOT } from '../package';

const EXAMPLES = join(ROOT, 'examples');
const EDITOR_PORT = 5678;

/** Starts a full n8n with the package, credentials for the sandbox and the examples in it. */
export async function startEditor(tarball: string, sandbox: Sandbox, log: (line: string) => void): Promise<N8n> {
	const host = await ensureHost({ log });
	const userFolder = join(ROOT, '.n8n-host');
	const workflows = readdirSync(EXAMPLES)
		.filter((file) => file.endsWith('.json'))
		.map((file) => join(EXAMPLES, file));
	await prepareInstance({ host, userFolder, tarball, credentials: sandboxCredentials(sandbox), workflows }, log);
	log('Starting n8n.');
	return await startN8n({ host, userFolder, port: EDITOR_PORT });
}
