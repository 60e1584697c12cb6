import { ImageError } from '../core/errors';
import { checkBudget } from '../core/pricing/budget';
import { billedFields } from '../core/pricing/extra-parameters';
import type { Job, RunOptions } from '../core/result';

/** Why a run may cost more than `capUsd`, all items together; null where it cannot. */
export function overCap(jobs: readonly Job[], capUsd: number | null, options: RunOptions): ImageError | null {
	if (capUsd === null) return null;
	const fields = [...new Set(jobs.flatMap(({ planned }) => billedFields(planned.request.extraParameters)))];
	if (fields.length === 0) return checkBudget(jobs, capUsd, options);
	return new ImageError({
		kind: 'over_budget',
		message: `Maximum Cost cannot be kept: Extra Parameters set ${fields.join(', ')}, which changes the price`,
		advice: "Use the node's own parameters for these, or remove Options > Maximum Cost.",
	});
}
