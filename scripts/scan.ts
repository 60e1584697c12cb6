/**
 * Runs n8n's own package scanner, as its verification does, on the source and on what `npm pack` ships.
 * Errors and warnings both fail. Only the three rules that concern n8n Cloud alone are off: eslint.config.mjs
 * turns them on again for everything but the transport room.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ESLint, type Linter } from 'eslint';

import { packPackage, ROOT, unpackPackage } from './package';

/** Rules about n8n Cloud, where a package may have no dependencies and open no sockets. */
const CLOUD_ONLY: Linter.RulesRecord = {
	'@n8n/community-nodes/no-restricted-imports': 'off',
	'@n8n/community-nodes/no-restricted-globals': 'off',
	'@n8n/community-nodes/no-runtime-dependencies': 'off',
};

/** Number of files and findings, the latter printed. */
async function scan(cwd: string, patterns: string[], config: Linter.Config[]): Promise<{ files: number; findings: number }> {
	const eslint = new ESLint({
		cwd,
		allowInlineConfig: false,
		overrideConfigFile: true,
		overrideConfig: [...config, { rules: CLOUD_ONLY }],
	});
	const results = await eslint.lintFiles(patterns);
	const findings = results.reduce((sum, result) => sum + result.errorCount + result.warningCount, 0);
	if (findings > 0) console.error(await (await eslint.loadFormatter('stylish')).format(results));
	return { files: results.length, findings };
}

async function main(): Promise<void> {
	if (!existsSync(join(ROOT, 'dist'))) throw new Error('Nothing is built yet. Run "npm run build" first.');
	const { SOURCE_FILE_PATTERNS, buildScanConfig } = await import('@n8n/scan-community-package/scanner/scanner.mjs');
	const config = await buildScanConfig();
	const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-gpt-image-scan-'));
	try {
		const source = await scan(ROOT, SOURCE_FILE_PATTERNS, config);
		const unpacked = join(folder, 'package');
		unpackPackage(packPackage(folder), unpacked);
		const tarball = await scan(unpacked, ['**/*.js', 'package.json'], config);
		console.log(`Source: ${source.files} files, ${source.findings} findings. Tarball: ${tarball.files} files, ${tarball.findings} findings.`);
		if (source.findings + tarball.findings > 0) process.exitCode = 1;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
