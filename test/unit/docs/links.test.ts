import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { ROOT } from '../../../scripts/package';

const PAGES = ['.', 'docs'].flatMap((folder) =>
	readdirSync(join(ROOT, folder)).filter((file) => file.endsWith('.md')).map((file) => join(folder, file)),
);

test.each(PAGES)('%s links to files that are there', (page) => {
	const text = readFileSync(join(ROOT, page), 'utf8');
	const targets = [...text.matchAll(/(?:\]\(|src="|srcset=")([^)#\s"]+)/g)].map(([, target = '']) => target);
	const files = targets.filter((target) => !/^[a-z]+:/.test(target));
	expect(files.filter((file) => !existsSync(join(ROOT, dirname(page), file)))).toEqual([]);
});
