/**
 * Makes node_modules/.bin/node a Node 24, whatever Node the machine has: n8n 2.40 needs it.
 * npm puts that folder first on PATH, so every later script runs on it. Plain JavaScript, as the
 * machine's own Node may be too old for anything else.
 */
const { spawnSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');
const binary = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

if (!existsSync(join(root, 'node_modules', 'node'))) {
	console.error('The dependencies are not installed. Run "npm ci" first.');
	process.exit(1);
}

if (!existsSync(binary)) {
	// The binary is put there by an install script, and .npmrc turns those off.
	const rebuilt = spawnSync('npm', ['rebuild', 'node', '--ignore-scripts=false'], {
		cwd: root,
		stdio: ['ignore', 'ignore', 'inherit'],
		shell: process.platform === 'win32',
	});
	if (rebuilt.status !== 0 || !existsSync(binary)) {
		console.error('Node 24 could not be installed. Check the connection to the npm registry and run the command again.');
		process.exit(1);
	}
}
