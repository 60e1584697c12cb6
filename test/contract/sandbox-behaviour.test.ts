import sharp from 'sharp';

import type { FaultScript, LedgerEntry, ProviderId } from '../sandbox';
import { decode, picture, PROMPT, sampleUrl, useSandbox } from './support';

/** What the sandbox does beyond refusing: pictures, files, tasks, limits, faults. */
let time = 1_800_000_000_000;

const sandbox = useSandbox({
	now: () => time,
	taskMs: (n) => 1_000 * (n + 1),
	urlTtlSeconds: 60,
	rateLimitPerMinute: { uniall: 2 },
});

async function call(id: ProviderId, path: string, body?: unknown): Promise<Response> {
	return await fetch(`${sandbox().baseUrl(id)}${path}`, {
		method: body === undefined ? 'GET' : 'POST',
		headers: { authorization: `Bearer ${sandbox().key(id)}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
		body: body === undefined ? undefined : JSON.stringify(body),
		redirect: 'manual',
	});
}

interface ToApisTask {
	id: string;
	status: string;
	progress: number;
	expires_at?: number;
	result?: { data: { url: string }[] };
}

async function submit(changes: Record<string, unknown> = {}): Promise<ToApisTask> {
	return (await (await call('toapis', '/v1/images/generations', { model: 'gpt-image-2', prompt: PROMPT, ...changes })).json()) as ToApisTask;
}

async function look(id: string): Promise<ToApisTask> {
	return (await (await call('toapis', `/v1/images/generations/${id}`)).json()) as ToApisTask;
}

/** The address of a finished image. */
async function imageUrl(changes: Record<string, unknown> = {}): Promise<string> {
	const { id } = await submit(changes);
	time += 1_000 * sandbox().tasks().length;
	return (await look(id)).result?.data[0]?.url ?? '';
}

async function bytesOf(reply: Response): Promise<Buffer> {
	return Buffer.from(await reply.arrayBuffer());
}

describe('pictures', () => {
	it.each([
		['1:1', '1K', '1024x1024 png'],
		['2:3', '1k', '1024x1536 png'],
		['5:4', '2K', '2560x2048 png'],
		['9:16', '4K', '2160x3840 png'],
		['21:9', '4k', '3840x1648 png'],
	])('%s at %s are %s', async (size, resolution, expected) => {
		expect(await decode(await bytesOf(await fetch(await imageUrl({ size, resolution }))))).toBe(expected);
	});

	it.each([['png', '1536x1024 png'], ['jpeg', '1536x1024 jpeg'], ['webp', '1536x1024 webp']])('come as %s', async (format, expected) => {
		const reply = await call('openai', '/v1/images/generations', { model: 'gpt-image-2', prompt: PROMPT, size: '1536x1024', output_format: format });
		const { data } = (await reply.json()) as { data: { b64_json: string }[] };

		expect(await decode(Buffer.from(data[0]?.b64_json ?? '', 'base64'))).toBe(expected);
	});

	it('are smaller the more a jpeg is compressed, and see-through when asked for', async () => {
		const draw = async (more: Record<string, unknown>) => {
			const reply = await call('openai', '/v1/images/generations', { model: 'gpt-image-2', prompt: PROMPT, ...more });
			return Buffer.from(((await reply.json()) as { data: { b64_json: string }[] }).data[0]?.b64_json ?? '', 'base64');
		};
		const [small, large, clear] = await Promise.all([
			draw({ output_format: 'jpeg', output_compression: 10 }),
			draw({ output_format: 'jpeg', output_compression: 95 }),
			draw({ background: 'transparent' }),
		]);

		expect(small.length).toBeLessThan(large.length / 2);
		const { channels } = await sharp(clear).stats();
		expect([channels.length, channels[3]?.min, channels[3]?.max]).toEqual([4, 0, 255]);
	});

	it('show the references of an edit', async () => {
		const plain = await bytesOf(await fetch(await imageUrl()));
		const edited = await bytesOf(await fetch(await imageUrl({ reference_images: [sampleUrl(sandbox(), 'red-shoe')] })));

		expect(edited.equals(plain)).toBe(false);
		expect(sandbox().ledger().map(({ operation }) => operation)).toEqual(['generate', 'edit']);
	});
});

describe('for benchmarks', () => {
	const padding = useSandbox({ imageBytes: 2_000_000, taskMs: 0 });

	it('pictures are of exactly so many bytes, and still pictures', async () => {
		const reply = await fetch(`${padding().baseUrl('apiyi')}/v1/images/generations`, {
			method: 'POST',
			headers: { authorization: `Bearer ${padding().key('apiyi')}`, 'content-type': 'application/json' },
			body: JSON.stringify({ model: 'gpt-image-2', prompt: PROMPT }),
		});
		const { data } = (await reply.json()) as { data: { b64_json: string }[] };
		const bytes = Buffer.from(data[0]?.b64_json ?? '', 'base64');

		expect([bytes.length, await decode(bytes)]).toEqual([2_000_000, '1024x1024 png']);
	});
});

describe('files', () => {
	it('are open to whoever has the link, but not to a key', async () => {
		const url = await imageUrl();

		expect((await fetch(url)).status).toBe(200);
		expect((await fetch(url, { headers: { authorization: `Bearer ${sandbox().key('toapis')}` } })).status).toBe(400);
		expect((await fetch(url.replace(/sig=\w/, 'sig=_'))).status).toBe(403);
	});

	it('are gone when their time is over', async () => {
		const url = await imageUrl();
		expect(Number(new URL(url).searchParams.get('expires'))).toBe(time / 1_000 + 60);

		time += 60_000;

		const reply = await fetch(url);
		expect([reply.status, await reply.text()]).toEqual([403, expect.stringContaining('AccessDenied')]);
	});

	it('take uploads, which a provider then fetches without being recorded', async () => {
		const made = new FormData();
		made.append('file', new Blob([new Uint8Array(await picture('teal'))], { type: 'image/png' }), 'teal.png');
		const reply = await fetch(`${sandbox().baseUrl('toapis')}/v1/uploads/images`, {
			method: 'POST',
			headers: { authorization: `Bearer ${sandbox().key('toapis')}` },
			body: made,
		});
		const { data } = (await reply.json()) as { data: { url: string; mime_type: string } };

		await submit({ reference_images: [data.url] });

		expect(data.mime_type).toBe('image/png');
		expect(sandbox().requests().map(({ origin, path }) => `${origin} ${path}`)).toEqual([
			'api /toapis/v1/uploads/images',
			'api /toapis/v1/images/generations',
		]);
	});
});

describe('tasks', () => {
	it('make progress by the clock and are found by either id', async () => {
		const { id, status } = await submit({ client_business_id: 'order-1' });
		expect(status).toBe('queued');

		time += 500;
		expect(await look('order-1')).toMatchObject({ id, status: 'in_progress', progress: 50 });

		time += 500;
		expect(await look(id)).toMatchObject({ client_business_id: 'order-1', status: 'completed', progress: 100, expires_at: time / 1_000 + 60 });
	});

	it('are billed once, by tier and count, and the balance follows', async () => {
		await submit({ n: 2, size: '16:9', resolution: '4K', client_business_id: 'order-1' });

		const expected: Partial<LedgerEntry> = { provider: 'toapis', model: 'gpt-image-2', count: 2, usd: 0.05, clientReference: 'order-1', prompt: PROMPT };
		expect(sandbox().ledger()).toEqual([expect.objectContaining(expected)]);
		expect(await (await call('toapis', '/v1/balance')).json()).toMatchObject({ used_balance: 0.05, used_credits: 10 });
	});

	it('cost nothing at Unifically in a dry run', async () => {
		const reply = await call('unifically', '/v1/tasks', { model: 'openai/gpt-image-2', input: { prompt: PROMPT, resolution: '4k' }, dry_run: true });

		expect(await reply.json()).toMatchObject({ success: true, data: { cost: 0.06 } });
		expect([sandbox().ledger(), sandbox().tasks()]).toEqual([[], []]);
	});
});

describe('the limit of requests', () => {
	it('says truly when another is welcome', async () => {
		const ask = async () => await call('uniall', '/v1/models');
		await ask();
		time += 20_000;
		await ask();

		const third = await ask();
		expect([third.status, third.headers.get('retry-after')]).toEqual([429, '40']);

		time += 40_000;
		expect((await ask()).status).toBe(200);
	});
});

describe('faults', () => {
	const generation = { model: 'gpt-image-2', prompt: PROMPT };

	/** Status and, where the reply arrived whole, what it held. */
	async function outcome(id: ProviderId, script: Omit<FaultScript, 'on'>): Promise<{ got: string; billed: number }> {
		sandbox().scriptFaults({ ...script, on: 'submit' });
		const got = await call(id, '/v1/images/generations', generation)
			.then(async (reply) => `${reply.status} ${(await reply.text()).slice(0, 12)}`)
			.catch(() => 'cut');
		return { got, billed: sandbox().ledger().length };
	}

	it.each<[FaultScript['fault'], got: string, billed: number]>([
		['reset-before', 'cut', 0],
		['reset-mid', 'cut', 1],
		['accepted-then-reset', 'cut', 1],
		['truncated-json', '200 {"created":1', 1],
		['slow-drip', '200 {"created":1', 1],
		['non-json', '200 upstream con', 0],
		['html', '502 <!DOCTYPE ht', 0],
		['error-in-200', '200 {"error":{"m', 0],
		['moderated', '400 {"error":{"m', 0],
		['insufficient-funds', '429 {"error":{"m', 0],
		['unauthorized', '401 {"error":{"m', 0],
		['redirect', '302 ', 0],
	])('%s strikes a submit as it should', async (fault, got, billed) => {
		expect(await outcome('openai', { fault, delayMs: 40 })).toEqual({ got, billed });
	});

	it.each<[ProviderId, status: number | undefined, expected: string]>([
		['apiyi', undefined, '403 {"error":{"m'],
		['apiyi', 451, '451 {"error":{"m'],
		['toapis', undefined, '422 {"error":{"c'],
	])('moderated has the form of %s (%s)', async (id, status, expected) => {
		expect(await outcome(id, { fault: 'moderated', status })).toEqual({ got: expected, billed: 0 });
	});

	it('strike only whom they are for, after so many requests, so many times', async () => {
		sandbox().scriptFaults({ provider: 'toapis', on: 'poll', fault: 'status', status: 503, skip: 1, times: 2 });
		const { id } = await submit();
		const statuses: number[] = [];
		for (let round = 0; round < 4; round += 1) statuses.push((await call('toapis', `/v1/images/generations/${id}`)).status);

		expect(statuses).toEqual([200, 503, 503, 200]);
	});

	it.each<[FaultScript['fault'], expected: string]>([
		['zero-bytes', '200 image/png '],
		['wrong-type', '200 image/png <!DOCTYPE'],
		['expired-url', '403 application/xml <?xml ver'],
		['status', '500 application/xml <Error/>'],
	])('%s strikes a download once', async (fault, expected) => {
		const url = await imageUrl();
		sandbox().scriptFaults({ provider: 'toapis', on: 'download', fault });

		const struck = await fetch(url);

		expect(`${struck.status} ${struck.headers.get('content-type')} ${(await struck.text()).slice(0, 9)}`).toBe(expected);
		expect((await fetch(url)).status).toBe(200);
	});

	it('fail a task, which is refunded', async () => {
		const { id } = await submit();
		sandbox().scriptFaults({ on: 'poll', fault: 'task-failed-silent' });

		expect(await look(id)).toMatchObject({ status: 'failed', error: { code: 'generation_failed' } });
		expect(sandbox().ledger()).toEqual([]);
	});

	it('that could never happen are refused', () => {
		expect(() => sandbox().scriptFaults({ on: 'download', fault: 'moderated' })).toThrow('No fault "moderated" on download');
	});

	it('come over HTTP too', async () => {
		const admin = async (path: string, body?: unknown) =>
			await fetch(`${sandbox().url}/_sandbox/${path}`, {
				method: body === undefined ? 'GET' : 'POST',
				headers: { 'content-type': 'application/json' },
				body: body === undefined ? undefined : JSON.stringify(body),
			});

		expect(await (await admin('faults', [{ on: 'poll', fault: 'task-vanishes' }])).json()).toEqual({ added: 1 });
		expect((await admin('faults', [{ on: 'poll', fault: 'earthquake' }])).status).toBe(400);
		const { id } = await submit();
		expect((await call('toapis', `/v1/images/generations/${id}`)).status).toBe(404);
		expect(await (await admin('ledger')).json()).toHaveLength(1);
		expect(await (await admin('tasks')).json()).toEqual([expect.objectContaining({ id, provider: 'toapis', failed: false })]);
		await admin('reset', {});
		expect(await (await admin('requests')).json()).toEqual([]);
	});
});
