import { createHmac } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

import { TOAPIS_WEBHOOK_SECRET, type ProviderId } from '../sandbox';
import { PROMPT, useSandbox } from './support';

/** Callbacks of the simulated providers, against the forms that ToAPIs' and Unifically's pages give. */
let time = 1_800_000_000_000;

const sandbox = useSandbox({ now: () => time, taskMs: 1_000 });

async function submit(id: ProviderId, path: string, body: unknown): Promise<unknown> {
	const reply = await fetch(`${sandbox().baseUrl(id)}${path}`, {
		method: 'POST',
		headers: { authorization: `Bearer ${sandbox().key(id)}`, 'content-type': 'application/json' },
		body: JSON.stringify(body),
	});
	return await reply.json();
}

async function toApisTask(callbackUrl: string): Promise<string> {
	const body = { model: 'gpt-image-2', prompt: PROMPT, callback_url: callbackUrl };
	return ((await submit('toapis', '/v1/images/generations', body)) as { id: string }).id;
}

async function unificallyTask(callbackUrl: string): Promise<string> {
	const body = { model: 'openai/gpt-image-2', input: { prompt: PROMPT }, callback_url: callbackUrl };
	return ((await submit('unifically', '/v1/tasks', body)) as { data: { task_id: string } }).data.task_id;
}

interface Delivery {
	headers: IncomingHttpHeaders;
	body: string;
}

const deliveries: Delivery[] = [];
const arrivals = new EventEmitter();

/** What the receiver answers, in turn; 204 when nothing is left. */
const answers: number[] = [];

const receiver = createServer((request, response) => {
	const parts: Buffer[] = [];
	request.on('data', (part: Buffer) => parts.push(part));
	request.on('end', () => {
		deliveries.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
		response.writeHead(answers.shift() ?? 204).end();
		arrivals.emit('delivery');
	});
});

const address = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;

beforeAll(async () => await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve)));
beforeEach(() => {
	deliveries.splice(0);
});
afterAll(async () => await new Promise((resolve) => receiver.close(resolve)));

function isSigned({ headers, body }: Delivery, secret: string): boolean {
	const text = `${String(headers['x-toapis-webhook-id'])}.${String(headers['x-toapis-webhook-timestamp'])}.${body}`;
	const expected = `v1=${createHmac('sha256', secret).update(text).digest('hex')}`;
	return String(headers['x-toapis-webhook-signature']).split(',').includes(expected);
}

describe('callbacks', () => {
	it('come by themselves when a task is done, and again when they were not taken', async () => {
		answers.push(503);
		const id = await toApisTask(address());
		const first = once(arrivals, 'delivery');
		time += 1_000;
		await first;
		await once(arrivals, 'delivery');

		const [delivery, repeated] = deliveries as [Delivery, Delivery];
		expect(JSON.parse(delivery.body)).toMatchObject({ type: 'generation.completed', data: { task_id: id } });
		expect(repeated.headers['x-toapis-webhook-id']).toBe(delivery.headers['x-toapis-webhook-id']);
		expect(repeated.body).toBe(delivery.body);
	});

	it('of ToAPIs are signed over id, time and raw body', async () => {
		const id = await toApisTask(address());

		expect(await sandbox().fireCallback(id)).toBe(204);

		const [delivery] = deliveries as [Delivery];
		expect(isSigned(delivery, TOAPIS_WEBHOOK_SECRET)).toBe(true);
		expect(delivery.headers['x-toapis-webhook-timestamp']).toBe(String(Math.floor(time / 1_000)));
		expect(JSON.parse(delivery.body)).toMatchObject({ type: 'generation.completed', data: { task_id: id, model: 'gpt-image-2', status: 'completed' } });
	});

	it('can be forged, stale, unsigned, or signed with two keys', async () => {
		const id = await toApisTask(address());

		await sandbox().fireCallback(id, { body: { forged: true } });
		await sandbox().fireCallback(id, { timestamp: 1_700_000_000 });
		await sandbox().fireCallback(id, { unsigned: true });
		await sandbox().fireCallback(id, { secret: 'new', previousSecret: TOAPIS_WEBHOOK_SECRET });

		const [forged, stale, unsigned, twice] = deliveries as [Delivery, Delivery, Delivery, Delivery];
		expect([forged.body, isSigned(forged, TOAPIS_WEBHOOK_SECRET)]).toEqual(['{"forged":true}', false]);
		expect([stale.headers['x-toapis-webhook-timestamp'], isSigned(stale, TOAPIS_WEBHOOK_SECRET)]).toEqual(['1700000000', true]);
		expect(unsigned.headers).not.toHaveProperty('x-toapis-webhook-signature');
		expect([isSigned(twice, 'new'), isSigned(twice, TOAPIS_WEBHOOK_SECRET)]).toEqual([true, true]);
	});

	it('of Unifically carry the image and no signature', async () => {
		const id = await unificallyTask(address());
		time += 1_000;

		await sandbox().fireCallback(id);

		const [delivery] = deliveries as [Delivery];
		const body = JSON.parse(delivery.body) as { data: { image_url: string } };
		expect(body).toEqual({ task_id: id, status: 'completed', data: { image_url: expect.stringContaining(sandbox().filesUrl) } });
		expect(Object.keys(delivery.headers).filter((name) => name.startsWith('x-'))).toEqual([]);
	});

	it('stay on this machine', async () => {
		const id = await toApisTask('https://example.com/hook');

		await expect(sandbox().fireCallback(id)).rejects.toThrow('this machine only');
	});
});
