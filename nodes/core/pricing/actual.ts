import type { ModelEntry } from '../catalog/schema';
import type { Usage } from '../providers/provider';
import { addUsd, maxUsd, type Usd } from './money';
import { tokensUsd } from './tariff';

/** What is known of a finished request's price. */
export interface Bill {
	entry: ModelEntry;
	usage: Usage | null;
	/** What the provider said it charged, US dollars. */
	chargedUsd: Usd | null;
	/** Whether reference images may be among the input tokens. */
	hasReferences: boolean;
}

type TokenRates = { textInput: Usd; imageInput: Usd };

/** Input tokens by kind; where the provider does not tell them apart and may count images, all at the dearer rate. */
function inputUsd({ usage, hasReferences }: Bill, { textInput, imageInput }: TokenRates): Usd | null {
	if (!usage) return null;
	const { inputTextTokens, inputImageTokens, inputTokens } = usage;
	if (inputTextTokens !== null && inputImageTokens !== null) {
		return addUsd(tokensUsd(textInput, inputTextTokens), tokensUsd(imageInput, inputImageTokens));
	}
	if (inputTokens === null) return null;
	return tokensUsd(hasReferences ? maxUsd(textInput, imageInput) : textInput, inputTokens);
}

/**
 * What a finished request cost, US dollars: the provider's own figure, or its tokens at the list
 * price (at most that, where it counts text and reference images together). Null where neither is known.
 */
export function actualUsd(bill: Bill): Usd | null {
	if (bill.chargedUsd !== null) return bill.chargedUsd;
	const { price } = bill.entry;
	if (price.basis !== 'perToken') return null;
	const output = bill.usage?.outputTokens ?? null;
	const input = inputUsd(bill, price.perMillion);
	if (output === null || input === null) return null;
	return addUsd(input, tokensUsd(price.perMillion.imageOutput, output));
}
