import type { Logger } from 'n8n-workflow';
import { inspect } from 'node:util';

/** n8n's logger as far as the engine uses it. */
export interface RecordingLogger extends Logger {
	scoped(): Logger;
}

/** Writes every message with its details to `lines`, whatever its level, so that a test can search them for a secret. */
export function recordingLogger(lines: string[]): RecordingLogger {
	const record = (level: string) => (message: string, details?: object) => {
		lines.push([level, message, ...(details ? [inspect(details, { depth: 8 })] : [])].join(' '));
	};
	const logger = { error: record('error'), warn: record('warn'), info: record('info'), debug: record('debug') };
	return { ...logger, scoped: () => logger };
}
