import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { providersPage, readmeTable, withTable } from '../../../scripts/docs/providers';
import { ROOT } from '../../../scripts/package';

const read = (...path: string[]) => readFileSync(join(ROOT, ...path), 'utf8');

/** The cells of a model's row. */
function row(text: string, ...begin: string[]): string {
	const start = `| ${begin.join(' | ')} |`;
	return text.split('\n').find((line) => line.startsWith(start)) ?? '';
}

test('README.md and docs/providers.md are what npm run docs:providers writes', () => {
	expect(read('README.md')).toBe(withTable(read('README.md')));
	expect(read('docs', 'providers.md')).toBe(providersPage());
});

test.each([
	['ToAPIs', '`gpt-image-2`', '1K $0.015, 2K $0.02, 4K $0.025'],
	['UniAll AI', '`gpt-image-2-origin`', '1K $0.01836, 2K $0.05576, 4K $0.11424'],
	['Unifically', '`gpt-image-2`', '1K $0.03, 2K $0.05, 4K $0.06'],
	['APIYI', '`gpt-image-2-all`', '$0.03'],
	['UniAll AI', '`gpt-image-2`', 'not known'],
])('the README prices %s %s at %s', (provider, model, price) => {
	expect(row(readmeTable(), provider, model, price)).not.toBe('');
});

test('a model that is gone says what to use instead', () => {
	expect(row(providersPage(), '`gpt-image-1`')).toContain('retired since 2026-10-23, use gpt-image-2');
});

test('a README without the marks is refused', () => {
	expect(() => withTable('# Title\n')).toThrow('needs the lines');
});
