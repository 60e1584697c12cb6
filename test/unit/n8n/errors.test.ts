import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { GenerateImage } from '../../../nodes/GenerateImage/GenerateImage.node';
import { ImageError, invalidRequest } from '../../../nodes/core/errors';
import { reachedBy, toImageError, toNodeError } from '../../../nodes/n8n/errors';
import { nodeOf } from '../../support/node-parameters';

const NODE = nodeOf(new GenerateImage().description);
const HANDLE = {
	provider: 'toapis', taskId: 'img_1', model: 'gpt-image-2', operation: 'generate' as const, count: 1,
	submittedAt: '2026-11-21T00:00:00.000Z', fingerprint: 'abc',
};
const TIMING = { totalMs: 1, attempts: 1, polls: 0, detectionLagMs: null };

test('a provider error says what happened, to which item, and what to do', () => {
	const error = new ImageError({
		kind: 'insufficient_funds', message: 'ToAPIs: the balance is used up', httpStatus: 402, code: 'insufficient_quota', requestId: 'req-9',
	});
	const shown = toNodeError(NODE, error, 3);
	expect(shown).toBeInstanceOf(NodeApiError);
	expect(shown.message).toBe('ToAPIs: the balance is used up [item 3]');
	expect(shown.description).toBe('Top up the balance at the provider, or choose another provider.');
	expect(shown).toHaveProperty('httpCode', '402');
	expect(shown.context).toMatchObject({
		itemIndex: 3,
		error: { kind: 'insufficient_funds', httpStatus: 402, code: 'insufficient_quota', requestId: 'req-9', billed: 'no' },
	});
});

test('bad input is an operation error', () => {
	const shown = toNodeError(NODE, invalidRequest('The prompt is empty'), 0);
	expect(shown).toBeInstanceOf(NodeOperationError);
	expect(shown.message).toBe('The prompt is empty [item 0]');
	expect(shown.context.error).toMatchObject({ kind: 'invalid_request', retryable: false });
});

test("a system error's name in the message does not make n8n replace it", () => {
	const error = new ImageError({ kind: 'network', message: 'api.example refused the connection (ECONNREFUSED)' });
	expect(toNodeError(NODE, error, 1).message).toBe('api.example refused the connection (ECONNREFUSED) [item 1]');
});

test('the task that outlives the error stands beside it', () => {
	const error = new ImageError({ kind: 'network', message: 'The download broke', task: HANDLE });
	expect(toNodeError(NODE, error, 0).context.task).toEqual(HANDLE);
});

test('what other items had reached is listed, images with their address and their place in the store', () => {
	const reached = reachedBy(4, [
		{
			status: 'completed', task: HANDLE, usage: null, chargedUsd: null, timing: TIMING, requestId: null,
			images: [
				{
					url: 'https://files.example/a.png', urlExpiresAt: null, format: 'png', mimeType: 'image/png', width: 1, height: 1, bytes: 1,
					sha256: 'x', saved: { data: '', mimeType: 'image/png', fileName: 'a.png', id: 'filesystem:a' },
				},
			],
		},
		{ status: 'pending', task: { ...HANDLE, taskId: 'img_2' }, progress: null, timing: TIMING, requestId: null },
		{ status: 'failed', task: null, error: invalidRequest('no'), timing: TIMING },
	]);
	expect(reached).toEqual([
		{
			itemIndex: 4, status: 'completed', task: HANDLE,
			images: [{ url: 'https://files.example/a.png', fileName: 'a.png', binaryId: 'filesystem:a' }],
		},
		{ itemIndex: 4, status: 'pending', task: { ...HANDLE, taskId: 'img_2' }, images: [] },
	]);
	const shown = toNodeError(NODE, invalidRequest('The prompt is empty'), 0, reached);
	expect(shown.context.reached).toEqual(reached);
	expect(shown.description).toContain('On Error');
});

test('anything else that is thrown while an item is read is an error of that item', () => {
	expect(toImageError(new Error('bad expression')).report).toMatchObject({ kind: 'invalid_request', message: 'bad expression' });
	expect(toImageError('odd').message).toBe('odd');
});
