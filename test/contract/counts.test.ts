import type { ImageRequest } from '../../nodes/core/request';
import type { Outcome } from '../../nodes/core/result';
import type { ProviderId, Sandbox } from '../sandbox';
import { accountOf, bytesOf, decode, failures, paidRequests, picture, run, runBatch, useSandbox } from './support';

function imagesIn(outcomes: readonly Outcome<unknown>[]): number {
	return outcomes.reduce((sum, outcome) => sum + (outcome.status === 'completed' ? outcome.images.length : 0), 0);
}

/** What the paid requests asked for, by the field that counts images; largest first. */
function asked(sandbox: Sandbox, field: string): unknown[] {
	const counts = paidRequests(sandbox).map(({ body }) => (body as Record<string, unknown>)[field]);
	return counts.sort((one, other) => Number(other ?? 0) - Number(one ?? 0));
}

describe('several images for one item', () => {
	const sandbox = useSandbox();

	it.each<[string, ProviderId, string, number, string, unknown[]]>([
		['in one request', 'openai', 'gpt-image-2', 10, 'n', [10]],
		['with one request each', 'apiyi', 'gpt-image-2', 3, 'n', [undefined, undefined, undefined]],
		['in one request', 'uniall', 'gpt-image-2', 8, 'n', [8]],
		['by 4, 2 and 1', 'uniall', 'gpt-image-2-origin', 7, 'num_images', [4, 2, 1]],
		['with one request each', 'uniall', 'nano-banana', 2, 'n', [undefined, undefined]],
		['with one request each', 'toapis', 'gpt-image-2', 2, 'n', [undefined, undefined]],
		['by at most 4', 'toapis', 'gpt-image-2-official', 6, 'n', [4, 2]],
		['with one request each', 'unifically', 'gpt-image-2', 3, 'n', [undefined, undefined, undefined]],
	])('come %s from %s %s', async (_how, id, model, count, field, expected) => {
		const outcomes = await run(sandbox(), id, { model, count });

		expect(imagesIn(outcomes)).toBe(count);
		expect(asked(sandbox(), field)).toEqual(expected);
		expect(sandbox().ledger().reduce((sum, { count: billed }) => sum + billed, 0)).toBe(count);
	});

	it('have an id of their own each, so that every task can be found again', async () => {
		await run(sandbox(), 'toapis', { count: 3, clientReference: 'shoe-9' });

		expect(sandbox().tasks().map(({ clientReference }) => clientReference).sort()).toEqual(['shoe-9-1', 'shoe-9-2', 'shoe-9-3']);
	});

	it('are kept where one of them was refused', async () => {
		sandbox().scriptFaults({ provider: 'apiyi', on: 'submit', skip: 1, fault: 'moderated' });

		const outcomes = await run(sandbox(), 'apiyi', { count: 3 });

		expect(imagesIn(outcomes)).toBe(2);
		expect(failures(outcomes).map(({ error }) => error.report)).toMatchObject([{ kind: 'moderation', httpStatus: 403, billed: 'no' }]);
		expect(sandbox().ledger()).toHaveLength(2);
	});

	it('are kept as far as they had come when the reply broke off', async () => {
		sandbox().scriptFaults({ provider: 'openai', on: 'submit', fault: 'reset-mid' });

		const outcomes = await run(sandbox(), 'openai', { count: 3 });

		// The connection breaks in the middle of the second image.
		expect(imagesIn(outcomes)).toBe(1);
		expect(failures(outcomes).map(({ error }) => error.report)).toMatchObject([
			{ kind: 'network', billed: 'unknown' },
			{ kind: 'network', billed: 'unknown' },
		]);
		const [first] = outcomes;
		expect(first?.status === 'completed' && (await decode(bytesOf(first.images[0])))).toBe('1024x1024 png');
		expect(paidRequests(sandbox())).toHaveLength(1);
	});

	it.each([
		[402, 'insufficient balance', 'insufficient_funds'],
		[422, 'Input should be a valid URL', 'invalid_request'],
		[200, 'insufficient balance', 'insufficient_funds'],
	])('are never those that a refusal (HTTP %i, "%s") repeats of the request', async (status, message, kind) => {
		const sent = `data:image/png;base64,${(await picture('teal')).toString('base64')}`;
		const body = JSON.stringify({ error: { message }, request: { image: sent, b64_json: sent.split(',')[1] } });
		sandbox().scriptFaults({ provider: 'openai', on: 'submit', fault: 'status', status, body });

		const outcomes = await run(sandbox(), 'openai', { count: 1 });

		expect(failures(outcomes).map(({ error }) => error.report)).toMatchObject([{ kind, message: expect.stringContaining(message) }]);
		expect(imagesIn(outcomes)).toBe(0);
	});

	it('are kept where one of the tasks failed', async () => {
		sandbox().scriptFaults({ provider: 'toapis', on: 'poll', fault: 'task-failed' });

		const outcomes = await run(sandbox(), 'toapis', { count: 2 });

		expect(imagesIn(outcomes)).toBe(1);
		expect(failures(outcomes).map(({ error }) => error.report)).toMatchObject([{ kind: 'task_failed', code: 'generation_failed', billed: 'no' }]);
	});

	it('are kept where one of the downloads failed', async () => {
		sandbox().scriptFaults({ on: 'download', fault: 'expired-url' });

		const outcomes = await run(sandbox(), 'uniall', { count: 3 });

		expect(imagesIn(outcomes)).toBe(2);
		expect(failures(outcomes).map(({ error }) => error.report)).toMatchObject([{ kind: 'not_found', httpStatus: 403, billed: 'yes' }]);
	});
});

describe('several items', () => {
	const sandbox = useSandbox({ taskMs: (n) => 200 - 30 * (n % 6) });

	/** Six sizes that every one of these models makes. */
	const sizes: ReadonlyArray<[Pick<Extract<ImageRequest['size'], { sizing: 'aspectRatio' }>, 'aspectRatio' | 'resolution'>, string]> = [
		[{ aspectRatio: '1:1', resolution: '1K' }, '1024x1024'],
		[{ aspectRatio: '3:2', resolution: '1K' }, '1536x1024'],
		[{ aspectRatio: '2:3', resolution: '1K' }, '1024x1536'],
		[{ aspectRatio: '16:9', resolution: '2K' }, '2048x1152'],
		[{ aspectRatio: '9:16', resolution: '2K' }, '1152x2048'],
		[{ aspectRatio: '1:1', resolution: '2K' }, '2048x2048'],
	];

	it.each<ProviderId>(['openai', 'apiyi', 'toapis'])('keep their order on %s, whichever is ready first', async (id) => {
		const requests = sizes.map(([size]) => ({ size: { sizing: 'aspectRatio' as const, ...size } }));

		const results = await runBatch(sandbox(), id, requests, { concurrency: 6 });

		const made = await Promise.all(
			results.map(async ([outcome]) => (outcome?.status === 'completed' ? await decode(bytesOf(outcome.images[0])) : outcome?.status)),
		);
		expect(made).toEqual(sizes.map(([, pixels]) => `${pixels} png`));
	});

	it('are not told the key by the files they download', async () => {
		await runBatch(sandbox(), 'toapis', [{}, {}]);

		const downloads = sandbox().requests().filter(({ origin }) => origin === 'files');
		expect(downloads).toHaveLength(2);
		const { apiKey } = accountOf(sandbox(), 'toapis').secrets;
		expect(JSON.stringify(downloads)).not.toContain(apiKey);
		expect(downloads.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
	});
});
