import { Deadline } from '../../../nodes/core/http/deadline';
import type { Clock } from '../../../nodes/core/ports';
import { VirtualClock } from '../../support/virtual-clock';

describe('a deadline', () => {
	it('does not run before it starts', async () => {
		const clock = new VirtualClock();
		const deadline = new Deadline(clock, 1_000);
		await clock.advance(5_000);
		expect(deadline.isOver()).toBe(false);
		expect(deadline.remainingMs()).toBe(1_000);
		expect(deadline.elapsedMs()).toBe(0);
	});

	it('ends its work when the time is up, and says so', async () => {
		const clock = new VirtualClock();
		const deadline = new Deadline(clock, 90_000);
		deadline.start();
		await clock.advance(30_000);
		deadline.start();
		expect(deadline.remainingMs()).toBe(60_000);
		await clock.advance(59_999);
		expect(deadline.signal.aborted).toBe(false);
		await clock.advance(1);
		expect(deadline.signal.aborted).toBe(true);
		expect(deadline.error().report).toMatchObject({ kind: 'timeout', message: 'No image within 90 s', retryable: true });
	});

	it('ends at once when the user cancels, and says that instead', () => {
		const cancel = new AbortController();
		const deadline = new Deadline(new VirtualClock(), 1_000, cancel.signal);
		deadline.start();
		cancel.abort();
		expect(deadline.isOver()).toBe(true);
		expect(deadline.error().report).toMatchObject({ kind: 'cancelled', message: 'The execution was stopped' });
		expect(new Deadline(new VirtualClock(), 1_000, cancel.signal).isOver()).toBe(true);
	});

	it('never sleeps past its end', async () => {
		const clock = new VirtualClock();
		const deadline = new Deadline(clock, 1_000);
		deadline.start();
		const start = clock.now();
		await clock.run(deadline.sleep(60_000));
		expect(clock.now() - start).toBe(1_000);
		expect(deadline.isOver()).toBe(true);
	});

	it('is over after a sleep to its end, even where its own timer is late', async () => {
		let time = 0;
		const clock: Clock = {
			now: () => time,
			sleep: async (milliseconds) => {
				// The timer never rings.
				if (milliseconds === 1_000) await new Promise<void>(() => {});
				time += milliseconds;
			},
		};
		const deadline = new Deadline(clock, 1_000);
		deadline.start();
		await deadline.sleep(400);
		expect(deadline.isOver()).toBe(false);
		await deadline.sleep(5_000);
		expect(deadline.isOver()).toBe(true);
	});

	it('leaves nothing behind when it ends', async () => {
		const clock = new VirtualClock();
		const cancel = new AbortController();
		const deadline = new Deadline(clock, 1_000, cancel.signal);
		deadline.start();
		deadline.end();
		cancel.abort();
		await clock.advance(2_000);
		expect(deadline.signal.aborted).toBe(false);
	});
});
