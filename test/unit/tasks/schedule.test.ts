import fc from 'fast-check';

import { pauseBeforeLook, type LookFacts } from '../../../nodes/core/tasks/schedule';

const steady = () => 0.5;

function facts(changes: Partial<LookFacts> = {}): LookFacts {
	return { typicalMs: 8_000, resolution: '1K', elapsedMs: 0, looks: 0, advisedMs: null, ...changes };
}

/** When a task would be looked at, seconds after its submission. */
function looksUntil(endSeconds: number, random: () => number): number[] {
	const times: number[] = [];
	let elapsedMs = 0;
	while (elapsedMs < endSeconds * 1_000) {
		elapsedMs += pauseBeforeLook(facts({ elapsedMs, looks: times.length }), random);
		times.push(elapsedMs / 1_000);
	}
	return times;
}

describe('the poll schedule', () => {
	it('first looks when an image is plausibly ready, later for larger ones, but within 12 s', () => {
		expect(pauseBeforeLook(facts(), steady)).toBe(7_200);
		expect(pauseBeforeLook(facts({ resolution: '4K' }), steady)).toBe(12_000);
		expect(pauseBeforeLook(facts({ resolution: '2K' }), steady)).toBe(10_800);
		expect(pauseBeforeLook(facts({ resolution: null }), steady)).toBe(7_200);
	});

	it('looks at once at a task that is old already', () => {
		expect(pauseBeforeLook(facts({ elapsedMs: 60_000 }), steady)).toBe(0);
	});

	it('looks again after a growing pause, at most 10 s', () => {
		const pauses = [2_000, 10_000, 30_000, 600_000].map((elapsedMs) => Math.round(pauseBeforeLook(facts({ elapsedMs, looks: 3 }), steady)));
		expect(pauses).toEqual([1_200, 1_200, 3_300, 10_000]);
	});

	it('takes the advice of the provider as it is', () => {
		expect(pauseBeforeLook(facts({ advisedMs: 3_000, elapsedMs: 90_000, looks: 7 }), () => 0.9)).toBe(3_000);
	});

	it('finds a task of 5 to 15 s within 8 looks, the slower half within 1.8 s, whatever the jitter', () => {
		fc.assert(
			fc.property(fc.double({ min: 5, max: 15, noNaN: true }), fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })), (duration, stream) => {
				const looks = looksUntil(duration, () => stream.next().value as number);
				expect(looks.length).toBeLessThanOrEqual(8);
				const lag = (looks.at(-1) as number) - duration;
				expect(lag).toBeLessThanOrEqual(duration < 10 ? 2.6 : 1.8);
			}),
		);
	});

	it('spreads a batch, so that it does not look in step', () => {
		expect(pauseBeforeLook(facts(), () => 0)).toBeCloseTo(6_840);
		expect(pauseBeforeLook(facts(), () => 1)).toBeCloseTo(7_560);
		expect(pauseBeforeLook(facts({ looks: 1, elapsedMs: 100_000 }), () => 0)).toBeCloseTo(9_500);
	});
});
