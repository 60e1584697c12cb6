/** What a chunk holds of images, in order. */
export type ScanEvent =
	| { type: 'imageStart' }
	/** Decoded bytes. */
	| { type: 'imageData'; bytes: Uint8Array }
	| { type: 'imageEnd' };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const SLASH = 0x2f;
/** `,` `{` `[` `}` `]`: beyond them a key says nothing about the next value. */
const ENDS_OF_KEY: ReadonlySet<number> = new Set([0x2c, 0x7b, 0x5b, 0x7d, 0x5d]);
const IMAGE_KEY = 'b64_json';
const DATA_URI = 'data:image/';
const DATA_URI_BODY = /^data:image\/[\w.+-]+(;[\w=.+-]+)*;base64,/;
/** No media type is longer; a `data:` that goes on without `;base64,` is no image. */
const LONGEST_PREFIX = 128;
/** From this length on, a piece has room for its own bytes decoded and for those of a group begun before it. */
const SHORTEST_IN_PLACE = 16;
/** Characters decoded at a time, in groups of four; V8 gives strings of 64 kB and more pages of their own. */
const SLICE = 16_384;
/** Bytes of JSON around the images that are kept. Real replies have about one kilobyte. */
export const MAX_SKELETON_BYTES = 1_048_576;

class ScanError extends Error {}

/** Stands where an image was. NUL keeps it apart from anything a provider would write. */
const MARK = '\u0000image:';

/** The number of the image that a string in the remaining JSON stands for; null for ordinary strings. */
export function markedImage(text: string): number | null {
	return text.startsWith(MARK) ? Number(text.slice(MARK.length)) : null;
}

type State =
	/** Between strings: punctuation, numbers, literals. */
	| 'outside'
	/** In the first characters of a string that may turn out to be an image. */
	| 'opening'
	/** In a string that is kept. */
	| 'string'
	| 'image';

/** Whether a string that begins like this may still be a data URI of an image. */
function mayBeDataUri(opening: string): boolean {
	const plain = opening.replaceAll('\\', '');
	return plain.length <= DATA_URI.length ? DATA_URI.startsWith(plain) : plain.startsWith(DATA_URI) && plain.length < LONGEST_PREFIX;
}

function notBase64(): ScanError {
	return new ScanError('The image in the reply is not valid base64');
}

/** Resolves JSON escapes (some encoders escape `/` or `=`) and drops line breaks. */
function unescape(text: string): string {
	try {
		return (JSON.parse(`"${text}"`) as string).replace(/\s+/g, '');
	} catch {
		throw notBase64();
	}
}

/**
 * Finds base64 images in JSON as it arrives, so that none is ever held whole.
 *
 * An image is the string value of a `b64_json` key, or any string value that begins with `data:image/`.
 * Everything else is kept as text and parsed at the end; in it, an image leaves a numbered mark.
 * The JSON itself is not judged here: `JSON.parse` does that with what remains.
 */
export class JsonImageScanner {
	private state: State = 'outside';

	private readonly skeleton: Buffer[] = [];

	private skeletonBytes = 0;

	/** The string being read, as far as it can matter: keys and openings are short. */
	private text = '';

	/** The last string that ended, until a colon makes it a key. */
	private lastString = '';

	private key = '';

	private escaped = false;

	/** Base64 characters that do not make a full group of four yet. */
	private rest = '';

	private padded = false;

	private images = 0;

	/** Takes the next chunk, whose memory is the scanner's from now on; returns what it holds of images, in order. */
	push(chunk: Uint8Array): ScanEvent[] {
		const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
		const events: ScanEvent[] = [];
		let position = 0;
		while (position < bytes.length) position = this.step(bytes, position, events);
		return events;
	}

	/** The JSON around the images, to be parsed. Throws where the input ended inside an image. */
	end(): string {
		if (this.state === 'image') throw new ScanError('The reply ended inside an image');
		if (this.state === 'opening') this.keepOpening();
		return Buffer.concat(this.skeleton).toString('utf8');
	}

	/** Each state reads as far as it can and says where the next one goes on. */
	private step(bytes: Buffer, position: number, events: ScanEvent[]): number {
		switch (this.state) {
			case 'outside':
				return this.outside(bytes, position);
			case 'opening':
				return this.opening(bytes, position, events);
			case 'string':
				return this.string(bytes, position);
			case 'image':
				return this.image(bytes, position, events);
		}
	}

	private outside(bytes: Buffer, position: number): number {
		for (let at = position; at < bytes.length; at += 1) {
			const byte = bytes[at] as number;
			if (byte === COLON) this.key = this.lastString;
			else if (ENDS_OF_KEY.has(byte)) this.key = '';
			else if (byte === QUOTE) {
				this.keep(bytes.subarray(position, at));
				this.text = '';
				this.state = 'opening';
				return at + 1;
			}
		}
		this.keep(bytes.subarray(position));
		return bytes.length;
	}

	private opening(bytes: Buffer, position: number, events: ScanEvent[]): number {
		for (let at = position; at < bytes.length; at += 1) {
			const byte = bytes[at] as number;
			const escape = this.text.endsWith('\\');
			const next = this.text + String.fromCharCode(byte);
			// The byte that decides is left to the state that follows.
			if ((byte === QUOTE && !escape) || (escape && byte !== SLASH) || !mayBeDataUri(next)) {
				this.decideOpening(events);
				return at;
			}
			this.text = next;
			if (DATA_URI_BODY.test(next.replaceAll('\\', ''))) {
				this.startImage(events);
				return at + 1;
			}
		}
		return bytes.length;
	}

	/** It is no data URI: bare base64 under the image key, an ordinary string elsewhere. */
	private decideOpening(events: ScanEvent[]): void {
		if (this.key === IMAGE_KEY) {
			this.startImage(events);
			this.decode(this.text, events);
		} else {
			this.keepOpening();
			this.escaped = this.text.endsWith('\\');
			this.state = 'string';
		}
	}

	private keepOpening(): void {
		this.keep(Buffer.from(`"${this.text}`, 'latin1'));
	}

	private string(bytes: Buffer, position: number): number {
		let at = position;
		while (at < bytes.length && (this.escaped || bytes[at] !== QUOTE)) {
			this.escaped = !this.escaped && bytes[at] === BACKSLASH;
			at += 1;
		}
		if (this.text.length < LONGEST_PREFIX) this.text += bytes.toString('latin1', position, at);
		if (at === bytes.length) {
			this.keep(bytes.subarray(position));
			return at;
		}
		this.keep(bytes.subarray(position, at + 1));
		this.lastString = this.text;
		this.state = 'outside';
		return at + 1;
	}

	private startImage(events: ScanEvent[]): void {
		this.keep(Buffer.from(JSON.stringify(`${MARK}${this.images}`)));
		this.images += 1;
		this.rest = '';
		this.padded = false;
		this.state = 'image';
		events.push({ type: 'imageStart' });
	}

	private image(bytes: Buffer, position: number, events: ScanEvent[]): number {
		const quote = bytes.indexOf(QUOTE, position);
		const end = quote === -1 ? bytes.length : quote;
		const piece = bytes.subarray(position, end);
		const escaped = this.rest.includes('\\') || piece.includes(BACKSLASH);
		if (escaped || piece.length < SHORTEST_IN_PLACE) this.decode(piece.toString('latin1'), events);
		else events.push({ type: 'imageData', bytes: this.decodeInPlace(piece) });
		if (quote === -1) return end;
		this.finishImage(events);
		return quote + 1;
	}

	/**
	 * Decodes a piece into its own memory, of which the text needs more: a second buffer for every chunk of a large
	 * image would cost more, in garbage collections, than all the rest.
	 */
	private decodeInPlace(piece: Buffer): Buffer {
		let carried = this.rest;
		const whole = piece.length - ((carried.length + piece.length) % 4);
		this.rest = piece.toString('latin1', whole);
		let written = 0;
		for (let read = 0; read < whole; carried = '') {
			const end = Math.min(whole, read + SLICE - carried.length);
			written += this.decodeInto(carried + piece.toString('latin1', read, end), piece, written);
			read = end;
		}
		return piece.subarray(0, written);
	}

	/** Decodes what makes full groups of four and keeps the rest for the next chunk. */
	private decode(encoded: string, events: ScanEvent[]): void {
		let text = this.rest + encoded;
		let brokenEscape = '';
		if (text.includes('\\')) {
			brokenEscape = /\\(?:u[\da-f]{0,3})?$/i.exec(text)?.[0] ?? '';
			text = unescape(text.slice(0, text.length - brokenEscape.length));
		}
		const whole = text.length - (text.length % 4);
		this.rest = text.slice(whole) + brokenEscape;
		if (whole > 0) this.emit(text.slice(0, whole), events);
	}

	private emit(groups: string, events: ScanEvent[]): void {
		const bytes = Buffer.alloc((groups.length / 4) * 3);
		events.push({ type: 'imageData', bytes: bytes.subarray(0, this.decodeInto(groups, bytes, 0)) });
	}

	/** Decodes full groups of four into `target` from `at` on; returns the number of bytes. */
	private decodeInto(groups: string, target: Buffer, at: number): number {
		if (this.padded) throw notBase64();
		const padding = groups.endsWith('==') ? 2 : groups.endsWith('=') ? 1 : 0;
		this.padded = padding > 0;
		const length = target.write(groups, at, 'base64');
		// Node skips what is not base64; a short result shows that it did.
		if (length !== (groups.length / 4) * 3 - padding) throw notBase64();
		return length;
	}

	private finishImage(events: ScanEvent[]): void {
		// Some encoders leave the padding out.
		if (this.rest !== '') this.emit(this.rest.padEnd(4, '='), events);
		this.rest = '';
		this.lastString = '';
		this.state = 'outside';
		events.push({ type: 'imageEnd' });
	}

	private keep(bytes: Buffer): void {
		this.skeletonBytes += bytes.length;
		if (this.skeletonBytes > MAX_SKELETON_BYTES) {
			throw new ScanError(`The reply holds more than ${MAX_SKELETON_BYTES} bytes beside its images`);
		}
		// A view would keep the whole network chunk alive.
		if (bytes.length > 0) this.skeleton.push(Buffer.from(bytes));
	}
}
