import { median, ROUNDS, seconds, type Section } from './measure';
import { startRig } from './rig';

const ITEMS = 50;
const CONCURRENCY = 10;
const LATENCY_MS = 1_000;
const IDEAL_MS = (ITEMS / CONCURRENCY) * LATENCY_MS;

/** Many items at a provider that takes its time. */
export async function measureBatch(rounds = ROUNDS): Promise<Section> {
	const rig = await startRig({ sandbox: { latencyMs: LATENCY_MS }, concurrency: CONCURRENCY });
	try {
		for (const subject of ['package', 'builtIn', 'empty'] as const) await rig.run(subject, 1);
		const wall = { package: [] as number[], builtIn: [] as number[], bare: [] as number[] };
		for (let round = 0; round < rounds; round += 1) {
			wall.package.push((await rig.run('package', ITEMS)).wallMs);
			wall.builtIn.push((await rig.run('builtIn', ITEMS)).wallMs);
			wall.bare.push((await rig.runBare(ITEMS, CONCURRENCY)).wallMs);
		}
		const ours = median(wall.package);
		const builtIn = median(wall.builtIn);
		return {
			title: `${ITEMS} items, a provider that takes ${LATENCY_MS / 1_000} s, ${CONCURRENCY} at once`,
			figures: [
				{ what: 'ideal: items / concurrency × latency', value: seconds(IDEAL_MS) },
				{ what: 'bare script', value: seconds(median(wall.bare)) },
				{ what: 'this package', value: seconds(ours) },
				{ what: "n8n's OpenAI node, one item after the other", value: seconds(builtIn) },
				{ what: 'this package against the ideal', value: `${(ours / IDEAL_MS).toFixed(3)} times`, target: 'at most 1.15' },
				{ what: "faster than n8n's OpenAI node", value: `${(builtIn / ours).toFixed(1)} times`, target: 'at least 8' },
			],
		};
	} finally {
		await rig.close();
	}
}
