import type { IBinaryData, IDataObject } from 'n8n-workflow';

import { actualUsd, type Bill } from '../core/pricing/actual';
import { addUsd, multiplyUsd, subtractUsd, toNumber } from '../core/pricing/money';
import type { Completed } from '../core/result';

/** What is known of an item's price, before and after. */
export interface CostBasis {
	/** US dollars for one image as decimal text, null where nobody knows. */
	perImage: string | null;
	basis: string | null;
	/** ISO date or month of the price's source. */
	priceAsOf: string | null;
	/** US dollars that a finished request cost, as decimal text; null where the provider does not say. */
	actual: (outcome: Completed<IBinaryData>) => string | null;
}

/** A request and how many of its images an output item holds. */
interface Share {
	outcome: Completed<IBinaryData> | null;
	images: number;
}

/** The basis for an estimate and for the bill of the same request. */
export function costBasis(
	{ perImage, basis, priceAsOf }: Pick<CostBasis, 'perImage' | 'basis' | 'priceAsOf'>,
	billed: Pick<Bill, 'entry' | 'hasReferences'>,
): CostBasis {
	return {
		perImage,
		basis,
		priceAsOf,
		actual: ({ usage, chargedUsd }) => actualUsd({ ...billed, usage, chargedUsd }),
	};
}

/** What the images of one output item really cost: their part of what each request cost. */
function paidUsd(basis: CostBasis, shares: Share[]): string | null {
	let total = '0';
	for (const { outcome, images } of shares) {
		const paid = outcome && basis.actual(outcome);
		if (!outcome || paid === null) return null;
		total = addUsd(total, multiplyUsd(paid, images, outcome.images.length));
	}
	return total;
}

/** The `cost` of an output item: that of the images it holds. */
export function itemCost(basis: CostBasis, shares: Share[]): IDataObject {
	const images = shares.reduce((sum, share) => sum + share.images, 0);
	const estimated = basis.perImage === null ? null : multiplyUsd(basis.perImage, images);
	const actual = paidUsd(basis, shares);
	return {
		currency: 'USD',
		estimated: estimated === null ? null : toNumber(estimated),
		actual: actual === null ? null : toNumber(actual),
		difference: estimated === null || actual === null ? null : toNumber(subtractUsd(actual, estimated)),
		basis: basis.basis,
		priceAsOf: basis.priceAsOf,
	};
}

/** For items that never got as far as a price. */
export const unknownCost: CostBasis = { perImage: null, basis: null, priceAsOf: null, actual: () => null };
