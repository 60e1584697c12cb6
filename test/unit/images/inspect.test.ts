import { createHash } from 'node:crypto';

import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';

import { ImageError } from '../../../nodes/core/errors';
import { pngHasAlpha, readDimensions, sniffFormat } from '../../../nodes/core/images/header';
import { inspectImage } from '../../../nodes/core/images/inspect';
import type { OutputFormat } from '../../../nodes/core/request';

const MEGABYTE = 1_048_576;

function canvas(width: number, height: number, channels: 3 | 4 = 3): Sharp {
	return sharp({ create: { width, height, channels, background: { r: 200, g: 40, b: 90, alpha: 0.5 } } });
}

const files: Array<[string, OutputFormat, () => Promise<Buffer>]> = [
	['PNG', 'png', async () => await canvas(96, 33).png().toBuffer()],
	['JPEG', 'jpeg', async () => await canvas(96, 33).jpeg().toBuffer()],
	['progressive JPEG', 'jpeg', async () => await canvas(96, 33).jpeg({ progressive: true }).toBuffer()],
	['JPEG with metadata', 'jpeg', async () => await canvas(96, 33).withExif({ IFD0: { Artist: 'x'.repeat(9_000) } }).jpeg().toBuffer()],
	['lossy WebP', 'webp', async () => await canvas(96, 33).webp().toBuffer()],
	['lossless WebP', 'webp', async () => await canvas(96, 33).webp({ lossless: true }).toBuffer()],
	['WebP with transparency', 'webp', async () => await canvas(96, 33, 4).webp().toBuffer()],
];

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of stream) chunks.push(chunk);
	return Buffer.concat(chunks);
}

describe.each(files)('%s', (_name, format, make) => {
	it.each([1, 7, 100_000])('is measured while it passes in pieces of %i bytes', async (size) => {
		const file = await make();
		const image = await inspectImage(pieces(file, size), MEGABYTE);
		expect(image).toMatchObject({ format, mimeType: `image/${format}` });
		expect(await readAll(image.bytes)).toEqual(file);
		expect(image.facts()).toEqual({
			format,
			mimeType: `image/${format}`,
			width: 96,
			height: 33,
			bytes: file.length,
			sha256: createHash('sha256').update(file).digest('hex'),
		});
	});
});

describe('what is no image', () => {
	it.each([
		['an empty file', '', 'An empty file came instead of an image'],
		['a web page', '  <!DOCTYPE html><html></html>', 'There came a web page instead of a PNG, JPEG or WebP image'],
		['an error text', '{"error":{"message":"gone"}}', 'There came a JSON text instead of a PNG, JPEG or WebP image'],
		['a GIF', 'GIF89a0000000000', 'There came something else instead of a PNG, JPEG or WebP image'],
	])('is refused: %s', async (_name, text, message) => {
		await expect(inspectImage(pieces(Buffer.from(text), 5), MEGABYTE)).rejects.toMatchObject({
			report: { kind: 'malformed_response', message },
		});
	});

	it('is refused beyond the limit, while it is read', async () => {
		const file = Buffer.concat([await canvas(8, 8).png().toBuffer(), Buffer.alloc(2 * MEGABYTE)]);
		const image = await inspectImage(pieces(file, 65_536), MEGABYTE);
		await expect(readAll(image.bytes)).rejects.toMatchObject({
			message: 'The image is larger than the limit of 1 MB',
			advice: expect.stringContaining('Options > Download Limit'),
		});
	});
});

describe('headers', () => {
	it('never throw, whatever the bytes', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 80 }), fc.constantFrom<OutputFormat>('png', 'jpeg', 'webp'), (bytes, format) => {
				const head = Buffer.from(bytes);
				const size = readDimensions(format, head);
				expect(size === null || (size.width >= 0 && size.height >= 0)).toBe(true);
				expect([null, 'png', 'jpeg', 'webp']).toContain(sniffFormat(head));
			}),
		);
	});

	it('tell PNGs with transparency from those without', async () => {
		expect(pngHasAlpha(await canvas(4, 4, 4).png().toBuffer())).toBe(true);
		expect(pngHasAlpha(await canvas(4, 4, 3).png().toBuffer())).toBe(false);
		expect(pngHasAlpha(await canvas(4, 4, 4).png({ palette: true }).toBuffer())).toBe(true);
		expect(pngHasAlpha(await canvas(4, 4, 3).png({ palette: true }).toBuffer())).toBe(false);
	});
});

it('throws the one error class of the core', async () => {
	await expect(inspectImage(pieces(Buffer.from('no image at all, none'), 99), MEGABYTE)).rejects.toBeInstanceOf(ImageError);
});
