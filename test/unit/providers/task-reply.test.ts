import { parseAccepted, parseFound, parseTask, type TaskDialect } from '../../../nodes/core/providers/task-reply';
import { failureOf } from '../../support/failure';
import { reply } from './support';

const DIALECT: TaskDialect = { provider: 'Gateway', failedTaskBilled: 'unknown' };
const URL = 'https://files.example/1.png';

const task = (json: unknown) => parseTask(reply(json), DIALECT);
const accepted = (json: unknown) => parseAccepted(reply(json), DIALECT);

describe('the state of a task', () => {
	it.each(['pending', 'not_start', 'submitted', 'queued', 'processing', 'IN_PROGRESS', 'in  progress', 'in-progress', 'running', 'generating'])(
		'"%s" means not yet',
		(status) => {
			expect(task({ id: 't', status, progress: 40 })).toStrictEqual({ state: 'pending', progress: 40 });
		},
	);

	it.each(['completed', 'SUCCESS', 'succeeded', 'succeed', 'done'])('"%s" means done', (status) => {
		expect(task({ id: 't', status, url: URL })).toStrictEqual({ state: 'completed', images: [{ url: URL, expiresAt: null }], usage: null, chargedUsd: null });
	});

	it.each(['failed', 'FAILURE', 'fail', 'error', 'cancelled', 'canceled', 'expired'])('"%s" means failed', (status) => {
		expect(task({ id: 't', status, error: { message: 'Too dark' } })).toMatchObject({ state: 'failed', error: { report: { kind: 'task_failed', message: 'Gateway: Too dark', billed: 'unknown' } } });
	});

	it.each(['reticulating', 'hasOwnProperty', 'inprogress'])('"%s" is kept, and means not yet', (status) => {
		expect(task({ id: 't', status })).toStrictEqual({ state: 'pending', progress: null, unknownStatus: status });
	});

	it.each([
		['"50%"', '50%', 50],
		['"7.5 %"', '7.5 %', 7.5],
		['more than all', 120, 100],
		['less than nothing', -1, 0],
		['a bare number as text', '33', 33],
		['"99.95%"', '99.95%', 99.95],
		['words', 'half', null],
		['words around a number', 'step 3', null],
		['a number with a unit', '3 steps', null],
	])('has a progress of %s', (_name, progress, percent) => {
		expect(task({ id: 't', status: 'running', progress })).toMatchObject({ progress: percent });
	});

	it('is found up to three wrappings deep, no deeper', () => {
		const inner = { id: 't', status: 'completed', url: URL };
		expect(task({ data: { data: { data: inner } } })).toMatchObject({ state: 'completed' });
		expect(failureOf(() => task({ data: { data: { data: { data: inner } } } }))).toMatchObject({ kind: 'malformed_response' });
	});

	it.each([
		['task_id', { status: 'success', data: { task_id: 't', status: 'processing' } }],
		['id', { status: 'success', data: { id: 't', status: 'processing' } }],
	])('is what stands beside the id (%s), not what the envelope says', (_name, json) => {
		expect(task(json)).toStrictEqual({ state: 'pending', progress: null });
	});

	it('may stand without an id, outside or inside', () => {
		expect(task({ status: 'running', data: { id: 't' } })).toStrictEqual({ state: 'pending', progress: null });
		expect(task({ data: { status: 'failed' } })).toMatchObject({ state: 'failed' });
	});

	it('is done where images come without a word', () => {
		expect(task({ id: 't', url: URL })).toMatchObject({ state: 'completed', images: [{ url: URL }] });
	});

	it.each([
		['no task', { ok: true }, { kind: 'malformed_response', message: 'Gateway sent a reply without a task status' }],
		['a task that is done without images', { id: 't', status: 'done' }, { kind: 'malformed_response', message: 'Gateway sent a reply without an image, though the task is completed' }],
		['a refusal instead', { success: false }, { kind: 'task_failed', message: 'Gateway refused the request without an explanation' }],
	])('cannot be read from %s', (_name, json, report) => {
		expect(failureOf(() => task(json)).report).toMatchObject(report);
	});
});

describe('the images of a task', () => {
	it.each([
		['result.data', { result: { data: [{ url: URL }] } }],
		['result', { result: { url: URL } }],
		['output', { output: [URL] }],
		['data as a list', { data: [{ url: URL }] }],
		['data as an object', { data: { url: URL } }],
		['its own keys', { image_url: URL }],
		['the result before its own keys', { result: { url: URL }, images: ['https://files.example/reference.png'] }],
	])('stand in %s', (_name, fields) => {
		expect(task({ id: 't', status: 'done', ...fields })).toMatchObject({ images: [{ url: URL }] });
	});

	it.each([
		['seconds', 1_768_381_063, '2026-01-14T08:57:43.000Z'],
		['milliseconds', 1_768_381_063_000, '2026-01-14T08:57:43.000Z'],
		['the first number that is milliseconds', 1e12, '2001-09-09T01:46:40.000Z'],
		['text', '2026-01-14T08:57:43Z', '2026-01-14T08:57:43.000Z'],
		['words', 'tomorrow', null],
		['a time before 1970', '1969-12-31T00:00:00Z', null],
		['the beginning of 1970', '1970-01-01T00:00:00Z', null],
		['the last moment of time', 8.64e15, '+275760-09-13T00:00:00.000Z'],
		['a moment after the end of time', 8.65e15, null],
		['nothing', undefined, null],
	])('expire at a time given as %s', (_name, expires_at, expiresAt) => {
		expect(task({ data: { id: 't', status: 'done', url: URL, expires_at } })).toMatchObject({ images: [{ url: URL, expiresAt }] });
	});

	it('carry the time at which the task was done, where that is known', () => {
		expect(task({ id: 't', status: 'done', url: URL, completed_at: 1_768_381_063 })).toMatchObject({ completedAt: 1_768_381_063_000 });
		expect(task({ id: 't', status: 'done', url: URL, completed_at: 'soon' })).not.toHaveProperty('completedAt');
	});
});

describe('the reply to a submission', () => {
	it.each([
		['task_id', { task_id: 'a', id: 'b' }, 'a'],
		['id', { id: 17 }, '17'],
		['the id of the task, not of the envelope', { id: 'request', data: { id: 'task', status: 'queued' } }, 'task'],
		['the envelope where the task has none', { id: 'request', data: { status: 'queued' } }, 'request'],
		['the bare id', { data: 'task_1.a:b-c' }, 'task_1.a:b-c'],
	])('holds a task by %s', (_name, json, taskId) => {
		expect(accepted(json)).toStrictEqual({ state: 'accepted', taskId, progress: null });
	});

	it.each([[{ data: 'not accepted' }], [{ data: 'no!' }], [{ data: 5 }], [{ data: '' }], [{}]])('holds neither task nor image: %j', (json) => {
		expect(failureOf(() => accepted(json)).report).toMatchObject({ kind: 'malformed_response', message: 'Gateway sent a reply without a task or an image' });
	});

	it('may hold the images at once', () => {
		expect(accepted({ data: [{ url: URL }] })).toMatchObject({ state: 'completed', images: [{ url: URL }] });
		expect(accepted({ id: 't', status: 'completed', url: URL })).toMatchObject({ state: 'completed', images: [{ url: URL }] });
	});

	it.each(['queued', 'reticulating'])('does not take the images of a task that is %s for results', (status) => {
		expect(accepted({ id: 't', status, images: [URL], progress: 5 })).toStrictEqual({ state: 'accepted', taskId: 't', progress: 5 });
	});

	it('may say that the task failed already', () => {
		expect(failureOf(() => accepted({ id: 't', status: 'failed', fail_reason: 'Too dark' })).report).toMatchObject({ kind: 'task_failed', message: 'Gateway: Too dark', billed: 'unknown' });
	});
});

describe('a task that was looked up', () => {
	it('is there where it has an id and a status', () => {
		expect(parseFound(reply({ data: { task_id: 't', status: 'queued' } }))).toEqual({ taskId: 't' });
		expect(parseFound(reply({ task_id: 't' }))).toBeNull();
		expect(parseFound(reply({ status: 'queued' }))).toBeNull();
		expect(parseFound(reply(undefined))).toBeNull();
	});
});
