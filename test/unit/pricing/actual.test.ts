import { actualUsd } from '../../../nodes/core/pricing/actual';
import type { Usage } from '../../../nodes/core/providers/provider';
import { entryOf } from '../../support/planning';

const openai = entryOf('openai', 'gpt-image-2');

function usage(known: Partial<Usage>): Usage {
	return { inputTokens: null, outputTokens: null, totalTokens: null, inputTextTokens: null, inputImageTokens: null, ...known };
}

test('tokens by kind at their own price', () => {
	const counted = usage({ inputTokens: 1034, inputTextTokens: 10, inputImageTokens: 1024, outputTokens: 196, totalTokens: 1230 });
	// 10 x 5 + 1024 x 8 + 196 x 30 per million
	expect(actualUsd({ entry: openai, usage: counted, chargedUsd: null, hasReferences: true })).toBe('0.014122');
});

describe('input tokens without their kind', () => {
	const counted = usage({ inputTokens: 1280, outputTokens: 6240, totalTokens: 7520 });
	const entry = entryOf('apiyi', 'gpt-image-2');

	test('are text where there was no reference image', () => {
		// 1280 x 5 + 6240 x 30 per million
		expect(actualUsd({ entry, usage: counted, chargedUsd: null, hasReferences: false })).toBe('0.1936');
	});

	test('count as images, the dearer kind, where there was one', () => {
		// 1280 x 8 + 6240 x 30 per million
		expect(actualUsd({ entry, usage: counted, chargedUsd: null, hasReferences: true })).toBe('0.19744');
	});
});

test('what the provider says it charged wins', () => {
	const bill = { entry: openai, usage: usage({ inputTokens: 1, outputTokens: 1 }), chargedUsd: '0.05', hasReferences: false };
	expect(actualUsd(bill)).toBe('0.05');
});

test.each([
	['no usage', openai, null],
	['no output tokens', openai, usage({ inputTokens: 10 })],
	['no input tokens', openai, usage({ outputTokens: 196 })],
	['a price per image', entryOf('apiyi', 'gpt-image-2-all'), usage({ inputTokens: 10, outputTokens: 196 })],
	['an unknown price', entryOf('openai', 'gpt-image-2.6-flare'), usage({ inputTokens: 10, outputTokens: 196 })],
])('nothing is known with %s', (_name, entry, counted) => {
	expect(actualUsd({ entry, usage: counted, chargedUsd: null, hasReferences: false })).toBeNull();
});
