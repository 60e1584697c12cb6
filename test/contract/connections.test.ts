import type { RecordedRequest } from '../sandbox';
import { completed, failures, run, runBatch, useSandbox } from './support';

function connections(requests: RecordedRequest[], origin: RecordedRequest['origin']): number {
	return new Set(requests.filter((request) => request.origin === origin).map(({ connectionId }) => connectionId)).size;
}

describe('the connections of a batch', () => {
	const sandbox = useSandbox({ taskMs: 100 });

	it('are reused: twenty tasks open no more of them than run at once', async () => {
		const outcomes = await runBatch(sandbox(), 'toapis', Array.from({ length: 20 }, () => ({})), { concurrency: 4 });

		expect(outcomes.flat().map(({ status }) => status)).toEqual(Array(20).fill('completed'));
		const requests = sandbox().requests();
		expect(requests.filter(({ origin }) => origin === 'api').length).toBeGreaterThanOrEqual(40);
		expect(connections(requests, 'api')).toBeLessThanOrEqual(4);
		expect(connections(requests, 'files')).toBeLessThanOrEqual(4);
	});
});

describe('a redirect', () => {
	const sandbox = useSandbox();

	it('of an API call is not followed, so that the key goes nowhere else', async () => {
		sandbox().scriptFaults({ provider: 'apiyi', on: 'submit', fault: 'redirect' });

		const [failure] = failures(await run(sandbox(), 'apiyi'));

		expect(failure?.error.report).toMatchObject({ kind: 'network', httpStatus: 302, billed: 'no' });
		expect(sandbox().requests().map(({ origin }) => origin)).toEqual(['api']);
	});

	it('of a result file is followed, without a key', async () => {
		sandbox().scriptFaults({ on: 'download', fault: 'redirect' });

		const outcome = completed(await run(sandbox(), 'toapis'));

		expect(outcome.images).toMatchObject([{ width: 1024, height: 1024, format: 'png' }]);
		const downloads = sandbox().requests().filter(({ origin }) => origin === 'files');
		expect(downloads.map(({ status, headers }) => [status, headers.authorization])).toEqual([[302, undefined], [200, undefined]]);
	});
});
