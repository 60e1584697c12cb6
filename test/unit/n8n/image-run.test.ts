import { NodeApiError, type INodeParameters } from 'n8n-workflow';
import { Readable } from 'node:stream';

import { GenerateImage } from '../../../nodes/GenerateImage/GenerateImage.node';
import type { Transport } from '../../../nodes/core/ports';
import { type ContextOptions, executeContext } from '../../support/execute-context';
import { PNG, type ScriptedReply, ScriptedTransport } from '../../support/scripted-transport';

let network: Transport;

jest.mock('../../../nodes/transport', () => ({
	createTransport: () => network,
	toReadable: (bytes: AsyncIterable<Uint8Array>) => Readable.from(bytes, { objectMode: false }),
}));

const node = new GenerateImage();
const CREDENTIALS = {
	apiyiApi: { apiKey: 'sk-apiyi-secret\n', baseUrl: 'http://gateway.example/v1/' },
	toApisApi: { apiKey: 'toapis-secret', baseUrl: 'http://toapis.example' },
	unificallyApi: { apiKey: 'unifically-secret', baseUrl: 'http://unifically.example' },
};
const APIYI = { provider: 'apiyi', prompt: 'a cat' };
const TOAPIS = { provider: 'toapis', prompt: 'a cat', completion: 'submit' };
const IMAGE: ScriptedReply = { json: { created: 1, data: [{ b64_json: PNG.toString('base64') }] } };
const REFUSED: ScriptedReply = { status: 400, json: { error: { message: 'moderation', code: 'moderation_blocked' } } };

async function run(parameters: INodeParameters | INodeParameters[], options: ContextOptions = {}, replies: ScriptedReply[] = []) {
	const transport = new ScriptedTransport(() => replies.shift() ?? IMAGE);
	network = transport;
	const items = options.items ?? (Array.isArray(parameters) ? parameters.map(() => ({ json: {} })) : [{ json: {} }]);
	const fake = executeContext(node, { parameters, credentials: CREDENTIALS, ...options, items });
	const result = await node.execute.call(fake.context).then(
		([output = []]) => ({ output, error: null }),
		(error: unknown) => ({ output: [], error: error as NodeApiError }),
	);
	return { ...fake, ...result, sent: transport.sent };
}

describe('a finished run', () => {
	test('puts out one item per input item, in order, with the image in the binary field', async () => {
		const { output } = await run([APIYI, { ...APIYI, prompt: 'a dog' }, { ...APIYI, prompt: 'a fox' }]);
		expect(output.map(({ json }) => (json.request as { prompt: string }).prompt)).toEqual(['a cat', 'a dog', 'a fox']);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
		expect(output[0]?.binary?.data).toMatchObject({ mimeType: 'image/png', data: PNG.toString('base64') });
		expect(output[0]?.binary?.data?.fileName).toMatch(/\.png$/);
		expect(output[0]?.json).toMatchObject({
			status: 'completed', provider: 'apiyi', model: 'gpt-image-2', task: null,
			image: { index: 0, count: 1, url: null, format: 'png', width: 1, height: 1, bytes: PNG.length },
			cost: { currency: 'USD', basis: 'perToken' },
		});
	});

	test('reads each credential once, trims the pasted key and tolerates /v1 in the base URL', async () => {
		const { sent, credentialReads } = await run([APIYI, APIYI, APIYI]);
		expect(credentialReads).toEqual(['apiyiApi']);
		expect(sent.map(({ url }) => url)).toEqual(Array(3).fill('http://gateway.example/v1/images/generations'));
		expect(sent[0]?.headers.authorization ?? sent[0]?.headers.Authorization).toBe('Bearer sk-apiyi-secret');
	});

	test('tells what it cost and which size came instead of the one asked for', async () => {
		const { hints } = await run(APIYI);
		const text = hints.map(({ message }) => message).join('\n');
		expect(text).toMatch(/Estimated cost: (about|at most) \$0\.\d+ for 1 image\./);
		expect(text).toContain('item 0: 1024x1024 asked for, 1x1 came');
	});

	test('tells of a model that is on its way out', async () => {
		const model = { __rl: true, mode: 'id', value: 'gpt-image-1.5' };
		const { hints } = await run({ ...TOAPIS, provider: 'unifically', model }, {}, [{ json: { success: true, data: { task_id: 'task-1' } } }]);
		expect(hints.map(({ message }) => message)).toContainEqual(expect.stringContaining('Move to gpt-image-2.'));
	});

	test('a submitted task leaves with its handle, and the hint names Poll Task', async () => {
		const { output, hints } = await run(TOAPIS, {}, [{ json: { id: 'img_5b', status: 'queued', progress: 0 } }]);
		expect(output[0]?.json).toMatchObject({
			status: 'pending',
			task: { provider: 'toapis', taskId: 'img_5b', model: 'gpt-image-2', operation: 'generate', count: 1 },
			cost: { estimated: 0.015, actual: null },
		});
		expect(hints.map(({ message }) => message).join()).toContain('Poll Task');
	});

	test('an item has an id of its own at the provider, the same in every run of it', async () => {
		const reply = () => ({ json: { id: 'img_5b', status: 'queued' } });
		const idsOf = async () => {
			const { sent } = await run([TOAPIS, TOAPIS], {}, [reply(), reply()]);
			return await Promise.all(sent.map(async ({ body }) => {
				const chunks: Uint8Array[] = [];
				for await (const chunk of body?.open() ?? []) chunks.push(chunk);
				return (JSON.parse(Buffer.concat(chunks).toString()) as { client_business_id: string }).client_business_id;
			}));
		};
		const first = await idsOf();
		expect(new Set(first).size).toBe(2);
		expect(await idsOf()).toEqual(first);
	});
});

describe('what is wrong is found before the first request', () => {
	test.each<[string, INodeParameters, RegExp]>([
		['an empty prompt', { ...APIYI, prompt: '  ' }, /prompt is empty \[item 1\]/i],
		['eleven images', { ...APIYI, numberOfImages: 11 }, /Number of Images .* \[item 1\]/],
		['a resolution that the ratio does not have', { ...TOAPIS, aspectRatio: '1:1', resolution: '4K' }, /4K.*\[item 1\]/],
		['a provider nobody knows', { ...APIYI, provider: 'acme' }, /openai.*\[item 1\]/],
		['a provider without a credential', { provider: 'uniall', prompt: 'a cat' }, /No usable UniAll AI credential.*\[item 1\]/],
	])('%s', async (_name, bad, message) => {
		const { error, sent } = await run([TOAPIS.provider === bad.provider ? TOAPIS : APIYI, bad]);
		expect(error?.message).toMatch(message);
		expect(error?.description).toBeTruthy();
		expect(sent).toEqual([]);
	});

	test('settings of the run that an expression makes different for each item', async () => {
		const { error, sent } = await run([{ ...APIYI, options: { concurrency: 1 } }, { ...APIYI, options: { concurrency: 2 } }]);
		expect(error?.message).toContain('hold for the whole run');
		expect(sent).toEqual([]);
	});

	test('a run above Maximum Cost, all items counted', async () => {
		const options = { maxCostUsd: 0.02 };
		const set = { ...TOAPIS, options };
		expect((await run(set, {}, [{ json: { id: 'a', status: 'queued' } }])).error).toBeNull();
		const { error, sent } = await run([set, set]);
		expect(error?.context.error).toMatchObject({ kind: 'over_budget', billed: 'no' });
		expect(sent).toEqual([]);
	});

	test('a cap on a price that nobody knows', async () => {
		const model = { __rl: true, mode: 'id', value: 'some-new-model' };
		const { error, sent } = await run({ ...TOAPIS, model, options: { maxCostUsd: 5 } });
		expect(error?.context.error).toMatchObject({ kind: 'over_budget' });
		expect(sent).toEqual([]);
	});

	test.each(['n', 'resolution', '{"metadata": {"resolution": "4k"}}'])('a cap that Extra Parameters would get around: %s', async (field) => {
		const extraParameters = field.startsWith('{') ? field : JSON.stringify({ [field]: 9 });
		const { error, sent } = await run({ ...TOAPIS, options: { maxCostUsd: 5, extraParameters } });
		expect(error?.context.error).toMatchObject({ kind: 'over_budget' });
		expect(sent).toEqual([]);
	});
});

describe('with Continue On Fail', () => {
	test('an item that is refused is a failed item between the others', async () => {
		const { output, error } = await run([APIYI, { ...APIYI, prompt: '' }, APIYI], { onError: 'continueRegularOutput' });
		expect(error).toBeNull();
		expect(output.map(({ json }) => json.status)).toEqual(['completed', 'failed', 'completed']);
		expect(output[1]?.json).toMatchObject({ task: null, error: { kind: 'invalid_request', billed: 'no' } });
		expect(output[1]?.error).toBeUndefined();
		expect(output[1]?.pairedItem).toEqual({ item: 1 });
	});

	test('the error output gets an item with the same error object, in the shape that n8n takes for an error', async () => {
		const { output } = await run([APIYI, { ...APIYI, prompt: '' }], { onError: 'continueErrorOutput' });
		expect(output[0]?.json.status).toBe('completed');
		expect(output[1]?.error).toBeUndefined();
		expect(Object.keys(output[1]?.json ?? {}).sort()).toEqual(['details', 'error', 'message']);
		expect(output[1]?.json).toMatchObject({
			error: { kind: 'invalid_request', billed: 'no' },
			message: 'The prompt is empty',
			details: { status: 'failed', task: null },
		});
	});
});

describe('without Continue On Fail', () => {
	test('an item that got nothing ends the run, and the error tells what the others had reached', async () => {
		const { error } = await run([{ ...APIYI, options: { concurrency: 1 } }, { ...APIYI, options: { concurrency: 1 } }], {}, [IMAGE, REFUSED]);
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error?.context).toMatchObject({
			itemIndex: 1,
			error: { kind: 'moderation' },
			reached: [{ itemIndex: 0, status: 'completed', images: [{ fileName: expect.stringMatching(/\.png$/) }] }],
		});
	});

	test('some of the images are better than none: the run goes on with a failed item for each that is missing', async () => {
		const { output, error } = await run({ ...APIYI, numberOfImages: 2 }, {}, [IMAGE, REFUSED]);
		expect(error).toBeNull();
		expect(output.map(({ json }) => json.status)).toEqual(['completed', 'failed']);
	});
});

test('an AI agent gets less than 4 kB, however long the prompt was', async () => {
	const { output } = await run({ ...APIYI, prompt: 'a cat '.repeat(2_000) }, { asTool: true });
	expect(JSON.stringify(output[0]?.json).length).toBeLessThan(4_096);
	const whole = await run({ ...APIYI, prompt: 'a cat '.repeat(2_000) });
	expect(whole.output[0]?.json.request).toMatchObject({ prompt: 'a cat '.repeat(2_000) });
});

test('the key is nowhere in what a run puts out', async () => {
	const good = await run(APIYI);
	const echo = { status: 401, json: { error: { message: 'Incorrect API key provided: sk-apiyi-secret' } } };
	const bad = await run(APIYI, { onError: 'continueErrorOutput' }, [echo]);
	expect(JSON.stringify([good.output, good.hints, bad.output, bad.output[0]?.error?.context])).not.toContain('sk-apiyi-secret');
});
