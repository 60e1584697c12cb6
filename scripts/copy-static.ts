/** Puts what tsc does not compile beside the compiled files: icons and the codex JSON of the nodes. */
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');
const STATIC = /\.(svg|png|node\.json)$/;

for (const folder of ['nodes', 'credentials']) {
	for (const file of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })) {
		if (STATIC.test(file)) cpSync(join(ROOT, folder, file), join(ROOT, 'dist', folder, file));
	}
}
