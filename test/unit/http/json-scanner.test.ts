import fc from 'fast-check';

import { JsonImageScanner, markedImage, MAX_SKELETON_BYTES } from '../../../nodes/core/http/json-scanner';

interface Scanned {
	json: unknown;
	images: Buffer[];
	/** Longest run of decoded bytes handed out at once. */
	largestPiece: number;
}

function scan(chunks: Uint8Array[]): Scanned {
	const scanner = new JsonImageScanner();
	const images: Buffer[] = [];
	let open: Buffer[] = [];
	let largestPiece = 0;
	for (const chunk of chunks) {
		// The scanner may write over what it gets.
		for (const event of scanner.push(Uint8Array.from(chunk))) {
			if (event.type === 'imageStart') open = [];
			else if (event.type === 'imageData') {
				open.push(Buffer.from(event.bytes));
				largestPiece = Math.max(largestPiece, event.bytes.length);
			} else images.push(Buffer.concat(open));
		}
	}
	const json: unknown = JSON.parse(scanner.end(), (_key, value: unknown) => {
		const index = typeof value === 'string' ? markedImage(value) : null;
		return index === null ? value : { image: index };
	});
	return { json, images, largestPiece };
}

/** Jest compares text a hundred times as fast as bytes. */
function readable({ json, images }: Scanned): unknown {
	return { json, images: images.map((image) => image.toString('hex')) };
}

const pixels = Buffer.from(Array.from({ length: 301 }, (_, index) => (index * 7) % 256));
const base64 = pixels.toString('base64');

describe('scanning a reply', () => {
	it('takes the image out and keeps the rest', () => {
		const reply = JSON.stringify({ created: 1, data: [{ b64_json: base64 }], usage: { output_tokens: 196 } });
		const { json, images } = scan([Buffer.from(reply)]);
		expect(images).toEqual([pixels]);
		expect(json).toEqual({ created: 1, data: [{ b64_json: { image: 0 } }], usage: { output_tokens: 196 } });
	});

	it('takes several images in their order', () => {
		const second = Buffer.from('another');
		const reply = JSON.stringify({ data: [{ b64_json: base64 }, { b64_json: second.toString('base64') }] });
		expect(scan([Buffer.from(reply)]).images).toEqual([pixels, second]);
	});

	it.each([
		['a data URI under the image key', { b64_json: `data:image/png;base64,${base64}` }],
		['a data URI under another key', { url: `data:image/webp;base64,${base64}` }],
		['a data URI in a list', { images: [`data:image/jpeg;charset=utf-8;base64,${base64}`] }],
	])('takes %s', (_name, body) => {
		expect(scan([Buffer.from(JSON.stringify(body))]).images).toEqual([pixels]);
	});

	it.each([
		['escaped slashes', base64.replaceAll('/', '\\/')],
		['line breaks', base64.replace(/(.{76})/g, '$1\\r\\n')],
		['escaped padding', base64.replaceAll('=', '\\u003d')],
		['missing padding', base64.replaceAll('=', '')],
	])('reads base64 with %s', (_name, encoded) => {
		expect(scan([Buffer.from(`{"b64_json":"${encoded}"}`)]).images).toEqual([pixels]);
	});

	it('decodes a piece of an image within the memory it came in', () => {
		const scanner = new JsonImageScanner();
		scanner.push(Buffer.from('{"b64_json":"'));
		const chunk = Buffer.from(base64);
		const event = scanner.push(chunk).at(-1);
		if (event?.type !== 'imageData') throw new Error('No image came.');
		expect(event.bytes.buffer).toBe(chunk.buffer);
		expect(event.bytes.byteOffset).toBe(chunk.byteOffset);
		expect(Buffer.from(event.bytes)).toEqual(pixels.subarray(0, event.bytes.length));
	});

	it('leaves ordinary strings alone, however they begin or escape', () => {
		const value = {
			url: 'https://files.example/a.png',
			note: 'data:image is no image',
			data: 'd',
			empty: '',
			path: 'data:text/plain;base64,aGk=',
			quote: 'da"ta\\',
			b64: base64,
			null_image: { b64_json: null },
			word: 'b64_json',
			list: ['b64_json', 'x'],
		};
		const { json, images } = scan([Buffer.from(JSON.stringify(value))]);
		expect(json).toEqual(value);
		expect(images).toEqual([]);
	});

	it('does not take the string after a key of an earlier object for an image', () => {
		const { images } = scan([Buffer.from('{"a":{"b64_json":null},"b":["plain"],"c":"text"}')]);
		expect(images).toEqual([]);
	});

	it.each([
		['without base64', '"data:image/png"', 'data:image/png'],
		['with letters beyond ASCII', '"data:image/größe"', 'data:image/größe'],
		['with an escaped quote', '"data:image/\\"png"', 'data:image/"png'],
		['that is longer than any media type', `"data:image/svg+xml,${'%20'.repeat(60)}\\""`, `data:image/svg+xml,${'%20'.repeat(60)}"`],
	])('leaves a string alone that begins like an image %s, and finds the image after it', (_name, text, value) => {
		const reply = Buffer.from(`{"a":${text},"b64_json":"${base64}"}`);
		for (let cut = 1; cut < reply.length; cut += 1) {
			const scanned = scan([reply.subarray(0, cut), reply.subarray(cut)]);
			expect(readable(scanned)).toEqual({ json: { a: value, b64_json: { image: 0 } }, images: [pixels.toString('hex')] });
		}
	});

	it('gives the same result however the reply is split', () => {
		const reply = Buffer.from(
			`{"created":1,"data":[{"b64_json":"${base64.replaceAll('/', '\\/').replaceAll('=', '\\u003d')}"},` +
				`{"b64_json":"data:image\\/png;base64,${base64}"},{"url":"https:\\/\\/x\\"y"}],"text":"Grüße \\u20ac","b64_json":""}`,
		);
		const whole = scan([reply]);
		expect(whole.images).toEqual([pixels, pixels, Buffer.alloc(0)]);
		for (let cut = 1; cut < reply.length; cut += 1) {
			expect(readable(scan([reply.subarray(0, cut), reply.subarray(cut)]))).toEqual(readable(whole));
		}
		expect(readable(scan([...reply].map((byte) => Buffer.from([byte]))))).toEqual(readable(whole));
	});

	it('agrees with JSON.parse on any JSON, split anywhere', () => {
		fc.assert(
			fc.property(fc.json(), fc.array(fc.nat(2_000), { maxLength: 8 }), (text, cuts) => {
				fc.pre(!text.includes('b64_json') && !text.includes('data:image/'));
				const bytes = Buffer.from(text);
				const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
				const chunks = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
				expect(scan(chunks).json).toEqual(JSON.parse(text));
			}),
		);
	});

	it('returns any bytes exactly as they were encoded', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 600 }), fc.integer({ min: 1, max: 97 }), (bytes, size) => {
				const reply = Buffer.from(JSON.stringify({ b64_json: Buffer.from(bytes).toString('base64') }));
				const chunks: Uint8Array[] = [];
				for (let at = 0; at < reply.length; at += size) chunks.push(reply.subarray(at, at + size));
				expect(scan(chunks).images).toEqual([Buffer.from(bytes)]);
			}),
		);
	});

	it.each([65_536, 50_001, 32_770, 16_385, 16_383])('returns an image of many pieces exactly, in chunks of %i bytes', (size) => {
		const bytes = Buffer.from(Array.from({ length: 150_001 }, (_, index) => (index * 2_654_435_761) >>> 24));
		const reply = Buffer.from(JSON.stringify({ b64_json: bytes.toString('base64') }));
		const chunks: Uint8Array[] = [];
		for (let at = 0; at < reply.length; at += size) chunks.push(reply.subarray(at, at + size));
		const [image] = scan(chunks).images;
		expect(image?.equals(bytes)).toBe(true);
	});

	it('never hands out more than a chunk holds', () => {
		const reply = Buffer.from(JSON.stringify({ b64_json: Buffer.alloc(300_000, 7).toString('base64') }));
		const chunks: Uint8Array[] = [];
		for (let at = 0; at < reply.length; at += 4_096) chunks.push(reply.subarray(at, at + 4_096));
		const { images, largestPiece } = scan(chunks);
		expect(images[0]).toHaveLength(300_000);
		expect(largestPiece).toBeLessThanOrEqual(4_096);
	});
});

describe('a broken reply', () => {
	it.each([
		['characters outside the alphabet', '!!!!'],
		['a group cut short', 'QUJDR'],
		['text after the padding', 'QQ==QUJD'],
		['text long after the padding', `QQ==${'QUJD'.repeat(20)}`],
		['a foreign escape', 'QU\\\\D'],
		['an escape that is none', 'QU\\xJD'],
	])('refuses base64 with %s', (_name, encoded) => {
		expect(() => scan([Buffer.from(`{"b64_json":"${encoded}"}`)])).toThrow('not valid base64');
	});

	it.each([
		['in short pieces', 'QQ==', 'QUJD'],
		['in long pieces', 'QUJD'.repeat(9) + 'QQ==', 'QUJD'.repeat(9)],
	])('refuses base64 that goes on after its padding %s', (_name, first, second) => {
		expect(() => scan([Buffer.from(`{"b64_json":"${first}`), Buffer.from(`${second}"}`)])).toThrow('not valid base64');
	});

	it.each(['{"a":"dat', '{"a":"text', '{"a":1'])('gives back what came of a reply that ended with %s', (text) => {
		const scanner = new JsonImageScanner();
		scanner.push(Buffer.from(text));
		expect(scanner.end()).toBe(text);
	});

	it('notices that it ended inside an image', () => {
		expect(() => scan([Buffer.from('{"b64_json":"QUJD')])).toThrow('ended inside an image');
	});

	it('refuses to keep more text than any real reply has', () => {
		const scanner = new JsonImageScanner();
		const opening = Buffer.from('{"text":"a');
		scanner.push(opening);
		scanner.push(Buffer.alloc(MAX_SKELETON_BYTES - opening.length, 0x61));
		expect(() => scanner.push(Buffer.from('a'))).toThrow('more than 1048576 bytes beside its images');
	});
});
