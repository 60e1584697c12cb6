import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startSandbox, type FaultScript, type ProviderId, type Sandbox } from '../sandbox';
import { createEngine, type Engine } from '../support/engine';
import { speedUpTime } from '../support/fast-time';
import { chain, credentialData, imageNode, PACKAGE_DIR } from './support';

/** Many chunks, so that a stream can break with some of them written. */
const IMAGE_BYTES = 3 * 1_048_576;

let folder: string;
let sandbox: Sandbox;
let engine: Engine;
let slowDown: (() => void) | undefined;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'n8n-store-'));
	sandbox = await startSandbox({ taskMs: 100, imageBytes: IMAGE_BYTES });
	engine = await createEngine({ packageDir: PACKAGE_DIR, credentials: credentialData(sandbox), binaryDir: folder });
	slowDown = speedUpTime(100);
});

beforeEach(async () => {
	sandbox.reset();
	await Promise.all((await readdir(folder)).map(async (name) => await rm(join(folder, name), { recursive: true })));
});

afterAll(async () => {
	slowDown?.();
	await engine.close();
	await sandbox.close();
	await rm(folder, { recursive: true, force: true });
});

/** Names of the files that lie in n8n's store, its temporary ones included. */
async function filesKept(): Promise<string[]> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

async function generate(provider: ProviderId, options: { maxRetries?: number; downloadLimitMb?: number }) {
	const node = imageNode(sandbox, 'generateImage', { provider, prompt: 'A glass sphere', options }, { onError: 'continueRegularOutput' });
	const { outputs } = await engine.run(chain([{ json: {} }], node));
	return outputs.generateImage?.[0] ?? [];
}

describe('n8n\'s file store', () => {
	it.each<ProviderId>(['openai', 'toapis'])('keeps a whole image of %s and its description', async (provider) => {
		const [item] = await generate(provider, {});
		expect(item?.json.status).toBe('completed');
		expect((await engine.binary(item)).length).toBe(IMAGE_BYTES);
		const id = item?.binary?.data?.id?.split('/').at(-1) ?? '';
		expect((await filesKept()).sort()).toEqual([id, `${id}.metadata`]);
	});

	it.each<[string, ProviderId, Pick<FaultScript, 'on' | 'fault'>]>([
		['a reply that breaks off within the image', 'openai', { on: 'submit', fault: 'reset-mid' }],
		['a reply that ends within the image', 'apiyi', { on: 'submit', fault: 'truncated-json' }],
		['a download that breaks off', 'toapis', { on: 'download', fault: 'reset-mid' }],
		['an empty download', 'unifically', { on: 'download', fault: 'zero-bytes' }],
		['a web page for an image', 'uniall', { on: 'download', fault: 'wrong-type' }],
	])('keeps nothing of %s (%s)', async (_what, provider, fault) => {
		sandbox.scriptFaults({ ...fault, provider });
		const [item] = await generate(provider, { maxRetries: 0 });
		expect(item?.json.status).toBe('failed');
		expect(item?.binary).toBeUndefined();
		expect(await filesKept()).toEqual([]);
	});

	it('keeps the images that came whole before the reply broke off, each in an item', async () => {
		sandbox.scriptFaults({ provider: 'openai', on: 'submit', fault: 'reset-mid' });
		const node = imageNode(sandbox, 'generateImage', { provider: 'openai', prompt: 'A glass sphere', numberOfImages: 3 });
		const { outputs, error } = await engine.run(chain([{ json: {} }], node));
		expect(error).toBeUndefined();
		const items = outputs.generateImage?.[0] ?? [];
		expect(items.map(({ json }) => json.status)).toEqual(['completed', 'failed', 'failed']);
		expect((await engine.binary(items[0])).length).toBe(IMAGE_BYTES);
		expect(await filesKept()).toHaveLength(2);
	});

	it('keeps one whole image where the second download is the good one', async () => {
		sandbox.scriptFaults({ provider: 'toapis', on: 'download', fault: 'reset-mid' });
		const [item] = await generate('toapis', { maxRetries: 1 });
		expect((await engine.binary(item)).length).toBe(IMAGE_BYTES);
		expect(await filesKept()).toHaveLength(2);
	});
});

describe('Options > Download Limit', () => {
	it.each<ProviderId>(['openai', 'toapis'])('ends an image of %s that is larger, and nothing of it is kept', async (provider) => {
		const [item] = await generate(provider, { downloadLimitMb: 2, maxRetries: 0 });
		expect(item?.json).toMatchObject({ status: 'failed', error: { kind: 'malformed_response' } });
		expect((item?.json.error as { message: string }).message).toMatch(/larger than the limit of 2 MB/);
		expect(await filesKept()).toEqual([]);
	});

	it.each<ProviderId>(['openai', 'toapis'])('lets an image of %s pass that just fits', async (provider) => {
		const [item] = await generate(provider, { downloadLimitMb: 3 });
		expect(item?.json.status).toBe('completed');
	});
});
