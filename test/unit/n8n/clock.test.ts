import { n8nClock } from '../../../nodes/n8n/clock';

const LONG = 600_000;

test('a sleep ends when the run is stopped, without an error', async () => {
	const stop = new AbortController();
	const asleep = n8nClock.sleep(LONG, stop.signal);
	stop.abort();
	await expect(asleep).resolves.toBeUndefined();
});

test('a run that was stopped before does not sleep at all', async () => {
	await expect(n8nClock.sleep(LONG, AbortSignal.abort())).resolves.toBeUndefined();
});

test('a sleep that ends by itself lets go of the signal', async () => {
	const stop = new AbortController();
	const removed = jest.spyOn(stop.signal, 'removeEventListener');
	const added = jest.spyOn(stop.signal, 'addEventListener');
	await n8nClock.sleep(1, stop.signal);
	expect(removed.mock.calls.length).toBe(added.mock.calls.length);
});
