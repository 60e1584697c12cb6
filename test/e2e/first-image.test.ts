import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import sharp from 'sharp';

import { ROOT } from '../../scripts/package';
import { startSandboxedN8n } from '../support/sandboxed-n8n';
import type { SandboxedN8n } from '../support/sandboxed-n8n';
import { expectNoSecret } from './support';

const INSTALL_MS = 20 * 60_000;

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

let instance: SandboxedN8n | undefined;

function running(): SandboxedN8n {
	if (!instance) throw new Error('n8n did not start.');
	return instance;
}

beforeAll(async () => {
	instance = await startSandboxedN8n({ workflows: [join(ROOT, 'examples', 'first-image.json')] });
}, INSTALL_MS);

afterAll(async () => {
	await instance?.close();
});

test('n8n lists the package and its four nodes among the community packages', async () => {
	const packages = await running().n8n.api<Array<{ packageName: string; failedLoading: boolean; installedNodes: Array<{ name: string }> }>>(
		'GET',
		'/community-packages',
	);

	expect(packages).toHaveLength(1);
	expect(packages[0]).toMatchObject({ packageName: 'n8n-nodes-gpt-image', failedLoading: false });
	expect(packages[0]?.installedNodes.map(({ name }) => name).sort()).toEqual([
		'Edit Image',
		'Estimate Cost',
		'Generate Image',
		'Poll Task',
	]);
});

test('the first example leaves one PNG of 1536 x 1024 in n8n\'s binary store, and one image on the bill', async () => {
	const { n8n, sandbox, storedFile } = running();

	const execution = await n8n.execution(await n8n.execute('firstImage', 'Start'));

	expect(execution.status).toBe('success');
	const items = execution.data.resultData.runData['Generate Image']?.[0]?.data?.main?.[0];
	expect(items).toHaveLength(1);
	const file = items?.[0]?.binary?.data;
	expect(file?.mimeType).toBe('image/png');
	const bytes = readFileSync(storedFile(file?.id ?? ''));
	expect(bytes.subarray(0, 8)).toEqual(PNG_SIGNATURE);
	const { width, height } = await sharp(bytes).metadata();
	expect([width, height]).toEqual([1536, 1024]);
	// Decodes every pixel: a truncated file throws.
	expect((await sharp(bytes).stats()).isOpaque).toBe(true);
	expect(sandbox.ledger()).toEqual([expect.objectContaining({ provider: 'openai', model: 'gpt-image-2', count: 1 })]);
});

test('what n8n keeps of executions holds no key, even where the provider repeats it in a refusal', async () => {
	const { n8n, sandbox, writtenDown } = running();
	const key = sandbox.key('openai');
	const refusal = { error: { message: `Incorrect API key provided: ${key}`, type: 'invalid_request_error', code: key } };
	sandbox.scriptFaults({ provider: 'openai', on: 'submit', fault: 'status', status: 401, headers: { 'x-request-id': `req-${key}` }, body: refusal });

	const execution = await n8n.execution(await n8n.execute('firstImage', 'Start'));

	expect(execution.status).toBe('error');
	const kept = writtenDown();
	// Both executions are there: the image of the first one, and the refusal.
	for (const known of ['filesystem-v2:', '"fingerprint":', 'Incorrect API key provided: ***']) expect(kept.includes(known)).toBe(true);
	expectNoSecret(running());
	expect(JSON.stringify(execution)).not.toContain(key);
});

test('n8n tests each credential against its provider: the right key is accepted, a wrong one is not', async () => {
	const { n8n } = running();
	const credentials = await n8n.api<Array<{ id: string; name: string; type: string }>>('GET', '/credentials');
	expect(credentials.map(({ type }) => type).sort()).toEqual(['apiyiApi', 'openAiImagesApi', 'toApisApi', 'uniAllApi', 'unificallyApi']);

	for (const credential of credentials) {
		const { data } = await n8n.api<{ data: Record<string, string> }>('GET', `/credentials/${credential.id}?includeData=true`);
		const check = async (fields: Record<string, string>) =>
			await n8n.api<{ status: string }>('POST', '/credentials/test', { credentials: { ...credential, data: { ...data, ...fields } } });

		expect([credential.type, (await check({})).status]).toEqual([credential.type, 'OK']);
		expect([credential.type, (await check({ apiKey: 'wrong' })).status]).toEqual([credential.type, 'Error']);
	}
});
