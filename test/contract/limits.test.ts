import type { ProviderId } from '../sandbox';
import { completed, failures, paidRequests, run, sampleUrl, useSandbox } from './support';

const MEGABYTE = 1_048_576;

const ALL: readonly ProviderId[] = ['openai', 'apiyi', 'uniall', 'toapis', 'unifically'];

describe('a reply that is larger than any real one', () => {
	const sandbox = useSandbox();
	const padding = 'x'.repeat(2 * MEGABYTE);

	it.each(ALL)('of %s is not read to its end', async (id) => {
		sandbox().scriptFaults({ provider: id, on: 'submit', fault: 'status', status: 200, body: { padding, data: [] } });
		const [failure] = failures(await run(sandbox(), id));
		expect(failure?.error.report).toMatchObject({ kind: 'malformed_response', billed: 'unknown' });
		expect(failure?.error.message).toMatch(/more than 1048576 bytes beside its images/);
		expect(paidRequests(sandbox())).toHaveLength(1);
	});

	it.each(ALL)('is no riddle where %s refuses with it: the status tells', async (id) => {
		sandbox().scriptFaults({ provider: id, on: 'submit', fault: 'status', status: 429, body: `<html>${padding}</html>` });
		completed(await run(sandbox(), id));
		expect(paidRequests(sandbox()).map(({ status }) => status)).toEqual([429, 200]);
	});
});

describe('a result that is at no web address', () => {
	const sandbox = useSandbox();

	it.each(['file:///etc/passwd', 'ftp://files.example/a.png', 'javascript:alert(1)', '/etc/passwd', '//files.example/a.png', 'https://'])(
		'is not opened: %s',
		async (url) => {
			sandbox().scriptFaults({ provider: 'uniall', on: 'submit', fault: 'status', status: 200, body: { created: 1, data: [{ url }] } });
			const [failure] = failures(await run(sandbox(), 'uniall'));
			expect(failure?.error.report).toMatchObject({ kind: 'malformed_response', billed: 'unknown' });
			expect(sandbox().requests()).toHaveLength(1);
		},
	);
});

describe('a reference that is too large', () => {
	// APIYI takes references of 50 MB (its gpt-image-2 overview).
	const sandbox = useSandbox({ imageBytes: 50 * MEGABYTE + 1 });

	it('is named with the limit of the model, before anything is paid', async () => {
		const made = completed(await run(sandbox(), 'toapis', {}, { options: { deliver: 'url' } }));
		const url = made.images[0]?.url ?? '';
		const images = [{ kind: 'url' as const, url: sampleUrl(sandbox(), 'mug') }, { kind: 'url' as const, url }];

		const [failure] = failures(await run(sandbox(), 'apiyi', { operation: 'edit', images }));

		expect(failure?.error.report).toMatchObject({ kind: 'invalid_request', billed: 'no' });
		expect(failure?.error.message).toBe('Image 2 could not be fetched: The image is larger than the limit of 50 MB');
		expect(failure?.error.advice).not.toContain('Download Limit');
		expect(paidRequests(sandbox()).filter(({ provider }) => provider === 'apiyi')).toEqual([]);
	});
});
