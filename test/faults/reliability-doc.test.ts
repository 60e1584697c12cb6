import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { withTable } from './reliability-table';

it('is published as it is tested: run "npm run docs:reliability" after a change', () => {
	const document = readFileSync(join(__dirname, '../../docs/reliability.md'), 'utf8');
	expect(document).toBe(withTable(document));
});
