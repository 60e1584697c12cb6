import { median, ROUNDS, type Section } from './measure';
import { startRig, type Run } from './rig';

const SIZES = [1, 10, 100, 1_000];
const CONCURRENCY = 10;

/** Where the cost of an item must not depend on how many there are. */
const FLAT_FROM = 100;
const FLAT_TO = 1_000;

interface PerItem {
	wallMs: number;
	cpuMs: number;
	bytes: number;
}

function beyond(used: Run, empty: Run, items: number): PerItem {
	return {
		wallMs: (used.wallMs - empty.wallMs) / items,
		cpuMs: (used.cpuMs - empty.cpuMs) / items,
		// Below what an empty workflow happens to take, there is nothing to see.
		bytes: Math.max(0, used.peakBytes - empty.peakBytes) / items,
	};
}

function medianOfAll(runs: PerItem[]): PerItem {
	const of = (field: keyof PerItem) => median(runs.map((one) => one[field]));
	return { wallMs: of('wallMs'), cpuMs: of('cpuMs'), bytes: of('bytes') };
}

/** Few and many small images at a provider that answers at once. */
export async function measureScale(rounds = ROUNDS): Promise<Section> {
	const rig = await startRig({ sandbox: {}, concurrency: CONCURRENCY });
	try {
		for (const subject of ['package', 'builtIn', 'empty'] as const) await rig.run(subject, FLAT_TO);
		const ours = new Map(SIZES.map((items) => [items, [] as PerItem[]]));
		const builtIn = new Map(SIZES.map((items) => [items, [] as PerItem[]]));
		for (let round = 0; round < rounds; round += 1) {
			for (const items of SIZES) {
				const empty = await rig.run('empty', items);
				ours.get(items)?.push(beyond(await rig.run('package', items), empty, items));
				builtIn.get(items)?.push(beyond(await rig.run('builtIn', items), empty, items));
			}
		}
		const of = (runs: typeof ours, items: number) => medianOfAll(runs.get(items) ?? []);
		const text = ({ wallMs, cpuMs, bytes }: PerItem) =>
			`${wallMs.toFixed(1)} ms, ${cpuMs.toFixed(1)} ms of CPU, ${Math.round(bytes / 1_024)} kB at the peak`;
		const growth = of(ours, FLAT_TO).cpuMs / of(ours, FLAT_FROM).cpuMs;
		return {
			title: `Small images at a provider that answers at once, ${CONCURRENCY} at once: each item beyond an empty workflow`,
			figures: [
				...SIZES.map((items) => ({ what: `${items.toLocaleString('en')} items, this package`, value: text(of(ours, items)) })),
				...SIZES.map((items) => ({ what: `${items.toLocaleString('en')} items, n8n's OpenAI node`, value: text(of(builtIn, items)) })),
				{
					what: `CPU of an item among ${FLAT_TO.toLocaleString('en')} against one among ${FLAT_FROM}, this package`,
					value: `${growth.toFixed(2)} times`,
					target: 'at most 1.1',
				},
			],
		};
	} finally {
		await rig.close();
	}
}
