import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/** What a process used while something ran. */
export interface Used {
	cpuMs: number;
	/** Most memory it had resident at any time, bytes. */
	peakBytes: number;
}

let ticks: number | undefined;

/** Clock ticks a second, in which Linux counts CPU time. */
function ticksPerSecond(): number {
	return (ticks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })));
}

/** CPU time of the process so far, milliseconds (proc(5): fields 14 and 15 of `stat`). */
function cpuMsOf(pid: number): number {
	const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
	// The name of the program may hold spaces, and ends with the last bracket.
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond()) * 1_000;
}

/** Most memory resident since the last reset, bytes. */
function peakBytesOf(pid: number): number {
	const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
	return Number(kilobytes) * 1_024;
}

/** Measures a process of Linux while `work` runs. */
export async function metered<T>(pid: number, work: () => Promise<T>): Promise<{ value: T; used: Used }> {
	// proc(5): 5 resets the peak.
	writeFileSync(`/proc/${pid}/clear_refs`, '5');
	const before = cpuMsOf(pid);
	const value = await work();
	return { value, used: { cpuMs: cpuMsOf(pid) - before, peakBytes: peakBytesOf(pid) } };
}
