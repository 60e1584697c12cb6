import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** The repository. */
export const ROOT = join(__dirname, '..');

/** What n8n brings along for every package, so that a package need not ship it. */
const PROVIDED_BY_N8N = ['n8n-workflow', 'p-limit', 'lodash', 'luxon'];

/** Builds the package unless `dist/` is younger than every source. Returns whether it built. */
export function ensureBuilt(): boolean {
	const sources = ['nodes', 'credentials', 'package.json', 'tsconfig.json'].map((path) => newest(join(ROOT, path)));
	const built = join(ROOT, 'dist', 'nodes');
	if (existsSync(built) && newest(built) >= Math.max(...sources)) return false;
	execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
	return true;
}

/** Packs the built package into `folder`, as it would be published; returns the tarball's path. */
export function packPackage(folder: string): string {
	const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
	const [tarball] = JSON.parse(execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) as Array<{
		filename: string;
	}>;
	if (!tarball) throw new Error('npm pack made no tarball');
	return join(folder, tarball.filename);
}

/** Unpacks a tarball of npm's into `folder`, which is made. */
export function unpackPackage(tarball: string, folder: string): void {
	mkdirSync(folder, { recursive: true });
	execFileSync('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
}

/**
 * Unpacks a tarball below `folder` so that it can be loaded: only its declared `dependencies` and what n8n provides
 * resolve, linked from this repository. A dependency that is used and not declared does not load.
 *
 * @returns the package's folder
 */
export function linkPackage(tarball: string, folder: string): string {
	const modules = join(folder, 'node_modules');
	const packageDir = join(modules, 'n8n-nodes-gpt-image');
	unpackPackage(tarball, packageDir);
	const { dependencies } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
	for (const name of new Set([...Object.keys(dependencies), ...PROVIDED_BY_N8N])) {
		symlinkSync(join(ROOT, 'node_modules', name), join(modules, name), 'junction');
	}
	return packageDir;
}

/** Time of the youngest file in or at `path`, in ms. */
function newest(path: string): number {
	if (!statSync(path).isDirectory()) return statSync(path).mtimeMs;
	const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
	return Math.max(0, ...files.map((file) => statSync(join(file.parentPath, file.name)).mtimeMs));
}
