import { createHash } from 'node:crypto';

import { ImageError } from '../errors';
import type { OutputFormat } from '../request';
import { HEADER_BYTES, MIME_TYPES, readDimensions, SIGNATURE_BYTES, sniffFormat, type Dimensions } from './header';

/** What was learnt of an image while it passed through. */
export interface ImageFacts {
	format: OutputFormat;
	mimeType: string;
	/** Pixels; null where the header does not say. */
	width: number | null;
	height: number | null;
	bytes: number;
	/** Lower-case hex. */
	sha256: string;
}

/** An image whose type is known and whose bytes are still to be read. */
export interface InspectedImage {
	format: OutputFormat;
	mimeType: string;
	bytes: AsyncIterable<Uint8Array>;
	/** Valid once `bytes` was read to its end. */
	facts(): ImageFacts;
}

const TOO_LARGE = 'Raise Options > Download Limit. Poll Task can then fetch the image of a task without paying for it again.';

function malformedImage(message: string): ImageError {
	return new ImageError({ kind: 'malformed_response', message, billed: 'unknown' });
}

function describeStart(head: Buffer): string {
	const text = head.toString('latin1').trimStart().toLowerCase();
	return text.startsWith('<') ? 'a web page' : text.startsWith('{') ? 'a JSON text' : 'something else';
}

/** Reads chunks until there are `wanted` bytes or the stream ends. */
async function readHead(iterator: AsyncIterator<Uint8Array>, wanted: number): Promise<Buffer> {
	let head = Buffer.alloc(0);
	while (head.length < wanted) {
		const next = await iterator.next();
		if (next.done) break;
		head = Buffer.concat([head, next.value]);
	}
	return head;
}

/** Counts, hashes and measures the bytes that pass. */
class Meter {
	private readonly hash = createHash('sha256');

	private head: Buffer = Buffer.alloc(0);

	private dimensions: Dimensions | null = null;

	bytes = 0;

	constructor(
		private readonly format: OutputFormat,
		private readonly limitBytes: number,
	) {}

	take(chunk: Uint8Array): void {
		this.bytes += chunk.length;
		if (this.bytes > this.limitBytes) {
			const limit = `${Math.round(this.limitBytes / 1_048_576)} MB`;
			throw malformedImage(`The image is larger than the limit of ${limit}`).with({ advice: TOO_LARGE });
		}
		this.hash.update(chunk);
		if (this.dimensions || this.head.length >= HEADER_BYTES) return;
		this.head = Buffer.concat([this.head, chunk]);
		this.dimensions = readDimensions(this.format, this.head);
		if (this.dimensions) this.head = Buffer.alloc(0);
	}

	facts(): ImageFacts {
		return {
			format: this.format,
			mimeType: MIME_TYPES[this.format],
			width: this.dimensions?.width ?? null,
			height: this.dimensions?.height ?? null,
			bytes: this.bytes,
			sha256: this.hash.copy().digest('hex'),
		};
	}
}

/**
 * Looks at the first bytes of a stream and measures the rest as it is read.
 * Throws `malformed_response` for an empty stream, for anything but PNG, JPEG or WebP, and (while
 * reading) for more than `limitBytes`.
 */
export async function inspectImage(stream: AsyncIterable<Uint8Array>, limitBytes: number): Promise<InspectedImage> {
	const iterator = stream[Symbol.asyncIterator]();
	const head = await readHead(iterator, SIGNATURE_BYTES);
	const format = sniffFormat(head);
	if (!format) {
		await iterator.return?.();
		throw malformedImage(
			head.length === 0
				? 'An empty file came instead of an image'
				: `There came ${describeStart(head)} instead of a PNG, JPEG or WebP image`,
		);
	}
	const meter = new Meter(format, limitBytes);

	async function* measured(): AsyncGenerator<Uint8Array> {
		try {
			meter.take(head);
			yield head;
			for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
				meter.take(next.value);
				yield next.value;
			}
		} finally {
			await iterator.return?.();
		}
	}

	return { format, mimeType: MIME_TYPES[format], bytes: measured(), facts: () => meter.facts() };
}
