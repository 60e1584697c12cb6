import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { startSandbox, type Sandbox } from '../sandbox';
import { createEngine, type Engine } from '../support/engine';
import { speedUpTime } from '../support/fast-time';
import { chain, credentialData, imageNode, PACKAGE_DIR } from './support';

let sandbox: Sandbox;
let slowDown: (() => void) | undefined;

beforeAll(async () => {
	sandbox = await startSandbox({ taskMs: 100 });
	// Looks at tasks are seconds apart.
	slowDown = speedUpTime(50);
});

beforeEach(() => sandbox.reset());

afterAll(async () => {
	slowDown?.();
	await sandbox.close();
});

async function withEngine(env: Record<string, string>, work: (engine: Engine) => Promise<void>): Promise<void> {
	const engine = await createEngine({ packageDir: PACKAGE_DIR, credentials: credentialData(sandbox), env });
	try {
		await work(engine);
	} finally {
		await engine.close();
	}
}

/** A proxy that passes plain http on and notes what it was asked for. */
async function startProxy(): Promise<{ url: string; asked: string[]; close(): Promise<void> }> {
	const asked: string[] = [];
	const server: Server = createServer((incoming, outgoing) => {
		asked.push(`${incoming.method} ${incoming.url}`);
		const forwarded = request(incoming.url ?? '', { method: incoming.method, headers: incoming.headers }, (reply) => {
			outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
			reply.pipe(outgoing);
		});
		incoming.pipe(forwarded);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		asked,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

describe('with n8n\'s SSRF protection on', () => {
	const env = { N8N_SSRF_PROTECTION_ENABLED: 'true' };

	it('refuses a base URL on a private address', async () => {
		await withEngine(env, async (engine) => {
			const run = await engine.run(chain([{ json: {} }], imageNode(sandbox, 'generateImage', { provider: 'apiyi', prompt: 'x' })));
			expect(run.error?.message).toMatch(/does not allow connections to 127\.0\.0\.1/);
			expect(run.error?.context).toMatchObject({ error: { kind: 'network', billed: 'no' } });
		});
		expect(sandbox.requests()).toEqual([]);
	});

	it('refuses a redirect of the result to a private address', async () => {
		sandbox.scriptFaults({ on: 'download', fault: 'redirect', location: 'http://127.0.0.2:9/elsewhere.png' });
		await withEngine({ ...env, N8N_SSRF_ALLOWED_IP_RANGES: '127.0.0.1/32' }, async (engine) => {
			const generate = imageNode(sandbox, 'generateImage', { provider: 'toapis', prompt: 'x' }, { onError: 'continueRegularOutput' });
			const run = await engine.run(chain([{ json: {} }], generate));
			const [item] = run.outputs.generateImage?.[0] ?? [];
			expect(item?.json).toMatchObject({ status: 'failed', task: { provider: 'toapis' }, error: { kind: 'network', billed: 'yes' } });
			expect((item?.json.error as { message: string }).message).toMatch(/does not allow connections to 127\.0\.0\.2/);
		});
	});

	it('refuses a result URL on a private address, and keeps the task', async () => {
		const api = await startSandbox({ taskMs: 100 });
		const engine = await createEngine({
			packageDir: PACKAGE_DIR,
			credentials: { toApisApi: { apiKey: api.key('toapis'), baseUrl: api.baseUrl('toapis').replace('127.0.0.1', 'localhost') } },
			env: { ...env, N8N_SSRF_ALLOWED_HOSTNAMES: 'localhost' },
		});
		try {
			const generate = imageNode(api, 'generateImage', { provider: 'toapis', prompt: 'x' }, { onError: 'continueRegularOutput' });
			const run = await engine.run(chain([{ json: {} }], generate));
			const [item] = run.outputs.generateImage?.[0] ?? [];
			expect(item?.json).toMatchObject({ status: 'failed', task: { provider: 'toapis' }, error: { kind: 'network', billed: 'yes' } });
			expect(api.requests().filter(({ origin }) => origin === 'files')).toEqual([]);
		} finally {
			await engine.close();
			await api.close();
		}
	});
});

describe('with a proxy set', () => {
	it('sends every request through it, and the key to nobody but the provider', async () => {
		const proxy = await startProxy();
		try {
			await withEngine({ HTTP_PROXY: proxy.url, NO_PROXY: '' }, async (engine) => {
				const run = await engine.run(chain([{ json: {} }], imageNode(sandbox, 'generateImage', { provider: 'toapis', prompt: 'x' })));
				expect(run.error).toBeUndefined();
			});
			expect(proxy.asked).toContain(`POST ${sandbox.baseUrl('toapis')}/v1/images/generations`);
			expect(proxy.asked.filter((line) => line.startsWith(`GET ${sandbox.filesUrl}/`))).toHaveLength(1);
			expect(sandbox.requests()).toHaveLength(proxy.asked.length);
		} finally {
			await proxy.close();
		}
	});
});

describe('the second origin', () => {
	it('never sees a key', async () => {
		await withEngine({}, async (engine) => {
			const run = await engine.run(chain([{ json: {} }], imageNode(sandbox, 'generateImage', { provider: 'toapis', prompt: 'x' })));
			expect(run.error).toBeUndefined();
		});
		const downloads = sandbox.requests().filter(({ origin }) => origin === 'files');
		expect(downloads).toHaveLength(1);
		expect(JSON.stringify(downloads)).not.toContain(sandbox.key('toapis'));
		expect(downloads[0]?.headers).not.toHaveProperty('authorization');
	});
});

describe('a credential that cannot work', () => {
	const cases: Array<[string, Record<string, string> | undefined, RegExp]> = [
		['is missing', undefined, /credential/i],
		['has no key', { apiKey: '', baseUrl: 'http://127.0.0.1:1' }, /API key/],
		['has no address', { apiKey: 'k', baseUrl: 'not an address' }, /http/],
		['points at nobody', { apiKey: 'k', baseUrl: 'http://127.0.0.1:1' }, /could not be reached/],
	];

	it.each(cases)('%s', async (_name, data, message) => {
		const engine = await createEngine({ packageDir: PACKAGE_DIR, credentials: data ? { apiyiApi: data } : {} });
		try {
			const more = data ? {} : { credentials: {} };
			const generate = imageNode(sandbox, 'generateImage', { provider: 'apiyi', prompt: 'x', options: { maxRetries: 0 } }, more);
			const run = await engine.run(chain([{ json: {} }], generate));
			expect(run.error?.message).toMatch(message);
			expect(run.error?.message).not.toMatch(/undefined|\[object/);
		} finally {
			await engine.close();
		}
	});
});
