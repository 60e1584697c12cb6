import { median, ROUNDS, type Section } from './measure';
import { startRig, type Rig, type Subject } from './rig';

const ITEMS = 10;
const CONCURRENCY = 8;
const IMAGE_BYTES = 25_000_000;

const megabytes = (bytes: number) => `${Math.round(bytes / 1_048_576)} MB`;
const milliseconds = (ms: number) => `${Math.round(ms)} ms`;

interface Added {
	cpuMs: number;
	bytes: number;
}

/** What a subject uses beyond the empty workflow, in a process that has run nothing else. */
async function addedBy(rig: Rig, subject: Subject): Promise<Added> {
	await rig.restart();
	// The first run of a process loads what every workflow needs.
	await rig.run('empty', ITEMS);
	const empty = await rig.run('empty', ITEMS);
	const used = await rig.run(subject, ITEMS);
	return { cpuMs: used.cpuMs - empty.cpuMs, bytes: Math.max(0, used.peakBytes - empty.peakBytes) };
}

/** Large images as base64 within the reply. */
export async function measureLarge(rounds = ROUNDS): Promise<Section> {
	const rig = await startRig({ sandbox: { imageBytes: IMAGE_BYTES }, concurrency: CONCURRENCY });
	try {
		// The sandbox draws the picture once.
		await rig.runBare(1, 1);
		const ours: Added[] = [];
		const builtIn: Added[] = [];
		const bare: Added[] = [];
		for (let round = 0; round < rounds; round += 1) {
			ours.push(await addedBy(rig, 'package'));
			builtIn.push(await addedBy(rig, 'builtIn'));
			const { cpuMs, addedBytes } = await rig.runBare(ITEMS, CONCURRENCY);
			bare.push({ cpuMs, bytes: addedBytes });
		}
		const cpu = (runs: Added[]) => median(runs.map(({ cpuMs }) => cpuMs));
		const memory = (runs: Added[]) => median(runs.map(({ bytes }) => bytes));
		const rows = (name: string, runs: Added[]) => [
			{ what: `${name}: memory`, value: megabytes(memory(runs)) },
			{ what: `${name}: CPU`, value: milliseconds(cpu(runs)) },
		];
		return {
			title: `${ITEMS} images of 25 MB as base64, ${CONCURRENCY} at once, beyond an empty workflow`,
			figures: [
				...rows('bare script, beyond an idle Node', bare),
				...rows('this package', ours),
				...rows("n8n's OpenAI node", builtIn),
				{ what: 'memory of this package', value: megabytes(memory(ours)), target: 'at most 64 MB' },
				{ what: "memory against n8n's OpenAI node", value: `${(memory(ours) / memory(builtIn)).toFixed(2)} times`, target: 'at most 0.2' },
				{ what: 'CPU against the bare script', value: `${(cpu(ours) / cpu(bare)).toFixed(2)} times`, target: 'at most 1.5' },
			],
		};
	} finally {
		await rig.close();
	}
}
