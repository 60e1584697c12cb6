import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import type { INodeExecutionData } from 'n8n-workflow';

import type { Sandbox } from '../../test/sandbox';
import { createEngine } from '../../test/support/engine';
import type { Engine, RunResult } from '../../test/support/engine';
import { sandboxCredentials } from '../../test/support/sandbox-credentials';
import { ROOT, linkPackage } from '../package';
import { DEMO, STEPS } from './demo-workflow';
import { table } from './table';

/** What the table shows of a completed item. */
interface CompletedItem {
	provider: string;
	model: string;
	image: { width: number; height: number; format: string };
	cost: { estimated: number | null };
	timing: { totalMs: number };
}

const OUTPUT = join(ROOT, 'demo-output');
const PROGRESS_MS = 1_000;

/**
 * Runs the main job: the packed package on n8n's own engine, against the sandbox. Saves the images to `demo-output/`.
 *
 * @returns whether every image arrived
 */
export async function runDemo(tarball: string, sandbox: Sandbox, log: (line: string) => void): Promise<boolean> {
	const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-gpt-image-'));
	const credentials = Object.fromEntries(sandboxCredentials(sandbox).map(({ type, data }) => [type, data]));
	try {
		const engine = await createEngine({ packageDir: linkPackage(tarball, folder), credentials });
		try {
			return await run(engine, sandbox, log);
		} finally {
			await engine.close();
		}
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

async function run(engine: Engine, sandbox: Sandbox, log: (line: string) => void): Promise<boolean> {
	const startedAt = Date.now();
	const seconds = () => ((Date.now() - startedAt) / 1000).toFixed(1).padStart(5);
	const timer = setInterval(() => {
		const waiting = sandbox.tasks().filter(({ finishesAt }) => finishesAt > Date.now());
		for (const task of waiting) log(`${seconds()} s  ${task.provider} is drawing ${task.id}`);
	}, PROGRESS_MS);
	let result: RunResult;
	try {
		result = await engine.run(DEMO, {
			onNodeDone: (node) => log(`${seconds()} s  ${node} is done${STEPS[node] ? `: ${STEPS[node]}` : ''}`),
		});
	} finally {
		clearInterval(timer);
	}
	if (result.error) log(`The workflow stopped: ${result.error.message}`);
	const rows = await saveImages(engine, result);
	if (rows.length > 0) {
		log('');
		table([['Provider', 'Model', 'Size', 'Seconds', 'Estimated cost', 'File'], ...rows]).forEach(log);
	}
	return !result.error && rows.length === Object.keys(STEPS).length;
}

/** Writes each image to a file and returns its row of the table. */
async function saveImages(engine: Engine, { outputs }: RunResult): Promise<string[][]> {
	mkdirSync(OUTPUT, { recursive: true });
	const items = Object.keys(STEPS).flatMap((name) => outputs[name]?.[0] ?? []);
	const images = items.filter(({ binary }) => binary !== undefined);
	return await Promise.all(images.map(async (item, index) => await saveImage(engine, item, index)));
}

async function saveImage(engine: Engine, item: INodeExecutionData, index: number): Promise<string[]> {
	const { provider, model, image, cost, timing } = item.json as unknown as CompletedItem;
	const size = `${image.width}x${image.height}`;
	const file = join(OUTPUT, `${index + 1}-${provider}-${size}.${image.format}`);
	writeFileSync(file, await engine.binary(item));
	const price = cost.estimated === null ? 'unknown' : `$${cost.estimated}`;
	return [provider, model, size, (timing.totalMs / 1000).toFixed(1), price, relative(ROOT, file)];
}
