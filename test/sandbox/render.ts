import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';

import { parse, type Font } from 'opentype.js';
import sharp, { type Sharp, type OverlayOptions } from 'sharp';

import { sha256 } from './hash';

export type ImageFormat = 'png' | 'jpeg' | 'webp';

export interface Picture {
	width: number;
	height: number;
	format: ImageFormat;
	/** 0-100, jpeg and webp. */
	compression?: number;
	transparent?: boolean;
	prompt: string;
	/** A small line at the foot. */
	caption: string;
	/** Reference images, shown in their order. */
	references: readonly Buffer[];
	/** Pads the file to exactly this size. */
	bytes?: number | null;
}

let loaded: { regular: Font; bold: Font } | null = null;

function fonts(): { regular: Font; bold: Font } {
	const load = (name: string): Font => {
		const file = readFileSync(require.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`));
		return parse(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength));
	};
	loaded ??= { regular: load('DejaVuSans'), bold: load('DejaVuSans-Bold') };
	return loaded;
}

/** Hues that follow from the prompt, so that the same words give the same picture. */
function palette(prompt: string): { hue: number; second: number; angle: number } {
	const digest = Buffer.from(sha256(prompt), 'hex');
	const hue = digest.readUInt16BE(0) % 360;
	return { hue, second: (hue + 40 + (digest[2] as number) % 90) % 360, angle: (digest[3] as number) % 90 };
}

/** A word that is wider than the line in parts that fit. */
function pieces(font: Font, word: string, size: number, width: number): string[] {
	if (measure(font, word, size) <= width) return [word];
	const parts = [''];
	for (const character of word) {
		const longer = `${parts.at(-1)}${character}`;
		if (measure(font, longer, size) > width) parts.push(character);
		else parts[parts.length - 1] = longer;
	}
	return parts;
}

function wrap(font: Font, text: string, size: number, width: number, maxLines: number): string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(/\s+/).filter(Boolean).flatMap((long) => pieces(font, long, size, width))) {
		const longer = line ? `${line} ${word}` : word;
		if (line && measure(font, longer, size) > width) {
			lines.push(line);
			line = word;
		} else line = longer;
	}
	if (line) lines.push(line);
	if (lines.length <= maxLines) return lines;
	return [...lines.slice(0, maxLines - 1), `${lines[maxLines - 1]} …`];
}

/** Width of a glyph, pixels. Glyphs are set one by one: shaping is not needed, and not every font table is understood. */
function advance(font: Font, character: string, size: number): number {
	return ((font.charToGlyph(character).advanceWidth ?? 0) * size) / font.unitsPerEm;
}

function measure(font: Font, line: string, size: number): number {
	return [...line].reduce((width, character) => width + advance(font, character, size), 0);
}

/** SVG path data of a line of text. */
function text(font: Font, line: string, x: number, y: number, size: number): string {
	let at = x;
	return [...line]
		.map((character) => {
			const path = font.charToGlyph(character).getPath(at, y, size).toPathData(1);
			at += advance(font, character, size);
			return path;
		})
		.join('');
}

/** Large pictures are drawn small and enlarged: the text stays readable and a 4K image takes under a second. */
const DRAWN_EDGE = 1_024;

interface Box {
	left: number;
	top: number;
	edge: number;
}

/** Squares for the references, as large as fit into the head of a picture, in reading order. */
function boxes(count: number, width: number, height: number): Box[] {
	const margin = Math.round(Math.min(width, height) / 12);
	const gap = Math.round(margin / 4);
	const edgeOf = (rows: number) => {
		const columns = Math.ceil(count / rows);
		return Math.floor(Math.min((width - 2 * margin - gap * (columns - 1)) / columns, (height * 0.32 - gap * (rows - 1)) / rows));
	};
	const rows = [1, 2, 3, 4].reduce((best, one) => (edgeOf(one) > edgeOf(best) ? one : best));
	const columns = Math.ceil(count / rows);
	const edge = Math.max(1, edgeOf(rows));
	return Array.from({ length: count }, (_, index) => ({
		left: margin + (index % columns) * (edge + gap),
		top: margin + Math.floor(index / columns) * (edge + gap),
		edge,
	}));
}

function scene(width: number, height: number, picture: Picture): string {
	const { regular, bold } = fonts();
	const { hue, second, angle } = palette(picture.prompt);
	const edge = Math.min(width, height);
	const size = Math.max(9, edge / 16);
	const margin = edge / 12;
	const lowest = boxes(picture.references.length, width, height).at(-1);
	const top = lowest ? lowest.top + lowest.edge + size * 1.7 : height * 0.36;
	const lines = wrap(bold, picture.prompt, size, width - 2 * margin, Math.max(1, Math.floor((height * 0.85 - top) / (size * 1.3))));
	const title = lines.map((line, index) => text(bold, line, margin, top + index * size * 1.3, size)).join('');
	const foot = text(regular, picture.caption, margin, height - margin * 0.6, size * 0.42);
	const background = picture.transparent
		? ''
		: `<rect width="100%" height="100%" fill="url(#sky)"/>
	<circle cx="${width * 0.78}" cy="${height * 0.22}" r="${edge * 0.3}" fill="hsl(${second} 80% 72%)" opacity="0.55"/>
	<circle cx="${width * 0.15}" cy="${height * 0.9}" r="${edge * 0.42}" fill="hsl(${hue} 70% 30%)" opacity="0.35"/>
	<circle cx="${width * 0.62}" cy="${height * 1.02}" r="${edge * 0.3}" fill="hsl(${second} 75% 55%)" opacity="0.35"/>`;
	const ink = picture.transparent ? `hsl(${hue} 60% 35%)` : 'white';
	return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
	<defs><linearGradient id="sky" gradientTransform="rotate(${angle})">
	<stop offset="0" stop-color="hsl(${hue} 65% 42%)"/><stop offset="1" stop-color="hsl(${second} 70% 58%)"/></linearGradient></defs>
	${background}<path d="${title}" fill="${ink}"/><path d="${foot}" fill="${ink}" opacity="0.8"/></svg>`;
}

/** The references with their numbers, so that one sees their order. */
async function thumbnails(picture: Picture, width: number, height: number): Promise<OverlayOptions[]> {
	const { bold } = fonts();
	const places = boxes(picture.references.length, width, height);
	const drawn = await Promise.all(
		picture.references.map(async (reference, index) => {
			const { left, top, edge } = places[index] as Box;
			const size = edge * 0.16;
			const label = text(bold, String(index + 1), size * 0.45, size * 1.2, size);
			const badge = `<svg xmlns="http://www.w3.org/2000/svg" width="${edge}" height="${edge}"><rect width="${size * 1.6}" height="${size * 1.6}" fill="black" opacity="0.55"/><path d="${label}" fill="white"/></svg>`;
			const square = await sharp(reference).resize(edge, edge, { fit: 'cover' }).png().toBuffer();
			return [{ input: square, left, top }, { input: Buffer.from(badge), left, top }];
		}),
	);
	return drawn.flat();
}

function encode(image: Sharp, { format, compression }: Picture): Sharp {
	// The encoder starts at 1, the providers' scale at 0.
	const quality = Math.max(1, compression ?? 90);
	if (format === 'jpeg') return image.flatten({ background: 'white' }).jpeg({ quality });
	if (format === 'webp') return image.webp({ quality });
	return image.png({ compressionLevel: 3 });
}

const PNG_CHUNK_OVERHEAD = 12;

/** Fills a PNG up to an exact size with a private chunk, which every reader skips. */
function pad(png: Buffer, bytes: number): Buffer {
	const missing = bytes - png.length - PNG_CHUNK_OVERHEAD;
	if (missing < 0) return png;
	const body = Buffer.alloc(missing + 4, 0x5a);
	body.write('paDd', 0, 'latin1');
	const length = Buffer.alloc(4);
	length.writeUInt32BE(missing);
	const sum = Buffer.alloc(4);
	sum.writeUInt32BE(crc32(body));
	const end = png.length - PNG_CHUNK_OVERHEAD;
	return Buffer.concat([png.subarray(0, end), length, body, sum, png.subarray(end)]);
}

async function draw(picture: Picture): Promise<Buffer> {
	const { width, height } = picture;
	const scale = Math.min(1, DRAWN_EDGE / Math.max(width, height));
	const small = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
	const drawn = sharp(Buffer.from(scene(small.width, small.height, picture))).composite(
		await thumbnails(picture, small.width, small.height),
	);
	const sized = scale === 1 ? drawn : sharp(await drawn.png({ compressionLevel: 0 }).toBuffer()).resize(width, height);
	const file = await encode(picture.transparent ? sized.ensureAlpha() : sized.removeAlpha(), picture).toBuffer();
	return picture.bytes && picture.format === 'png' ? pad(file, picture.bytes) : file;
}

const cache = new Map<string, Buffer>();

const CACHED_BYTES = 64 * 1_048_576;

let cachedBytes = 0;

function remember(key: string, file: Buffer): void {
	cache.set(key, file);
	cachedBytes += file.length;
	for (const [oldest, { length }] of cache) {
		if (cachedBytes <= CACHED_BYTES) return;
		cache.delete(oldest);
		cachedBytes -= length;
	}
}

/** A real image of exactly these pixels with the prompt drawn in. The same picture is drawn once, as long as it is remembered. */
export async function render(picture: Picture): Promise<Buffer> {
	const key = JSON.stringify({ ...picture, references: picture.references.map(sha256) });
	const known = cache.get(key);
	if (known) return known;
	const file = await draw(picture);
	if (!cache.has(key)) remember(key, file);
	return file;
}
