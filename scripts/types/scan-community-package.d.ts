/** The scanner of n8n ships without types; these are the two exports that `npm run scan` uses. */
declare module '@n8n/scan-community-package/scanner/scanner.mjs' {
	import type { Linter } from 'eslint';

	/** Globs of the source files that n8n's verification lints. */
	export const SOURCE_FILE_PATTERNS: string[];

	/** The ESLint configuration of n8n's verification. */
	export function buildScanConfig(): Promise<Linter.Config[]>;
}
