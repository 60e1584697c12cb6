import { inspect } from 'node:util';

import { stringify } from 'flatted';
import type { INode } from 'n8n-workflow';

import { APIYI_SYSTEM_TOKEN, startSandbox, type FaultScript, type ProviderId, type Sandbox } from '../sandbox';
import { createEngine, type Engine, type RunResult } from '../support/engine';
import { speedUpTime } from '../support/fast-time';
import { chain, credentialData, imageNode, PACKAGE_DIR, PROVIDERS } from './support';

const MODES: ReadonlyArray<NonNullable<INode['onError']>> = ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'];

/** What works with tasks, and the way out on which its errors are looked at. */
const TASK_MODELS: ReadonlyArray<[ProviderId, string, INode['onError']]> = [
	['uniall', 'gpt-image-2-origin', 'stopWorkflow'],
	['toapis', 'gpt-image-2', 'continueRegularOutput'],
	['unifically', 'gpt-image-2', 'continueErrorOutput'],
];

/** So many replies that cannot be read end the looking at a task. */
const LOOKS = 5;

const SIGNED = 'https://files.example/a.png?X-Amz-Signature=5f3a&X-Amz-Credential=AKIA77';

let sandbox: Sandbox;
let engine: Engine;
let slowDown: (() => void) | undefined;

beforeAll(async () => {
	sandbox = await startSandbox({ taskMs: 100 });
	engine = await createEngine({ packageDir: PACKAGE_DIR, credentials: credentialData(sandbox) });
	slowDown = speedUpTime(100);
});

beforeEach(() => sandbox.reset());

afterAll(async () => {
	slowDown?.();
	await engine.close();
	await sandbox.close();
});

/** Whatever a run leaves behind: as n8n stores it, as a debugger sees it (causes and hidden fields too), and the log. */
function tracesOf(result: RunResult): string {
	const everything = { depth: Infinity, showHidden: true, maxArrayLength: Infinity, maxStringLength: Infinity };
	return [stringify(result.run), inspect([result.run, result.error], everything), ...result.logs].join('\n');
}

function expectNoTrace(result: RunResult, secret: string): void {
	const traces = tracesOf(result);
	const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex')];
	for (const form of forms) expect(traces).not.toContain(form);
}

/** Replies in which a careless gateway repeats what it was sent. */
function echoes(key: string): Array<Pick<FaultScript, 'fault' | 'status' | 'body' | 'headers'>> {
	const said = `Authorization: Bearer ${key} was refused, see ${SIGNED}`;
	const headers = { 'x-request-id': `req-${key}` };
	return [
		{ fault: 'status', status: 401, headers, body: { error: { message: `Incorrect API key provided: ${key}`, code: key, type: key } } },
		{ fault: 'status', status: 400, headers, body: { error: { message: said, code: 'invalid_request' } } },
		{ fault: 'status', status: 500, headers, body: { code: 500, success: false, data: { message: said, code: `key_${key}` } } },
		{ fault: 'status', status: 200, headers, body: { error: { message: said, code: key } } },
		{ fault: 'status', status: 200, headers, body: { id: 'task-1', task_id: 'task-1', status: 'failed', fail_reason: said, error: { code: key, message: said } } },
		{ fault: 'status', status: 200, headers, body: said },
		{ fault: 'status', status: 502, headers, body: `<html><title>${said}</title></html>` },
	];
}

async function generate(provider: ProviderId, model: string, onError?: INode['onError']): Promise<RunResult> {
	const node = imageNode(sandbox, 'generateImage', { provider, model, prompt: 'A glass sphere', options: { maxRetries: 0 } }, { onError });
	return await engine.run(chain([{ json: {} }], node));
}

describe.each(PROVIDERS)('the key of %s', (provider) => {
	const key = () => sandbox.key(provider);

	it('stays in its credential while all goes well', async () => {
		const result = await generate(provider, 'gpt-image-2');
		expect(result.error).toBeUndefined();
		// It was used, so it could have been seen.
		expect(sandbox.requests().filter(({ headers }) => headers.authorization === `Bearer ${key()}`)).not.toEqual([]);
		expectNoTrace(result, key());
	});

	it.each(MODES)('and signed links are cut out of what the provider says when it refuses, with On Error %s', async (onError) => {
		for (const echo of echoes(key())) {
			sandbox.scriptFaults({ ...echo, provider, on: 'submit' });
			const result = await generate(provider, 'gpt-image-2', onError);
			const traces = tracesOf(result);
			if (typeof echo.body !== 'string') expect(traces).toContain('***');
			expect(traces).not.toContain('Amz-Signature');
			expectNoTrace(result, key());
		}
	});
});

describe.each(TASK_MODELS)('the key of %s (%s)', (provider, model, onError) => {
	it('is cut out of what the provider says of a task', async () => {
		for (const echo of echoes(sandbox.key(provider))) {
			sandbox.reset();
			sandbox.scriptFaults({ ...echo, provider, on: 'poll', times: LOOKS });
			const result = await generate(provider, model, onError);
			expect(tracesOf(result)).not.toContain('Amz-Signature');
			expectNoTrace(result, sandbox.key(provider));
		}
	});

	it('is in no task handle, and in nothing that Poll Task makes of it', async () => {
		const submit = imageNode(sandbox, 'generateImage', { provider, model, prompt: 'A glass sphere', completion: 'submit' });
		const result = await engine.run(chain([{ json: {} }], submit, imageNode(sandbox, 'pollTask', {})));
		expect(result.outputs.pollTask?.[0]).toHaveLength(1);
		expectNoTrace(result, sandbox.key(provider));
	});
});

describe('a link to an image', () => {
	const signature = () => new URL(sandbox.requests().find(({ origin }) => origin === 'files')?.path ?? '', sandbox.filesUrl);

	it.each<[string, Pick<FaultScript, 'fault' | 'location'>]>([
		['has expired', { fault: 'expired-url' }],
		['leads nowhere', { fault: 'redirect', location: 'http://127.0.0.1:1/away.png?sig=5f3a' }],
		['leads to what is no web address', { fault: 'redirect', location: 'ftp://127.0.0.1/away.png?sig=5f3a' }],
		['breaks off', { fault: 'reset-mid' }],
		['gives a web page', { fault: 'wrong-type' }],
	])('that %s is told without its signature', async (_what, fault) => {
		sandbox.scriptFaults({ ...fault, provider: 'toapis', on: 'download' });
		const result = await generate('toapis', 'gpt-image-2', 'continueRegularOutput');
		expect(result.outputs.generateImage?.[0]?.map(({ json }) => json.status)).toEqual(['failed']);
		expect(signature().pathname).toContain('.png');
		expect(tracesOf(result)).not.toMatch(/sig=/);
	});
});

describe('a balance', () => {
	it('is asked for with the system token, which is cut out of the refusal', async () => {
		const estimate = imageNode(sandbox, 'estimateCost', { provider: 'apiyi', model: 'gpt-image-2', options: { includeBalance: true } });
		sandbox.scriptFaults({ provider: 'apiyi', on: 'account', fault: 'status', status: 401, body: { success: false, message: `Token ${APIYI_SYSTEM_TOKEN} is unknown` } });
		const result = await engine.run(chain([{ json: {} }], estimate));
		expect(result.error).toBeUndefined();
		expect(JSON.stringify(result.outputs.estimateCost)).toContain('Token *** is unknown');
		expectNoTrace(result, APIYI_SYSTEM_TOKEN);
	});
});
