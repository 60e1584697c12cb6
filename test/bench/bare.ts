/**
 * The least that this job takes without n8n: fetch, decode, write. Run as a process of its own:
 * `bare.ts <address> <API key> <requests> <at once> <folder>`; prints what it used as JSON.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [address = '', key = '', requests = '', atOnce = '', folder = ''] = process.argv.slice(2);

async function image(index: number): Promise<void> {
	const reply = await fetch(`${address}/v1/images/generations`, {
		method: 'POST',
		headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
		body: JSON.stringify({ model: 'gpt-image-2', prompt: 'a loaf of bread', size: '1024x1024' }),
	});
	const { data } = (await reply.json()) as { data: Array<{ b64_json: string }> };
	writeFileSync(join(folder, `${index}.png`), Buffer.from(data[0]?.b64_json ?? '', 'base64'));
}

async function main(): Promise<void> {
	const idle = process.memoryUsage.rss();
	const started = performance.now();
	const before = process.cpuUsage();
	let next = 0;
	const worker = async () => {
		while (next < Number(requests)) await image(next++);
	};
	await Promise.all(Array.from({ length: Number(atOnce) }, worker));
	const { user, system } = process.cpuUsage(before);
	const addedBytes = process.resourceUsage().maxRSS * 1_024 - idle;
	console.log(JSON.stringify({ wallMs: performance.now() - started, cpuMs: (user + system) / 1_000, addedBytes }));
}

void main();
