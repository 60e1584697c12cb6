import type { Sandbox } from '../sandbox';
import { median, ROUNDS, seconds, type Section } from './measure';
import { startRig } from './rig';

const TASKS = 100;
const CONCURRENCY = 20;
const SHORTEST_MS = 5_000;
const SPREAD_MS = 10_000;

/** Spreads the durations evenly over the span, in no particular order. */
const STRIDE = 37;

const taskMs = (n: number) => SHORTEST_MS + (((n * STRIDE) % TASKS) / (TASKS - 1)) * SPREAD_MS;

interface Timing {
	polls: number;
	detectionLagMs: number | null;
}

/** Connections to the API, and to the host of the files. */
function connections(sandbox: Sandbox): { api: number; files: number } {
	const of = (origin: 'api' | 'files') => new Set(sandbox.requests().filter((one) => one.origin === origin).map((one) => one.connectionId)).size;
	return { api: of('api'), files: of('files') };
}

/** A batch of tasks at a provider that has to be polled. */
export async function measureTasks(rounds = ROUNDS): Promise<Section> {
	const rig = await startRig({ sandbox: { taskMs }, concurrency: CONCURRENCY, provider: 'toapis' });
	const { sandbox } = rig.instance;
	try {
		const late: number[] = [];
		const polls: number[] = [];
		const mean: number[] = [];
		const lags: number[] = [];
		const sockets: Array<{ api: number; files: number }> = [];
		await rig.run('empty', TASKS);
		for (let round = 0; round < rounds; round += 1) {
			const { items } = await rig.run('package', TASKS);
			late.push(Date.now() - Math.max(...sandbox.tasks().map(({ finishesAt }) => finishesAt)));
			const timings = items.map(({ timing }) => timing as unknown as Timing);
			polls.push(Math.max(...timings.map((one) => one.polls)));
			mean.push(timings.reduce((sum, one) => sum + one.polls, 0) / TASKS);
			lags.push(median(timings.map((one) => one.detectionLagMs ?? 0)));
			sockets.push(connections(sandbox));
		}
		const most = (origin: 'api' | 'files') => Math.max(...sockets.map((one) => one[origin]));
		return {
			title: `${TASKS} tasks of 5 to 15 s at a provider that is polled, ${CONCURRENCY} requests at once`,
			figures: [
				{ what: 'the batch ends after its slowest task by', value: seconds(median(late)), target: 'at most 2 s' },
				{ what: 'most looks at one task', value: String(Math.max(...polls)), target: 'at most 8' },
				{ what: 'looks at a task, mean', value: median(mean).toFixed(1) },
				{ what: 'a finished task waits to be seen, median', value: seconds(median(lags)) },
				{ what: 'connections to the API, most in a round', value: String(most('api')), target: `at most ${CONCURRENCY}` },
				{ what: 'connections to the host of the images, most in a round', value: String(most('files')), target: `at most ${CONCURRENCY}` },
			],
		};
	} finally {
		await rig.close();
	}
}
