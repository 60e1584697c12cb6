import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { withTable } from '../../test/faults/reliability-table';
import { ROOT } from '../package';

/** `npm run docs:reliability`: puts the fault matrix into docs/reliability.md. */
const FILE = join(ROOT, 'docs', 'reliability.md');

writeFileSync(FILE, withTable(readFileSync(FILE, 'utf8')));
console.log('docs/reliability.md is up to date.');
