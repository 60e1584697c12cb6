import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ERROR_KINDS } from '../../../nodes/core/errors';
import { ROOT } from '../../../scripts/package';

test('docs/errors.md explains every kind of error, and no other', () => {
	const page = readFileSync(join(ROOT, 'docs', 'errors.md'), 'utf8');
	const explained = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, kind]) => kind);
	expect(explained).toEqual([...ERROR_KINDS]);
});
