import type { ImageRequest } from '../../nodes/core/request';
import { registry } from '../../nodes/core/providers';
import type { ProviderId, ReceivedFile, Sandbox } from '../sandbox';
import { bytesOf, callOf, completed, decode, paidRequests, run, sampleUrl } from './support';

/** One model and operation of a provider: what the user chose, and what must come of it. */
export interface WireCase {
	model: string;
	/** What the user set. Edits get two sample pictures by URL unless they say otherwise. */
	request: Partial<ImageRequest>;
	/** `METHOD path`, by the provider's documentation. */
	call: string;
	/** The whole JSON body. Where references are sent as URLs, `body` is told them. */
	body?: (references: string[]) => unknown;
	/** The text fields of a form, in place of `body`. */
	form?: Record<string, string>;
	/** `WxH format` of every image. */
	image: string;
	/** How many images came and were charged. Default 1. */
	count?: number;
	/** What the sandbox charged, by the provider's price list; null where it bills by tokens or names no price. */
	usd: number | null;
}

const SAMPLES = ['red-mug', 'green-lamp'];

function operationOf({ request }: WireCase): 'generate' | 'edit' {
	return request.operation ?? 'generate';
}

/** The references of a form, apart from what depends on the picture. */
function partsOf(body: unknown): Partial<ReceivedFile>[] {
	const { files } = body as { files: ReceivedFile[] };
	return files.map(({ field, filename, contentType }) => ({ field, filename, contentType }));
}

async function check(sandbox: Sandbox, id: ProviderId, wire: WireCase): Promise<void> {
	const operation = operationOf(wire);
	const references = operation === 'edit' ? SAMPLES.map((name) => sampleUrl(sandbox, name)) : [];
	const images = references.map((url) => ({ kind: 'url' as const, url }));
	const count = wire.count ?? 1;

	const outcome = completed(await run(sandbox, id, { model: wire.model, images, ...wire.request }));

	const [paid, ...more] = paidRequests(sandbox);
	expect(more).toEqual([]);
	expect(paid && callOf(paid)).toBe(wire.call);
	expect(paid?.headers.authorization).toBe(`Bearer ${sandbox.key(id)}`);
	if (wire.form) {
		expect(paid?.body).toMatchObject({ fields: wire.form });
		expect(Object.keys((paid?.body as { fields: object }).fields).sort()).toEqual(Object.keys(wire.form).sort());
		expect(partsOf(paid?.body)).toEqual([
			{ field: 'image[]', filename: 'image-1.png', contentType: 'image/png' },
			{ field: 'image[]', filename: 'image-2.png', contentType: 'image/png' },
		]);
	} else {
		expect(paid?.body).toEqual(wire.body?.(references));
	}

	expect(outcome.images).toHaveLength(count);
	for (const image of outcome.images) {
		expect(await decode(bytesOf(image))).toBe(wire.image);
		expect(`${image.width}x${image.height} ${image.format}`).toBe(wire.image);
	}
	const charged = sandbox.ledger().map(({ provider, operation: done, count: billed, usd, prompt }) => ({ provider, done, billed, usd, prompt }));
	expect(charged).toEqual([{ provider: id, done: operation, billed: count, usd: wire.usd, prompt: expect.any(String) }]);
	for (const { headers } of sandbox.requests().filter(({ origin }) => origin === 'files')) {
		expect(headers).not.toHaveProperty('authorization');
	}
}

/** Runs every case, and holds their list against the catalog: no live model or operation may be without one. */
export function describeWire(id: ProviderId, sandbox: () => Sandbox, cases: readonly WireCase[]): void {
	const models = registry.gateway(id).models;

	it.each(cases.map((wire) => [wire.model, operationOf(wire), wire] as const))('%s: %s', async (_model, _operation, wire) => {
		await check(sandbox(), id, wire);
	});

	it('is the whole catalog', () => {
		const live = models.filter(({ lifecycle }) => lifecycle?.state !== 'retired');
		const wanted = live.flatMap(({ model, operations }) => operations.map((operation) => `${model}: ${operation}`));
		const covered = new Set(cases.map((wire) => `${wire.model}: ${operationOf(wire)}`));
		expect([...covered].sort()).toEqual(wanted.sort());
	});
}
