import { readJson } from '../../../nodes/core/http/read-json';
import { EmbeddedImage } from '../../../nodes/core/providers/provider';

async function* chunks(text: string, size: number, failAfter = Infinity): AsyncGenerator<Uint8Array> {
	const bytes = Buffer.from(text);
	for (let at = 0; at < bytes.length; at += size) {
		if (at >= failAfter) throw new Error('connection lost');
		yield bytes.subarray(at, at + size);
	}
}

async function toBuffer(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const parts: Uint8Array[] = [];
	for await (const part of stream) parts.push(part);
	return Buffer.concat(parts);
}

const encoded = (text: string) => Buffer.from(text).toString('base64');
const reply = JSON.stringify({ data: [{ b64_json: encoded('first image') }, { b64_json: encoded('second') }], usage: { total_tokens: 3 } });

describe('reading a JSON reply', () => {
	it('stores each image and puts its number in its place', async () => {
		const { json, images } = await readJson(chunks(reply, 7), async (bytes) => (await toBuffer(bytes)).toString());
		expect(images).toEqual(['first image', 'second']);
		expect(json).toEqual({
			data: [{ b64_json: new EmbeddedImage(0) }, { b64_json: new EmbeddedImage(1) }],
			usage: { total_tokens: 3 },
		});
	});

	it('gives no JSON for what is none', async () => {
		expect(await readJson(chunks('<html>', 3), toBuffer)).toEqual({ json: undefined, images: [] });
		expect(await readJson(chunks('', 3), toBuffer)).toEqual({ json: undefined, images: [] });
		expect((await readJson(chunks('{"data":[', 3), toBuffer)).json).toBeUndefined();
	});

	it('reads no faster than the image is stored', async () => {
		let read = 0;
		async function* counted() {
			for await (const chunk of chunks(JSON.stringify({ b64_json: encoded('x'.repeat(900)) }), 10)) {
				read += 1;
				yield chunk;
			}
		}
		let readWhileStoring = 0;
		await readJson(counted(), async (bytes) => {
			const iterator = bytes[Symbol.asyncIterator]();
			await iterator.next();
			const before = read;
			await new Promise((resolve) => setImmediate(resolve));
			readWhileStoring = read - before;
			while (!(await iterator.next()).done);
		});
		expect(read).toBeGreaterThan(100);
		expect(readWhileStoring).toBeLessThanOrEqual(1);
	});

	it('tells the store when an image breaks off, and fails with the cause', async () => {
		const stored: string[] = [];
		const broken: string[] = [];
		const reading = readJson(chunks(reply, 5, 30), async (bytes) => {
			try {
				stored.push((await toBuffer(bytes)).toString());
			} catch (error) {
				broken.push((error as Error).message);
				return await Promise.reject(error);
			}
		});
		await expect(reading).rejects.toThrow('connection lost');
		expect(stored).toEqual([]);
		expect(broken).toEqual(['connection lost']);
	});

	it('tells the store when the base64 is broken', async () => {
		const broken: string[] = [];
		const reading = readJson(chunks('{"b64_json":"QUJD!!!!"}', 4), async (bytes) => {
			await toBuffer(bytes).catch((error: Error) => broken.push(error.message));
		});
		await expect(reading).rejects.toThrow('not valid base64');
		expect(broken).toEqual(['The image in the reply is not valid base64']);
	});

	it('fails with the error of the store, without waiting for the rest', async () => {
		const reading = readJson(chunks(JSON.stringify({ b64_json: encoded('x'.repeat(5_000)) }), 50), async (bytes) => {
			await bytes[Symbol.asyncIterator]().next();
			throw new Error('disk full');
		});
		await expect(reading).rejects.toThrow('disk full');
	});
});
