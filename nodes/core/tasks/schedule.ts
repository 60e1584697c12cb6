import type { Random } from '../ports';
import type { Resolution } from '../request';

/** Larger images take longer; measured nowhere, so only a guess for the first look. */
const TIER_FACTOR: Readonly<Partial<Record<Resolution, number>>> = { '2K': 1.5, '4K': 2.5, '8K': 4 };

/** Share of the typical duration at which an image is plausibly ready. */
const FIRST_LOOK = 0.9;

/** Durations vary, and the typical one is often only guessed: nobody shall wait long for a look at a quick task. */
const LATEST_FIRST_LOOK_MS = 12_000;

/** Each pause is this share of the time the task has taken so far: many looks only at long tasks. */
const GROWTH = 0.11;

const SHORTEST_PAUSE_MS = 1_200;

/** Beyond this a finished image would lie around; ToAPIs advises 5 to 10 s. */
const LONGEST_PAUSE_MS = 10_000;

/** A batch must not look in step. */
const JITTER = 0.05;

/** All that the schedule looks at. */
export interface LookFacts {
	/** The model's typical duration at 1K, milliseconds. */
	typicalMs: number;
	resolution: Resolution | null;
	/** Since the submission, milliseconds. */
	elapsedMs: number;
	/** Looks so far. */
	looks: number;
	/** What the provider asks us to wait, milliseconds; null where it does not say. */
	advisedMs: number | null;
}

/**
 * How long to wait before the next look at a task, milliseconds. Pure.
 * The provider's own advice is taken as it is.
 */
export function pauseBeforeLook(facts: LookFacts, random: Random): number {
	if (facts.advisedMs !== null) return facts.advisedMs;
	const jitter = 1 + JITTER * (2 * random() - 1);
	if (facts.looks === 0) {
		const tier = facts.resolution ? (TIER_FACTOR[facts.resolution] ?? 1) : 1;
		const first = Math.min(LATEST_FIRST_LOOK_MS, facts.typicalMs * FIRST_LOOK * tier);
		return Math.max(0, first * jitter - facts.elapsedMs);
	}
	const pause = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, facts.elapsedMs * GROWTH));
	return pause * jitter;
}
