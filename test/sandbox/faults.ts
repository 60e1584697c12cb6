import type { ProviderId } from './types';

export type FaultPoint = 'submit' | 'poll' | 'download' | 'upload' | 'account';

export const FAULTS = [
	'status', 'reset-before', 'reset-mid', 'accepted-then-reset', 'hang', 'slow-drip', 'truncated-json', 'non-json', 'html',
	'error-in-200', 'task-failed', 'task-failed-silent', 'moderated', 'task-vanishes', 'unknown-status', 'empty-data', 'bad-base64',
	'zero-bytes', 'wrong-type', 'expired-url', 'redirect', 'insufficient-funds', 'unauthorized',
] as const;
export type FaultKind = (typeof FAULTS)[number];

/** A fault that the next matching request meets. */
export interface FaultScript {
	provider?: ProviderId;
	on: FaultPoint;
	/** How many requests meet it. Default 1. */
	times?: number;
	/** How many matching requests pass first. Default 0. */
	skip?: number;
	fault: FaultKind;
	/** For `status`, `html` and `moderated`. */
	status?: number;
	/** For `status`, for example a Retry-After. */
	headers?: Record<string, string>;
	/** For `status`: the reply instead of the provider's own. */
	body?: unknown;
	/** For `slow-drip`: over how long, milliseconds. Default 2000. */
	delayMs?: number;
	/** For `redirect`: where to; by default the files origin under another host name. */
	location?: string;
}

const ANYWHERE: readonly FaultKind[] = ['status', 'reset-before', 'reset-mid', 'hang', 'slow-drip', 'html', 'redirect'];
const API: readonly FaultKind[] = [
	...ANYWHERE, 'accepted-then-reset', 'truncated-json', 'non-json', 'error-in-200', 'insufficient-funds', 'unauthorized',
];

/** What can happen where. */
const PLAYABLE: Readonly<Record<FaultPoint, readonly FaultKind[]>> = {
	submit: [...API, 'moderated', 'empty-data', 'bad-base64'],
	poll: [...API, 'task-failed', 'task-failed-silent', 'moderated', 'task-vanishes', 'unknown-status', 'empty-data'],
	download: [...ANYWHERE, 'zero-bytes', 'wrong-type', 'expired-url'],
	upload: API,
	account: API,
};

/** What is wrong with a script, in a sentence; null for one that can be played. */
function problemOf({ on, fault }: FaultScript): string | null {
	const playable = Object.hasOwn(PLAYABLE, on) ? PLAYABLE[on] : null;
	if (!playable) return `Unknown point "${on}"; known: ${Object.keys(PLAYABLE).join(', ')}`;
	return playable.includes(fault) ? null : `No fault "${fault}" on ${on}; there are: ${playable.join(', ')}`;
}

interface ActiveFault {
	script: FaultScript;
	skip: number;
	left: number;
}

/** Scripted faults, waiting for the requests that meet them. */
export class FaultQueue {
	private active: ActiveFault[] = [];

	/** Throws where a script could never happen. */
	add(scripts: readonly FaultScript[]): void {
		const problem = scripts.map(problemOf).find((one) => one !== null);
		if (problem) throw new Error(problem);
		this.active.push(...scripts.map((script) => ({ script, skip: script.skip ?? 0, left: script.times ?? 1 })));
	}

	/** The fault that this request meets, if any: the oldest script that matches decides. */
	take(provider: ProviderId | null, point: FaultPoint): FaultScript | null {
		const met = this.active.find(
			({ script, left }) => left > 0 && script.on === point && (script.provider === undefined || script.provider === provider),
		);
		if (!met) return null;
		if (met.skip > 0) {
			met.skip -= 1;
			return null;
		}
		met.left -= 1;
		return met.script;
	}

	clear(): void {
		this.active = [];
	}
}
