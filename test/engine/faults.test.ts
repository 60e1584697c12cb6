import type { IDataObject, INode, INodeExecutionData, NodeApiError } from 'n8n-workflow';

import type { ErrorReport } from '../../nodes/core/errors';
import { startSandbox, type FaultScript, type ProviderId, type Sandbox } from '../sandbox';
import { createEngine, type Engine, type GivenCredentials, type RunResult } from '../support/engine';
import { speedUpTime } from '../support/fast-time';
import { FAILURES, RESCUES, type Failure, type Met } from './fault-cases';
import { chain, credentialData, imageNode, PACKAGE_DIR } from './support';

/** Retries and looks at tasks are waited for; sockets stay in real time. */
const TIME_FACTOR = 100;

const NOBODY = 'http://127.0.0.1:1';

const credentials: GivenCredentials = {};

let sandbox: Sandbox;
let engine: Engine;
let slowDown: (() => void) | undefined;

beforeAll(async () => {
	sandbox = await startSandbox({ taskMs: 100 });
	engine = await createEngine({ packageDir: PACKAGE_DIR, credentials });
	slowDown = speedUpTime(TIME_FACTOR);
});

beforeEach(() => {
	sandbox.reset();
	Object.assign(credentials, credentialData(sandbox));
});

afterAll(async () => {
	slowDown?.();
	await engine.close();
	await sandbox.close();
});

/** An item of another provider, and after it the one that meets the fault. */
async function run({ provider, model = 'gpt-image-2', script, options }: Met, onError?: INode['onError']): Promise<RunResult> {
	const other: ProviderId = provider === 'openai' ? 'apiyi' : 'openai';
	const items = [other, provider].map((by) => ({ json: { by, model: by === provider ? model : 'gpt-image-2' } }));
	const generate = imageNode(
		sandbox,
		'generateImage',
		{ provider: '={{ $json.by }}', model: '={{ $json.model }}', prompt: 'A glass sphere', options: { maxRetries: 1, timeoutSeconds: 120, ...options } },
		{ onError },
	);
	sandbox.reset();
	if (script) sandbox.scriptFaults({ ...script, provider });
	else credentials.unificallyApi = { apiKey: sandbox.key('unifically'), baseUrl: NOBODY };
	return await engine.run(chain(items, generate));
}

function output({ outputs }: RunResult, index = 0): INodeExecutionData[] {
	return outputs.generateImage?.[index] ?? [];
}

/** An error object without what differs from request to request. */
type Report = Omit<ErrorReport, 'requestId'>;

function withoutId(report: unknown): Report {
	const { requestId, ...rest } = report as ErrorReport;
	expect(requestId ?? 'req_000000000000000000000000').toMatch(/^req_[0-9a-f]{24}$/);
	return rest;
}

/** Holds that a text is one a user can read: a few sentences, and nothing that only a program would say. */
function expectReadable(text: string | null | undefined): void {
	expect(text).toMatch(/^[A-Z].{14,700}$/);
	expect(text).not.toMatch(/undefined|null|NaN|\[object |\bat .*:\d+|<\w+/);
}

function chargedTo(provider: ProviderId): number {
	return sandbox.ledger().filter((entry) => entry.provider === provider).length;
}

function expectFailedItem({ provider, kind, billed, charged, task }: Failure, item: INodeExecutionData | undefined): void {
	expect(item?.json).toMatchObject({ status: 'failed', provider, error: { kind, billed } });
	expect(item?.json.task).toEqual(task === 'none' ? null : expect.objectContaining({ provider, taskId: sandbox.tasks()[0]?.id }));
	expect(item?.pairedItem).toEqual({ item: 1 });
	expect(chargedTo(provider)).toBe(charged);
}

/** The error object of the failed item, which stands beside the good one. */
async function withContinueOnFail(failure: Failure): Promise<Report> {
	const result = await run(failure, 'continueRegularOutput');
	expect(result.error).toBeUndefined();
	const [good, bad, ...others] = output(result);
	expect(others).toEqual([]);
	expect(good?.json.status).toBe('completed');
	expectFailedItem(failure, bad);
	return withoutId(bad?.json.error);
}

async function expectErrorOutput(failure: Failure, report: Report): Promise<void> {
	const result = await run(failure, 'continueErrorOutput');
	expect(result.error).toBeUndefined();
	expect(output(result).map(({ json }) => json.status)).toEqual(['completed']);
	const [bad, ...others] = output(result, 1);
	expect(others).toEqual([]);
	expect(withoutId(bad?.json.error)).toEqual(report);
	const { error, details } = bad?.json as { error: ErrorReport; details: IDataObject };
	expectFailedItem(failure, { ...bad, json: { ...details, error } });
}

/** With nothing set, the workflow stops, unless a task may still give the image. */
async function expectStop(failure: Failure, report: Report): Promise<void> {
	const { provider, task, charged, advice } = failure;
	const result = await run(failure);
	if (task === 'open') {
		expect(result.error).toBeUndefined();
		return expectFailedItem(failure, output(result)[1]);
	}
	expect(chargedTo(provider)).toBe(charged);
	const { message, description, context } = result.error as NodeApiError;
	expect(message).toBe(`${report.message} [item 1]`);
	expect(description).toMatch(advice);
	for (const text of [message, description]) expectReadable(text);
	expect(withoutId(context.error)).toEqual(report);
	expect(context).toMatchObject({
		itemIndex: 1,
		task: task === 'over' ? { provider, taskId: sandbox.tasks()[0]?.id } : null,
		// The image that came before is not lost.
		reached: [{ itemIndex: 0, status: 'completed' }],
	});
}

it.each(FAILURES)('$what ($provider) is told alike by Continue On Fail, the error output and the error', async (failure) => {
	const report = await withContinueOnFail(failure);
	expect(report.message).toMatch(failure.message);
	expectReadable(report.message);
	await expectErrorOutput(failure, report);
	await expectStop(failure, report);
});

it.each(RESCUES)('$what ($provider) costs no more than one image', async (met) => {
	const result = await run(met);
	expect(result.error).toBeUndefined();
	expect(output(result).map(({ json }) => json.status)).toEqual(['completed', 'completed']);
	const { attempts, totalMs } = output(result)[1]?.json.timing as { attempts: number; totalMs: number };
	expect(attempts).toBe(met.attempts);
	expect(totalMs).toBeGreaterThanOrEqual(met.waitsMs ?? 0);
	expect(chargedTo(met.provider)).toBe(1);
});

describe('Poll Task, in n8n\'s engine', () => {
	/** A task of ToAPIs that is done, and after it one of Unifically that meets the fault. */
	async function poll(script: Omit<FaultScript, 'provider'>, mode: 'wait' | 'once'): Promise<RunResult> {
		const items = ['toapis', 'unifically'].map((by) => ({ json: { by } }));
		const submit = imageNode(sandbox, 'generateImage', { provider: '={{ $json.by }}', prompt: 'A glass sphere', completion: 'submit' });
		sandbox.scriptFaults({ ...script, provider: 'unifically' });
		return await engine.run(chain(items, submit, imageNode(sandbox, 'pollTask', { mode, options: { timeoutSeconds: 120 } })));
	}

	const taskAtFault = (): string | undefined => sandbox.tasks().find(({ provider }) => provider === 'unifically')?.id;

	it.each<[string, Omit<FaultScript, 'provider'>, ErrorReport['kind'], ErrorReport['billed'], RegExp]>([
		['has failed', { on: 'poll', fault: 'task-failed' }, 'task_failed', 'unknown', /Unifically: call upstream API failed/],
		['has vanished', { on: 'poll', fault: 'task-vanishes', times: 99 }, 'not_found', 'unknown', /Unifically: Task not found/],
		['the key may not see', { on: 'poll', fault: 'unauthorized' }, 'authentication', 'unknown', /Unifically: Invalid API key/],
		['has an image whose link has expired', { on: 'download', fault: 'expired-url', times: 99 }, 'not_found', 'yes', /no longer at its address/],
		['has an image that is empty', { on: 'download', fault: 'zero-bytes', times: 99 }, 'malformed_response', 'yes', /An empty file/],
	])('puts a task that %s out at Failed, beside the other at Completed', async (_what, script, kind, billed, message) => {
		const { outputs, error } = await poll(script, 'wait');
		expect(error).toBeUndefined();
		const [done, pending, failed] = outputs.pollTask ?? [];
		expect([done?.length, pending?.length, failed?.length]).toEqual([1, 0, 1]);
		expect(done?.[0]).toMatchObject({ json: { status: 'completed', provider: 'toapis' }, pairedItem: { item: 0 } });
		expect(failed?.[0]).toMatchObject({
			json: { status: 'failed', provider: 'unifically', task: { taskId: taskAtFault() }, error: { kind, billed } },
			pairedItem: { item: 1 },
		});
		const report = failed?.[0]?.json.error as ErrorReport;
		expect(report.message).toMatch(message);
		expectReadable(report.message);
	});

	it.each<[string, Omit<FaultScript, 'provider'>]>([
		['HTTP 503', { on: 'poll', fault: 'status', status: 503, times: 99 }],
		['a web page', { on: 'poll', fault: 'html', times: 99 }],
		['a broken connection', { on: 'poll', fault: 'reset-before', times: 99 }],
		['a status word that nobody knows', { on: 'poll', fault: 'unknown-status', times: 99 }],
	])('puts a task that gives nothing but %s out at Pending, with its handle', async (_what, script) => {
		for (const mode of ['once', 'wait'] as const) {
			sandbox.reset();
			const { outputs, error } = await poll(script, mode);
			expect(error).toBeUndefined();
			const pending = outputs.pollTask?.[1]?.find(({ json }) => json.provider === 'unifically');
			expect(pending).toMatchObject({ json: { status: 'pending', task: { provider: 'unifically', taskId: taskAtFault() } }, pairedItem: { item: 1 } });
		}
	});
});
