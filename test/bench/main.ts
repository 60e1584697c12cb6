/** `npm run bench`: what the package costs by itself, without n8n around it. Needs a build. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

import { readJson } from '../../nodes/core/http/read-json';
import { inspectImage } from '../../nodes/core/images/inspect';
import { planRequest } from '../../nodes/core/plan';
import { quoteRequest } from '../../nodes/core/pricing/quote';
import { registry } from '../../nodes/core/providers';
import type { ImageRequest } from '../../nodes/core/request';
import { ensureBuilt, packPackage, ROOT } from '../../scripts/package';
import { cpuMs, medianOf, type Figure } from './measure';

const QUOTES = 1_000;
const REPLIES = 10;
const IMAGE_BYTES = 25_000_000;
const CHUNK_BYTES = 65_536;

function request(index: number): ImageRequest {
	return {
		provider: 'openai',
		model: 'gpt-image-2',
		operation: 'generate',
		prompt: `Packshot number ${index} on light oak`,
		size: { sizing: 'aspectRatio', aspectRatio: '16:9', resolution: '2K' },
		quality: 'high',
		count: 1,
		images: [],
	};
}

async function quotes(): Promise<Figure> {
	const gateway = registry.gateway('openai');
	const ms = await cpuMs(() => {
		for (let index = 0; index < QUOTES; index += 1) quoteRequest(planRequest(gateway, request(index)));
	});
	return { what: `${QUOTES.toLocaleString('en')} requests planned and quoted, CPU`, value: `${ms.toFixed(0)} ms` };
}

/** A reply with one image of 25 MB, as a network would hand it over. */
function reply(): { chunks: () => AsyncGenerator<Uint8Array>; body: Buffer } {
	const signature = Buffer.from('89504e470d0a1a0a0000000d4948445200000400000004000806000000', 'hex');
	const image = Buffer.concat([signature, Buffer.alloc(IMAGE_BYTES - signature.length, 0x5a)]);
	const body = Buffer.from(JSON.stringify({ data: [{ b64_json: image.toString('base64') }], usage: { total_tokens: 1 } }));
	return {
		body,
		async *chunks() {
			for (let at = 0; at < body.length; at += CHUNK_BYTES) yield body.subarray(at, at + CHUNK_BYTES);
		},
	};
}

async function streaming(): Promise<Figure[]> {
	const { body, chunks } = reply();
	const ours = await cpuMs(async () => {
		for (let count = 0; count < REPLIES; count += 1) {
			await readJson(chunks(), async (stream) => {
				const image = await inspectImage(stream, 2 * IMAGE_BYTES);
				const bytes = image.bytes[Symbol.asyncIterator]();
				while (!(await bytes.next()).done);
				return image.facts();
			});
		}
	});
	// The least that any client must do: decode the text and hash the bytes.
	const least = await cpuMs(() => {
		for (let count = 0; count < REPLIES; count += 1) {
			const hash = createHash('sha256');
			for (let at = 0; at < body.length; at += CHUNK_BYTES) hash.update(Buffer.from(body.toString('latin1', at, at + CHUNK_BYTES), 'base64'));
			hash.digest('hex');
		}
	});
	return [
		{ what: `${REPLIES} replies of 25 MB as base64 scanned, decoded, measured and hashed, CPU`, value: `${ours.toFixed(0)} ms` },
		{ what: 'the same against bare decoding and hashing', value: `${(ours / least).toFixed(2)} times` },
	];
}

const LOAD = `
const start = process.hrtime.bigint();
for (const node of ['GenerateImage', 'EditImage', 'PollTask', 'EstimateCost']) new (Object.values(require('./dist/nodes/' + node + '/' + node + '.node.js'))[0])();
const ms = Number(process.hrtime.bigint() - start) / 1e6;
const undici = Object.keys(require.cache).some((file) => file.includes('node_modules/undici/'));
console.log(JSON.stringify({ ms, undici }));`;

function loading(): Figure[] {
	// n8n has these two loaded before any package.
	const code = `require('n8n-workflow'); require('zod'); ${LOAD}`;
	const run = () => JSON.parse(execFileSync('node', ['--eval', code], { cwd: ROOT, encoding: 'utf8' })) as { ms: number; undici: boolean };
	return [
		{ what: 'loading the four nodes', value: `${medianOf(() => run().ms).toFixed(0)} ms` },
		{ what: 'undici loaded with them', value: run().undici ? 'yes' : 'no' },
	];
}

function tarball(): Figure {
	const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-gpt-image-bench-'));
	try {
		return { what: 'packed package', value: `${(statSync(packPackage(folder)).size / 1_000).toFixed(0)} kB` };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function page(figures: Figure[]): string {
	const [cpu] = cpus();
	const machine = `${cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'}, Node ${process.version}`;
	const rows = figures.map(({ what, value }) => `| ${what} | ${value} |`);
	return [
		'# Benchmarks',
		'',
		`Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}; ${machine}. Medians of five rounds after a warm-up.`,
		'',
		'| What | Measured |',
		'| --- | --- |',
		...rows,
		'',
	].join('\n');
}

async function main(): Promise<void> {
	ensureBuilt();
	const figures = [await quotes(), ...(await streaming()), ...loading(), tarball()];
	const text = page(figures);
	writeFileSync(join(ROOT, 'docs', 'benchmarks.md'), text);
	console.log(text);
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
