/**
 * `npm run bench`: what the package costs, by itself and in a real n8n beside n8n's own OpenAI node. Takes about
 * twenty minutes on an idle machine with Linux. `npm run bench -- batch tasks --rounds 1` runs some sections, to look at.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { markdownTable } from '../../scripts/docs/markdown';
import { ensureBuilt, ROOT } from '../../scripts/package';
import { measureBatch } from './batch';
import { measureDecoder, measureQuotes } from './core';
import { measureLarge } from './large';
import { ROUNDS, type Section } from './measure';
import { measureLoading, measureTarball } from './package-load';
import { measureScale } from './scale';
import { measureTasks } from './tasks';

const SECTIONS: Record<string, (rounds: number) => Promise<Section>> = {
	batch: measureBatch,
	large: measureLarge,
	tasks: measureTasks,
	scale: measureScale,
	package: async () => ({
		title: 'The package by itself',
		figures: [await measureQuotes(), ...(await measureDecoder()), ...measureLoading(), measureTarball()],
	}),
};

function sectionText({ title, figures }: Section): string {
	const rows = figures.map(({ what, value, target = '' }) => [what, value, target]);
	return [`## ${title}`, '', markdownTable(['What', 'Measured', 'Target'], rows), ''].join('\n');
}

function page(tables: string[]): string {
	const [cpu] = cpus();
	const machine = `${cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`;
	const host = JSON.parse(readFileSync(join(ROOT, 'test', 'host', 'package.json'), 'utf8')) as { dependencies: { n8n: string } };
	return [
		'# Benchmarks',
		'',
		`Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}; ${machine}. Medians of five rounds.`,
		'',
		`A real n8n (${host.dependencies.n8n}) with its files on disk runs the same items through this package and through the OpenAI node that comes`,
		'with n8n, in turns, against the sandbox on the same machine. Memory is the peak of the n8n process, CPU is its user',
		'and system time, each beyond those of a workflow that does nothing with the same items. The bare script fetches,',
		'decodes and writes with nothing but Node.',
		'',
		...tables,
	].join('\n');
}

async function main(): Promise<void> {
	const { positionals, values } = parseArgs({ allowPositionals: true, options: { rounds: { type: 'string', default: String(ROUNDS) } } });
	const stranger = positionals.find((name) => !(name in SECTIONS));
	if (stranger) throw new Error(`There is no section "${stranger}"; there are ${Object.keys(SECTIONS).join(', ')}.`);
	ensureBuilt();
	const tables: string[] = [];
	for (const [name, measure] of Object.entries(SECTIONS)) {
		if (positionals.length > 0 && !positionals.includes(name)) continue;
		const text = sectionText(await measure(Number(values.rounds)));
		console.log(text);
		tables.push(text);
	}
	// Only the whole is published.
	if (tables.length === Object.keys(SECTIONS).length) writeFileSync(join(ROOT, 'docs', 'benchmarks.md'), page(tables));
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
