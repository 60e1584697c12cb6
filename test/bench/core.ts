import { createHash } from 'node:crypto';

import { readJson } from '../../nodes/core/http/read-json';
import { inspectImage } from '../../nodes/core/images/inspect';
import { planRequest } from '../../nodes/core/plan';
import { quoteRequest } from '../../nodes/core/pricing/quote';
import { registry } from '../../nodes/core/providers';
import type { ImageRequest } from '../../nodes/core/request';
import { cpuMs, type Figure } from './measure';

const QUOTES = 1_000;
const REPLIES = 10;
const IMAGE_BYTES = 25_000_000;
const CHUNK_BYTES = 65_536;

function request(index: number): ImageRequest {
	return {
		provider: 'openai',
		model: 'gpt-image-2',
		operation: 'generate',
		prompt: `Packshot number ${index} on light oak`,
		size: { sizing: 'aspectRatio', aspectRatio: '16:9', resolution: '2K' },
		quality: 'high',
		count: 1,
		images: [],
	};
}

/** What prices cost to know. */
export async function measureQuotes(): Promise<Figure> {
	const gateway = registry.gateway('openai');
	const ms = await cpuMs(() => {
		for (let index = 0; index < QUOTES; index += 1) quoteRequest(planRequest(gateway, request(index)));
	});
	return { what: `${QUOTES.toLocaleString('en')} requests planned and quoted, CPU`, value: `${ms.toFixed(0)} ms`, target: 'under 50 ms' };
}

/** A reply with one image of 25 MB, as a network would hand it over. */
function reply(): { chunks: () => AsyncGenerator<Uint8Array>; body: Buffer } {
	const signature = Buffer.from('89504e470d0a1a0a0000000d4948445200000400000004000806000000', 'hex');
	const image = Buffer.concat([signature, Buffer.alloc(IMAGE_BYTES - signature.length, 0x5a)]);
	const body = Buffer.from(JSON.stringify({ data: [{ b64_json: image.toString('base64') }], usage: { total_tokens: 1 } }));
	return {
		body,
		async *chunks() {
			for (let at = 0; at < body.length; at += CHUNK_BYTES) yield Buffer.from(body.subarray(at, at + CHUNK_BYTES));
		},
	};
}

/** The streaming decoder by itself, without a network, against the least that any client must do. */
export async function measureDecoder(): Promise<Figure[]> {
	const { body, chunks } = reply();
	const ours = await cpuMs(async () => {
		for (let count = 0; count < REPLIES; count += 1) {
			await readJson(chunks(), async (stream) => {
				const image = await inspectImage(stream, 2 * IMAGE_BYTES);
				const bytes = image.bytes[Symbol.asyncIterator]();
				while (!(await bytes.next()).done);
				return image.facts();
			});
		}
	});
	const least = await cpuMs(() => {
		for (let count = 0; count < REPLIES; count += 1) {
			const hash = createHash('sha256');
			for (let at = 0; at < body.length; at += CHUNK_BYTES) hash.update(Buffer.from(body.toString('latin1', at, at + CHUNK_BYTES), 'base64'));
			hash.digest('hex');
		}
	});
	return [
		{ what: `${REPLIES} replies of 25 MB as base64 scanned, decoded, measured and hashed, CPU`, value: `${ours.toFixed(0)} ms` },
		{ what: 'the same against bare decoding and hashing', value: `${(ours / least).toFixed(2)} times` },
	];
}
