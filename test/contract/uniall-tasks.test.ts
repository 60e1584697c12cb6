import { UNIALL_TASK_SHAPES } from '../sandbox';
import { bytesOf, completed, decode, failures, run, useSandbox } from './support';

/** UniAll AI does not document what its task replies look like: each form that sibling gateways use must be read. */
describe.each(UNIALL_TASK_SHAPES)('task replies of the form "%s"', (uniallTaskShape) => {
	const sandbox = useSandbox({ uniallTaskShape });

	it('give every image of gpt-image-2-origin', async () => {
		const outcome = completed(await run(sandbox(), 'uniall', { model: 'gpt-image-2-origin', count: 4 }));

		expect(await Promise.all(outcome.images.map(async (image) => await decode(bytesOf(image))))).toEqual(Array(4).fill('1024x1024 png'));
		expect(new Set(outcome.images.map(({ url }) => url)).size).toBe(4);
		expect(outcome.task?.taskId).toBe(sandbox().tasks()[0]?.id);
	});

	it('give the image of Nano Banana 2', async () => {
		const size = { sizing: 'aspectRatio', aspectRatio: '4:3', resolution: '1K' } as const;
		const outcome = completed(await run(sandbox(), 'uniall', { model: 'nano-banana-2', size }));

		expect(await decode(bytesOf(outcome.images[0]))).toBe('1024x768 png');
	});

	it('tell a failure with its reason, refunded for gpt-image-2-origin', async () => {
		sandbox().scriptFaults({ provider: 'uniall', on: 'poll', fault: 'task-failed' });

		const [failure, ...more] = failures(await run(sandbox(), 'uniall', { model: 'gpt-image-2-origin' }));

		expect(more).toEqual([]);
		expect(failure?.error.report).toMatchObject({ kind: 'task_failed', billed: 'no' });
		expect(failure?.error.message).toContain('upstream returned status 422');
		expect(sandbox().ledger()).toEqual([]);
	});

	it('are asked again where they hold a word that nobody knows', async () => {
		sandbox().scriptFaults({ provider: 'uniall', on: 'poll', fault: 'unknown-status', times: 2 });

		const outcome = completed(await run(sandbox(), 'uniall', { model: 'nano-banana' }));

		expect(outcome.images).toHaveLength(1);
		expect(outcome.timing.polls).toBeGreaterThan(2);
	});
});
