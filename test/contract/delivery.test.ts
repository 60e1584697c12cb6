import type { Account, Pending } from '../../nodes/core/result';
import { followTasks, type FollowOptions } from '../../nodes/core/run';
import { taskHandleSchema, type TaskHandle } from '../../nodes/core/task';
import type { ProviderId } from '../sandbox';
import { accountOf, bytesOf, completed, decode, failures, run, surroundingsWith, useSandbox } from './support';

/** The sandbox's time, which passes only here. */
let time = Date.UTC(2026, 10, 21);

const TASK_MS = 5_000;

const ASYNCHRONOUS: Array<[ProviderId, string]> = [
	['uniall', 'gpt-image-2-origin'],
	['uniall', 'nano-banana-2'],
	['toapis', 'gpt-image-2'],
	['unifically', 'gpt-image-2'],
];

async function follow(account: Account, handle: TaskHandle, changes: Partial<FollowOptions> = {}) {
	const options: FollowOptions = {
		deliver: 'binary', timeoutMs: 3_600_000, concurrency: 2, maxRetries: 2, downloadLimitBytes: 50 * 1_048_576, mode: 'wait', ...changes,
	};
	const [outcomes = []] = await followTasks([{ handle, account, typicalSeconds: 8 }], options, surroundingsWith());
	return outcomes;
}

describe('delivery by URL', () => {
	const sandbox = useSandbox();

	it.each<[ProviderId, string]>([
		['uniall', 'gpt-image-2'],
		['uniall', 'gpt-image-2-origin'],
		['toapis', 'gpt-image-2'],
		['unifically', 'gpt-image-2'],
	])('hands on the address that %s %s gives, and fetches nothing', async (id, model) => {
		const outcome = completed(await run(sandbox(), id, { model }, { options: { deliver: 'url' } }));

		const [image] = outcome.images;
		expect(image).toMatchObject({ saved: null, bytes: null, width: null, height: null });
		expect(sandbox().requests().filter(({ origin }) => origin === 'files')).toEqual([]);
		const reply = await fetch(image?.url ?? '');
		expect(await decode(Buffer.from(await reply.arrayBuffer()))).toBe('1024x1024 png');
	});

	it('says when a link of ToAPIs ends: 24 hours after the task did', async () => {
		const outcome = completed(await run(sandbox(), 'toapis', {}, { options: { deliver: 'url' } }));

		const [task] = sandbox().tasks();
		const ended = Math.floor((task?.finishesAt ?? 0) / 1_000);
		expect(Date.parse(outcome.images[0]?.urlExpiresAt ?? '')).toBe((ended + 24 * 3_600) * 1_000);
	});

	it.each<[ProviderId, string]>([
		['openai', 'gpt-image-2'],
		['apiyi', 'gpt-image-2'],
		['apiyi', 'gpt-image-2-all'],
	])('keeps the bytes where %s %s has no address to give', async (id, model) => {
		const outcome = completed(await run(sandbox(), id, { model }, { options: { deliver: 'url' } }));

		const [image] = outcome.images;
		expect(image?.url).toBeNull();
		expect(await decode(bytesOf(image))).toBe('1024x1024 png');
	});

	it('reads the address that older replies of APIYI gpt-image-2-all hold', async () => {
		const outcome = completed(await run(sandbox(), 'apiyi', { model: 'gpt-image-2-all', extraParameters: { response_format: 'url' } }));

		const [image] = outcome.images;
		expect(image?.url).toContain(sandbox().filesUrl);
		expect(await decode(bytesOf(image))).toBe('1024x1024 png');
	});
});

describe('submission now, image later', () => {
	const sandbox = useSandbox({ taskMs: TASK_MS, now: () => time });

	async function submit(id: ProviderId, model: string): Promise<Pending> {
		const [outcome] = await run(sandbox(), id, { model }, { options: { completion: 'submit' } });
		if (outcome?.status !== 'pending') throw new Error(`Not pending: ${outcome?.status}`);
		return outcome;
	}

	it.each(ASYNCHRONOUS)('returns a handle for %s %s at once, without a look', async (id, model) => {
		const { task } = await submit(id, model);

		expect(sandbox().requests().map(({ method }) => method)).toEqual(['POST']);
		expect(task).toEqual({
			provider: id,
			taskId: sandbox().tasks()[0]?.id,
			model,
			operation: 'generate',
			count: 1,
			submittedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
			fingerprint: expect.any(String),
		});
		expect(JSON.stringify(task)).not.toContain(sandbox().key(id));
	});

	it.each(ASYNCHRONOUS)('finishes a task of %s %s from its handle, after a trip through JSON', async (id, model) => {
		const { task } = await submit(id, model);
		const handle = taskHandleSchema.parse(JSON.parse(JSON.stringify(task)));
		const account = accountOf(sandbox(), id);

		const [early] = await follow(account, handle, { mode: 'once' });
		expect(early).toMatchObject({ status: 'pending', task: handle });

		time += TASK_MS;
		const outcome = completed(await follow(account, handle));
		expect(await decode(bytesOf(outcome.images[0]))).toBe('1024x1024 png');
		expect(sandbox().ledger()).toHaveLength(1);
	});

	it('tells the failure of a task that was submitted earlier', async () => {
		const { task } = await submit('toapis', 'gpt-image-2');
		sandbox().scriptFaults({ provider: 'toapis', on: 'poll', fault: 'task-failed' });

		const [failure] = failures(await follow(accountOf(sandbox(), 'toapis'), task));

		expect(failure?.error.message).toContain('upstream returned status 422');
		expect(failure?.task).toEqual(task);
	});

	it('does not hold back images that come at once', async () => {
		const outcome = completed(await run(sandbox(), 'openai', {}, { options: { completion: 'submit' } }));

		expect(outcome.task).toBeNull();
		expect(outcome.images).toHaveLength(1);
	});
});
