import { registry } from '../../nodes/core/providers';
import { startSandbox, type Sandbox } from '../sandbox';
import { createEngine, type Engine } from '../support/engine';
import { credentialData, PACKAGE_DIR } from './support';

let sandbox: Sandbox;
let engine: Engine;

beforeAll(async () => {
	sandbox = await startSandbox();
	engine = await createEngine({ packageDir: PACKAGE_DIR, credentials: credentialData(sandbox) });
});

afterAll(async () => {
	await engine.close();
	await sandbox.close();
});

describe.each(registry.all.map(({ provider }) => provider.credentialType))('the Test button of %s', (type) => {
	const data = () => credentialData(sandbox)[type] as Record<string, string>;

	it('accepts a good key and costs nothing', async () => {
		expect(await engine.testCredential(type, data())).toMatchObject({ status: 'OK' });
		expect(sandbox.ledger()).toEqual([]);
	});

	it('refuses a bad key', async () => {
		expect(await engine.testCredential(type, { ...data(), apiKey: 'wrong' })).toMatchObject({ status: 'Error' });
	});

	it('tolerates a pasted /v1 and a slash', async () => {
		const baseUrl = `${data().baseUrl}/v1/`;
		expect(await engine.testCredential(type, { ...data(), baseUrl })).toMatchObject({ status: 'OK' });
	});
});
