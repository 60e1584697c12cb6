import fc from 'fast-check';

import { ImageError } from '../../../nodes/core/errors';
import { gateways } from '../../../nodes/core/providers';
import { EmbeddedImage, type ImageResult, type Provider, type Reply } from '../../../nodes/core/providers/provider';
import { handle, planned, reply } from './support';

/** Keys and values that parsers look for, so that chance finds the interesting corners. */
const KEYS = [
	'id', 'task_id', 'status', 'progress', 'data', 'result', 'output', 'error', 'message', 'code', 'type', 'success', 'url', 'image_url',
	'image_urls', 'images', 'b64_json', 'usage', 'input_tokens', 'output_tokens', 'total_tokens', 'input_tokens_details', 'expires_at', 'completed_at',
	'fail_reason', 'quota', 'cost', 'balance_usd', 'remain_balance', 'remain_credits', 'unlimited_quota', 'file_url', 'valueOf', 'toString', '__proto__',
];
const VALUES = [
	'completed', 'FAILURE', 'processing', 'hasOwnProperty', 'https://example.com/a.png', 'https://', '50%', '429', 'rate limit', 429, 200, 0, -1,
	1e308, 1768381063, 8.64e15, new EmbeddedImage(0), true, false, null, '',
];

const likelyJson = fc.letrec((tie) => ({
	value: fc.oneof(
		{ maxDepth: 5, withCrossShrink: true },
		fc.constantFrom(...VALUES),
		fc.jsonValue(),
		fc.array(tie('value'), { maxLength: 3 }),
		fc.array(fc.tuple(fc.constantFrom(...KEYS), tie('value')), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
	),
})).value;

/** A value of `act`, or null where it throws an `ImageError`; any other error gets out. */
function valueOrError<T>(act: () => T): T | null {
	try {
		return act();
	} catch (error) {
		if (error instanceof ImageError) return null;
		throw error;
	}
}

function isImage(image: ImageResult): boolean {
	return 'embedded' in image ? image.embedded instanceof EmbeddedImage : /^https?:\/\/./i.test(image.url);
}

function checkAll(provider: Provider, answer: Reply): void {
	const { id } = provider;
	const submission = valueOrError(() => provider.parseSubmit(answer, planned(id)));
	if (submission?.state === 'accepted') expect(submission.taskId).not.toBe('');
	if (submission?.state === 'completed') expect(submission.images.map(isImage)).toContain(true);

	const task = provider.task && valueOrError(() => provider.task?.parseStatus(answer, handle(id)));
	if (task?.state === 'completed') expect(task.images.map(isImage)).not.toContain(false);
	if (task?.state === 'failed') expect(task.error).toBeInstanceOf(ImageError);
	valueOrError(() => provider.task?.parseRecovered?.(answer));

	expect(valueOrError(() => provider.upload?.parse(answer)) ?? 'https://').toMatch(/^https?:\/\//i);
	expect(valueOrError(() => provider.account?.parse(answer))?.usd ?? '0').toMatch(/^-?\d+(\.\d+)?$/);
	expect(valueOrError(() => provider.price?.parse(answer)) ?? '0').toMatch(/^\d+(\.\d+)?$/);
	expect(provider.classify({ ...answer, status: 400 })).toBeInstanceOf(ImageError);
}

describe.each(gateways.map(({ provider }) => provider))('$displayName', (provider) => {
	it('makes a value or an ImageError of any JSON', () => {
		fc.assert(fc.property(likelyJson, (json) => checkAll(provider, reply(json))), { numRuns: 500 });
	});

	it('classifies any status', () => {
		fc.assert(
			fc.property(fc.integer({ min: 400, max: 599 }), likelyJson, (status, json) => {
				expect(provider.classify(reply(json, status)).report).toMatchObject({ httpStatus: status, requestId: 'req_1' });
			}),
		);
	});

	it('ignores or reads any callback', () => {
		const bytes = fc.oneof(fc.uint8Array(), likelyJson.map((json) => Buffer.from(JSON.stringify(json))));
		fc.assert(
			fc.property(bytes, fc.constantFrom('', 'secret'), (rawBody, secret) => {
				const hint = valueOrError(() => provider.callback?.read({ headers: {}, rawBody, secret, now: 0 }));
				expect(hint?.signed ?? false).toBe(false);
			}),
		);
	});
});
