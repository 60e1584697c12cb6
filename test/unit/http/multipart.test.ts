import { multipartBody } from '../../../nodes/core/http/multipart';
import type { MultipartPart, WireFile } from '../../../nodes/core/providers/provider';

function file(bytes: Buffer, length: number | null = bytes.length): WireFile {
	return {
		fileName: 'image-1.png',
		mimeType: 'image/png',
		bytes: length,
		async *open() {
			yield bytes.subarray(0, 2);
			yield bytes.subarray(2);
		},
	};
}

async function collect(parts: MultipartPart[]) {
	const body = multipartBody(parts, Math.random);
	const read = async () => {
		const chunks: Uint8Array[] = [];
		for await (const chunk of body.open()) chunks.push(chunk);
		return Buffer.concat(chunks);
	};
	return { body, bytes: await read(), again: await read() };
}

const bytes = Buffer.from([0, 255, 13, 10, 45, 45]);

describe('a multipart body', () => {
	it('is what a standard parser reads back', async () => {
		const parts: MultipartPart[] = [
			{ name: 'model', value: 'gpt-image-2' },
			{ name: 'prompt', value: 'Grüße\r\n--x "quoted"' },
			{ name: 'image[]', file: file(bytes) },
			{ name: 'image[]', file: file(Buffer.from('second')) },
		];
		const { body, bytes: sent } = await collect(parts);
		const form = await new Response(sent, { headers: { 'content-type': body.contentType } }).formData();
		expect(form.get('model')).toBe('gpt-image-2');
		expect(form.get('prompt')).toBe('Grüße\r\n--x "quoted"');
		const images = form.getAll('image[]') as File[];
		expect(images.map((image) => [image.name, image.type])).toEqual([
			['image-1.png', 'image/png'],
			['image-1.png', 'image/png'],
		]);
		expect(Buffer.from(await (images[0] as File).arrayBuffer())).toEqual(bytes);
		expect(await (images[1] as File).text()).toBe('second');
	});

	it('says its exact length where every file does', async () => {
		const { body, bytes: sent } = await collect([{ name: 'a', value: 'ü' }, { name: 'f', file: file(bytes) }]);
		expect(body.length).toBe(sent.length);
		const unknown = await collect([{ name: 'f', file: file(bytes, null) }]);
		expect(unknown.body.length).toBeNull();
	});

	it('can be sent again', async () => {
		const { bytes: sent, again } = await collect([{ name: 'f', file: file(bytes) }]);
		expect(again).toEqual(sent);
	});

	it('cannot be broken out of by a name', async () => {
		const { body, bytes: sent } = await collect([{ name: 'a"\r\nx: y', value: '1' }]);
		expect(sent.toString()).toContain('name="a%22%0D%0Ax: y"');
		expect(body.contentType).toMatch(/^multipart\/form-data; boundary=[\w-]+$/);
	});
});
