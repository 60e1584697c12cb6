import { spawn } from 'node:child_process';

/** A running child with all that it starts in turn. */
export interface Child {
	pid: number;
	/** The last lines it wrote. */
	tail(): string;
	/** Resolves to the exit code, or null after a signal. */
	exited: Promise<number | null>;
	/** Ends the whole group: asks first, and kills what is left after ten seconds. */
	stop(): Promise<void>;
	/** Kills the whole group at once, as a crash would. */
	kill(): Promise<void>;
}

const TAIL_LINES = 40;
const GRACE_MS = 10_000;

/** Runs a program of this Node in a process group of its own, so that nothing it starts outlives it. */
export function startChild(args: string[], env: NodeJS.ProcessEnv, onLine?: (line: string) => void): Child {
	return startProgram(process.execPath, args, { env }, onLine);
}

/** Runs any program in a process group of its own; `user` is whose rights it has instead of ours. */
export function startProgram(
	program: string,
	args: string[],
	{ env = process.env, user = {} }: { env?: NodeJS.ProcessEnv; user?: { uid?: number; gid?: number } } = {},
	onLine: (line: string) => void = () => undefined,
): Child {
	const child = spawn(program, args, { env, ...user, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
	const { pid } = child;
	if (pid === undefined) throw new Error(`${program} could not be started.`);
	const lines: string[] = [];
	const read = (chunk: Buffer) => {
		for (const line of chunk.toString().split('\n').filter(Boolean)) {
			lines.push(line);
			onLine(line);
		}
		lines.splice(0, lines.length - TAIL_LINES);
	};
	child.stdout.on('data', read);
	child.stderr.on('data', read);
	const exited = new Promise<number | null>((resolve) => child.once('close', resolve));

	const signal = (name: NodeJS.Signals) => {
		try {
			process.kill(-pid, name);
		} catch (error) {
			// The group has ended already.
			if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
		}
	};
	const kill = async () => {
		signal('SIGKILL');
		await exited;
	};
	return {
		pid,
		tail: () => lines.join('\n'),
		exited,
		async stop() {
			signal('SIGTERM');
			const timer = setTimeout(() => signal('SIGKILL'), GRACE_MS);
			await exited;
			clearTimeout(timer);
			// What the main process left behind.
			signal('SIGKILL');
		},
		kill,
	};
}
