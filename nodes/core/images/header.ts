import type { OutputFormat } from '../request';

/** Width and height in pixels. */
export interface Dimensions {
	width: number;
	height: number;
}

/** MIME type of each format. */
export const MIME_TYPES: Readonly<Record<OutputFormat, string>> = {
	png: 'image/png',
	jpeg: 'image/jpeg',
	webp: 'image/webp',
};

/** File extension of each format, without the dot. */
export const FILE_EXTENSIONS: Readonly<Record<OutputFormat, string>> = {
	png: 'png',
	jpeg: 'jpg',
	webp: 'webp',
};

/** Bytes that suffice to tell the format. */
export const SIGNATURE_BYTES = 16;

/** JPEG metadata may push the frame header back; beyond this the dimensions stay unknown. */
export const HEADER_BYTES = 524_288;

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The format by content, whatever the name says; null for anything that is not PNG, JPEG or WebP. */
export function sniffFormat(head: Buffer): OutputFormat | null {
	if (head.subarray(0, 8).equals(PNG_SIGNATURE)) return 'png';
	if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'jpeg';
	if (head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP') return 'webp';
	return null;
}

function pngDimensions(head: Buffer): Dimensions | null {
	if (head.length < 24 || head.toString('latin1', 12, 16) !== 'IHDR') return null;
	return { width: head.readUInt32BE(16), height: head.readUInt32BE(20) };
}

/** Start-of-frame markers, less the four in their range that are something else. */
function isFrameHeader(marker: number): boolean {
	return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function jpegDimensions(head: Buffer): Dimensions | null {
	let at = 2;
	while (at + 9 <= head.length) {
		if (head[at] !== 0xff) return null;
		const marker = head[at + 1] as number;
		if (isFrameHeader(marker)) return { width: head.readUInt16BE(at + 7), height: head.readUInt16BE(at + 5) };
		// Fill bytes and markers without a length.
		if (marker === 0xff) at += 1;
		else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
		else at += 2 + head.readUInt16BE(at + 2);
	}
	return null;
}

function webpDimensions(head: Buffer): Dimensions | null {
	if (head.length < 30) return null;
	switch (head.toString('latin1', 12, 16)) {
		case 'VP8X':
			return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1 };
		case 'VP8L': {
			const bits = head.readUInt32LE(21);
			return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
		}
		case 'VP8 ':
			return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff };
		default:
			return null;
	}
}

/** Width and height in pixels from the first bytes; null while (or where) they do not say. */
export function readDimensions(format: OutputFormat, head: Buffer): Dimensions | null {
	switch (format) {
		case 'png':
			return pngDimensions(head);
		case 'jpeg':
			return jpegDimensions(head);
		case 'webp':
			return webpDimensions(head);
	}
}

/** Whether a PNG can hold transparency: an alpha channel, or a `tRNS` chunk before the image data. */
export function pngHasAlpha(head: Buffer): boolean {
	const colourType = head[25];
	if (colourType === 4 || colourType === 6) return true;
	let at = 8;
	while (at + 8 <= head.length) {
		const type = head.toString('latin1', at + 4, at + 8);
		if (type === 'tRNS') return true;
		if (type === 'IDAT') return false;
		at += 12 + head.readUInt32BE(at);
	}
	return false;
}
