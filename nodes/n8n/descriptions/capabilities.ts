import type { ModelEntry } from '../../core/catalog/schema';
import { ASPECT_RATIOS, type AspectRatio, type Resolution } from '../../core/request';
import { sizeMenu } from '../../core/sizing';

/** Ways of choosing a size that a model understands. */
export type SizingMode = 'aspectRatio' | 'pixels' | 'auto';

/** Null where the model offers no choice of size. */
export function sizingModes({ sizing }: ModelEntry): SizingMode[] | null {
	if (sizing.rule === 'none') return null;
	const pixels = sizing.rule !== 'ratioAndTier' || sizing.expected !== undefined;
	return ['aspectRatio', ...(pixels ? (['pixels'] as const) : []), ...(sizing.auto ? (['auto'] as const) : [])];
}

/** Every ratio that the model can make at some resolution; null where it offers no choice. */
export function aspectRatios({ sizing }: ModelEntry): AspectRatio[] | null {
	const offered = new Set([...sizeMenu(sizing).values()].flat());
	return offered.size > 0 ? ASPECT_RATIOS.filter((ratio) => offered.has(ratio)) : null;
}

/** Every resolution that the model can make in some ratio; null where it offers no choice. */
export function resolutions({ sizing }: ModelEntry): Resolution[] | null {
	const offered = [...sizeMenu(sizing).keys()];
	return offered.length > 0 ? offered : null;
}
