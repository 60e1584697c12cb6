import type { IDataObject, INode, INodeExecutionData, NodeApiError } from 'n8n-workflow';

import type { ErrorReport } from '../../nodes/core/errors';
import { startSandbox, type ProviderId, type Sandbox } from '../sandbox';
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
