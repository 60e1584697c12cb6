import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { packPackage, ROOT } from '../../scripts/package';
import { medianOf, type Figure } from './measure';

const LOAD = `
const start = process.hrtime.bigint();
for (const node of ['GenerateImage', 'EditImage', 'PollTask', 'EstimateCost']) new (Object.values(require('./dist/nodes/' + node + '/' + node + '.node.js'))[0])();
const ms = Number(process.hrtime.bigint() - start) / 1e6;
const undici = Object.keys(require.cache).some((file) => file.includes('node_modules/undici/'));
console.log(JSON.stringify({ ms, undici }));`;

/** What n8n pays for having the package, before anybody uses it. Needs a build. */
export function measureLoading(): Figure[] {
	// n8n has these two loaded before any package.
	const code = `require('n8n-workflow'); require('zod'); ${LOAD}`;
	const run = () => JSON.parse(execFileSync('node', ['--eval', code], { cwd: ROOT, encoding: 'utf8' })) as { ms: number; undici: boolean };
	return [
		{ what: 'loading the four nodes', value: `${medianOf(() => run().ms).toFixed(0)} ms`, target: 'under 100 ms' },
		{ what: 'undici loaded with them', value: run().undici ? 'yes' : 'no', target: 'no' },
	];
}

/** Size of the package as published. */
export function measureTarball(): Figure {
	const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-gpt-image-bench-'));
	try {
		return { what: 'packed package', value: `${(statSync(packPackage(folder)).size / 1_000).toFixed(0)} kB`, target: 'under 150 kB' };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
