/**
 * `npm run test:queue`: n8n in queue mode on real components, one worker killed half-way. Sets itself up, prints what
 * happened, and fails where an execution does not end, an image is paid twice or one that was paid is lost.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

import { table } from '../../scripts/start/table';
import { generate, pollById, publishWorkflow, webhook } from '../support/workflows';
import { peakMemory, startCluster } from './cluster';
import type { Cluster } from './cluster';

/** Half of them poll, half wait for a callback. */
const EXECUTIONS = 100;
const WORKER_CONCURRENCY = 10;
const TASK_MS = 6_000;
const IMAGE_BYTES = 3_000_000;
const LOOK_MS = 500;

/** n8n gives up the jobs of a dead worker after its lock (60 s) and the next look for stalled ones (30 s). */
const DEADLINE_MS = 300_000;

/** Statuses of an execution that is over. */
const OVER = ['success', 'error', 'crashed', 'canceled'];

const megabytes = (bytes: number) => `${Math.round(bytes / 1_000_000)} MB`;
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');
const pause = async () => await new Promise((resolve) => setTimeout(resolve, LOOK_MS));

interface ExecutionRow {
	id: string;
	status: string;
	workflow: string;
}

function executionsOf({ database }: Cluster): ExecutionRow[] {
	return database
		.query('select e.id, e.status, e."workflowId" from execution_entity e order by e.id')
		.map(([id = '', status = '', workflow = '']) => ({ id, status, workflow }));
}

async function call(cluster: Cluster, path: string, body: object): Promise<void> {
	const headers = { 'content-type': 'application/json' };
	const reply = await fetch(`${cluster.webhookUrl}/webhook/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
	assert.equal(reply.status, 200, await reply.text());
}

/** Waits until there are `count` executions and `isEnough` holds for them. */
async function until(cluster: Cluster, count: number, isEnough: (over: number) => boolean): Promise<ExecutionRow[]> {
	const deadline = Date.now() + DEADLINE_MS;
	for (;;) {
		const rows = executionsOf(cluster);
		if (rows.length === count && isEnough(rows.filter(({ status }) => OVER.includes(status)).length)) return rows;
		if (Date.now() > deadline) {
			throw new Error(`After ${DEADLINE_MS / 1_000} s: ${JSON.stringify(tally(rows.map(({ status }) => status)))}\n${cluster.members.webhook.tail()}`);
		}
		await pause();
	}
}

function tally(values: string[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
	return counts;
}

/** MD5 of every image that was paid for, fetched from the provider. */
async function paidImages({ sandbox }: Cluster): Promise<string[]> {
	const headers = { authorization: `Bearer ${sandbox.key('toapis')}` };
	const hashes: string[] = [];
	for (const { taskId } of sandbox.ledger()) {
		const status = await fetch(`${sandbox.baseUrl('toapis')}/v1/images/generations/${taskId}`, { headers });
		const { result } = (await status.json()) as { result: { data: Array<{ url: string }> } };
		for (const { url } of result.data) hashes.push(md5(new Uint8Array(await (await fetch(url)).arrayBuffer())));
	}
	return hashes.sort();
}

async function measure(cluster: Cluster): Promise<void> {
	const { sandbox, database, main, members } = cluster;
	// In queue mode a reference that begins with the execution's id is all that a crash leaves.
	const reference = { clientReference: '={{ $execution.id }}-{{ $itemIndex }}' };
	await publishWorkflow(main, [webhook('poll'), generate('toapis', 'wait', reference)]);
	await publishWorkflow(main, [webhook('callback'), generate('toapis', 'callback', reference)]);
	await publishWorkflow(main, [webhook('rescue'), pollById('={{ $json.body.reference }}')]);

	const idle = Object.values(members).map(peakMemory);
	console.log(`Starting ${EXECUTIONS} executions.`);
	const startedAt = Date.now();
	const numbers = [...Array(EXECUTIONS).keys()];
	await Promise.all(numbers.map(async (n) => await call(cluster, n % 2 ? 'callback' : 'poll', { prompt: `Picture ${n} of ${EXECUTIONS}` })));
	const startedIn = Date.now() - startedAt;

	await until(cluster, EXECUTIONS, (over) => over >= EXECUTIONS / 2);
	const killedAt = peakMemory(members['worker 1']);
	await members['worker 1'].kill();
	console.log('Half of them are over: worker 1 was killed.');

	const rows = await until(cluster, EXECUTIONS, (over) => over === EXECUTIONS);
	const endedIn = Date.now() - startedAt;
	const statuses = tally(rows.map(({ status }) => status));

	const paid = sandbox.ledger();
	assert.equal(new Set(paid.map(({ prompt }) => prompt)).size, paid.length, 'An image was paid twice.');
	const lost = rows.filter(({ status }) => status !== 'success').map(({ id }) => `${id}-0`);
	const paidAndLost = lost.filter((id) => paid.some(({ clientReference }) => clientReference === id));
	for (const id of paidAndLost) await call(cluster, 'rescue', { reference: id });
	const total = EXECUTIONS + paidAndLost.length;
	const after = await until(cluster, total, (over) => over === total);
	const rescued = after.slice(EXECUTIONS).filter(({ status }) => status === 'success').length;
	assert.equal(rescued, paidAndLost.length, 'A paid image could not be fetched by its reference.');

	const stored = database.query('select md5(data) from binary_data').map(([hash = '']) => hash).sort();
	const arrived = new Set(stored);
	assert.deepEqual((await paidImages(cluster)).filter((hash) => !arrived.has(hash)), [], 'A paid image is not in the database.');
	const [[storedBytes = '0'] = []] = database.query('select sum("fileSize") from binary_data');

	const memory = Object.entries(members).map(([name, child], position) => {
		const peak = name === 'worker 1' ? killedAt : peakMemory(child);
		return [`Peak memory of ${name}`, `${megabytes(peak)}, ${megabytes(idle[position] ?? 0)} before the first execution`];
	});
	const facts = [
		['Executions', `${EXECUTIONS}, on 2 workers with ${WORKER_CONCURRENCY} at once; ${WORKER_CONCURRENCY} after the kill`],
		['Accepted in', `${(startedIn / 1_000).toFixed(1)} s`],
		['All over after', `${(endedIn / 1_000).toFixed(1)} s`],
		['How they ended', Object.entries(statuses).map(([status, count]) => `${count} ${status}`).join(', ')],
		['Images paid', `${paid.length}, none twice`],
		['Paid by executions that died', `${paidAndLost.length}, ${rescued} fetched by their reference`],
		['Files in the database', `${stored.length}, ${megabytes(Number(storedBytes))}; every paid image among them`],
		...memory,
	];
	console.log(`\n${table([['What', 'Measured'], ...facts]).join('\n')}`);
}

async function run(): Promise<void> {
	const cluster = await startCluster({
		sandbox: { taskMs: TASK_MS, imageBytes: IMAGE_BYTES },
		workerConcurrency: WORKER_CONCURRENCY,
		log: console.log,
	});
	const end = () => void cluster.close().then(() => process.exit(1));
	process.once('SIGINT', end);
	process.once('SIGTERM', end);
	try {
		await measure(cluster);
	} finally {
		await cluster.close();
	}
}

run().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
