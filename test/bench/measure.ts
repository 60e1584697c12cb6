/** A figure of the benchmark, as printed. */
export interface Figure {
	what: string;
	value: string;
	/** What it is meant to be, where it was set beforehand. */
	target?: string;
}

/** Milliseconds as seconds, for people. */
export const seconds = (ms: number) => `${(ms / 1_000).toFixed(2)} s`;

/** Rounds behind every median. */
export const ROUNDS = 5;

export function median(values: number[]): number {
	const sorted = [...values].sort((one, other) => one - other);
	return sorted[Math.floor(sorted.length / 2)] as number;
}

/** Median CPU time of `work` over five rounds after a warm-up, milliseconds. */
export async function cpuMs(work: () => Promise<void> | void): Promise<number> {
	await work();
	const rounds: number[] = [];
	for (let round = 0; round < ROUNDS; round += 1) {
		const before = process.cpuUsage();
		await work();
		const { user, system } = process.cpuUsage(before);
		rounds.push((user + system) / 1_000);
	}
	return median(rounds);
}

/** Median over five rounds of what `work` returns. */
export function medianOf(work: () => number): number {
	return median(Array.from({ length: ROUNDS }, work));
}

/** Figures that belong together. */
export interface Section {
	title: string;
	figures: Figure[];
}
