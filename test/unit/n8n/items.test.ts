import type { IBinaryData } from 'n8n-workflow';

import { ImageError } from '../../../nodes/core/errors';
import type { Completed, DeliveredImage, Outcome, Pending } from '../../../nodes/core/result';
import { type Subject, toItems } from '../../../nodes/n8n/items';

const HANDLE = {
	provider: 'toapis', taskId: 'img_1', model: 'gpt-image-2', operation: 'generate' as const, count: 1,
	submittedAt: '2026-11-21T00:00:00.000Z', fingerprint: 'abc',
};

const TIMING = { totalMs: 8123, attempts: 1, polls: 4, detectionLagMs: 300 };

const SUBJECT: Subject = {
	itemIndex: 7,
	provider: 'toapis',
	model: 'gpt-image-2',
	request: {
		operation: 'generate', prompt: 'a cat', size: '1024x1024', aspectRatio: '1:1', resolution: '1K', quality: 'auto', fingerprint: 'abc',
	},
	imageCount: 2,
	cost: { perImage: '0.015', basis: 'perImage', priceAsOf: '2026-05', actual: ({ chargedUsd }) => chargedUsd },
};

function file(name: string): IBinaryData {
	return { data: '', fileName: name, mimeType: 'image/png', id: `filesystem:${name}` };
}

function image(name: string): DeliveredImage<IBinaryData> {
	return {
		url: `https://files.example/${name}`, urlExpiresAt: '2026-11-22T00:00:00.000Z', format: 'png', mimeType: 'image/png',
		width: 1024, height: 1024, bytes: 123, sha256: 'd2', saved: file(name),
	};
}

function completed(images: DeliveredImage<IBinaryData>[], chargedUsd: string | null = null): Completed<IBinaryData> {
	return { status: 'completed', task: HANDLE, images, usage: null, chargedUsd, timing: TIMING, requestId: 'req-1' };
}

const PENDING: Pending = { status: 'pending', task: HANDLE, progress: 40, timing: TIMING, requestId: 'req-2' };

const FAILED: Outcome<IBinaryData> = {
	status: 'failed',
	task: null,
	error: new ImageError({ kind: 'rate_limited', message: 'Too many requests', httpStatus: 429, code: 'rate_limit_exceeded' }),
	timing: TIMING,
};

const PER_IMAGE = { outputLayout: 'itemPerImage', binaryField: 'data' } as const;
const ONE_ITEM = { outputLayout: 'oneItem', binaryField: 'photo' } as const;

test('a finished image is one item in the form of the contract', () => {
	const { completed: items } = toItems({ ...SUBJECT, imageCount: 1 }, [completed([image('a.png')])], PER_IMAGE);
	expect(items).toEqual([
		{
			json: {
				status: 'completed',
				provider: 'toapis',
				model: 'gpt-image-2',
				task: HANDLE,
				image: {
					index: 0, count: 1, url: 'https://files.example/a.png', urlExpiresAt: '2026-11-22T00:00:00.000Z', format: 'png',
					mimeType: 'image/png', width: 1024, height: 1024, bytes: 123, sha256: 'd2',
				},
				request: SUBJECT.request,
				cost: { currency: 'USD', estimated: 0.015, actual: null, difference: null, basis: 'perImage', priceAsOf: '2026-05' },
				usage: null,
				timing: TIMING,
				requestId: 'req-1',
			},
			binary: { data: file('a.png') },
			pairedItem: { item: 7 },
		},
	]);
});

test('several images are an item each, with the price of one', () => {
	const { completed: items } = toItems(SUBJECT, [completed([image('a.png'), image('b.png')], '0.032')], PER_IMAGE);
	expect(items.map(({ json }) => json.image)).toEqual([
		expect.objectContaining({ index: 0, count: 2 }),
		expect.objectContaining({ index: 1, count: 2 }),
	]);
	expect(items[0]?.json.cost).toMatchObject({ estimated: 0.015, actual: 0.016, difference: 0.001 });
});

test('images of parallel requests are counted through', () => {
	const { completed: items } = toItems(SUBJECT, [completed([image('a.png')]), completed([image('b.png')])], PER_IMAGE);
	expect(items.map(({ json }) => (json.image as { index: number }).index)).toEqual([0, 1]);
});

test('one item holds all images, their binaries and their price', () => {
	const outcomes = [completed([image('a.png')], '0.016'), completed([image('b.png')], '0.016')];
	const { completed: items } = toItems(SUBJECT, outcomes, ONE_ITEM);
	expect(items).toHaveLength(1);
	expect(items[0]?.binary).toEqual({ photo: file('a.png'), photo_1: file('b.png') });
	expect(items[0]?.json).toMatchObject({
		images: [{ index: 0, url: 'https://files.example/a.png' }, { index: 1, url: 'https://files.example/b.png' }],
		cost: { estimated: 0.03, actual: 0.032, difference: 0.002 },
	});
	expect(items[0]?.json).not.toHaveProperty('image');
});

test('an image that stays at its URL brings no binary', () => {
	const remote = { ...image('a.png'), saved: null, width: null, height: null, bytes: null, sha256: null };
	const { completed: items } = toItems(SUBJECT, [completed([remote])], PER_IMAGE);
	expect(items[0]).not.toHaveProperty('binary');
	expect(items[0]?.json.image).toMatchObject({ width: null, height: null, bytes: null, sha256: null });
});

test('a running task keeps its handle and its estimate', () => {
	const { pending } = toItems(SUBJECT, [PENDING], PER_IMAGE);
	expect(pending).toHaveLength(1);
	expect(pending[0]?.json).toMatchObject({
		status: 'pending', task: HANDLE, progress: 40, cost: { estimated: 0.015, actual: null },
	});
	expect(pending[0]?.pairedItem).toEqual({ item: 7 });
});

test('a failure carries the whole error object', () => {
	const { failed } = toItems(SUBJECT, [FAILED], PER_IMAGE);
	expect(failed[0]?.item.json).toMatchObject({
		status: 'failed',
		task: null,
		error: {
			kind: 'rate_limited', message: 'Too many requests', httpStatus: 429, code: 'rate_limit_exceeded', requestId: null,
			retryable: true, billed: 'no',
		},
	});
});

test('of a partial success every part is put out', () => {
	const sorted = toItems({ ...SUBJECT, imageCount: 3 }, [completed([image('a.png')]), FAILED, PENDING], PER_IMAGE);
	expect([sorted.completed.length, sorted.pending.length, sorted.failed.length]).toEqual([1, 1, 1]);
});

test('a price that nobody knows is null, never missing', () => {
	const unpriced = { ...SUBJECT, cost: { ...SUBJECT.cost, perImage: null, basis: 'unknown', priceAsOf: null } };
	const { completed: items } = toItems(unpriced, [completed([image('a.png')])], PER_IMAGE);
	expect(items[0]?.json.cost).toEqual({
		currency: 'USD', estimated: null, actual: null, difference: null, basis: 'unknown', priceAsOf: null,
	});
});
