import { ImageError } from '../errors';
import { type CallOptions, failedAttempt, reportToQueue, type AttemptResult, type HttpContext } from '../http/client';
import { IDLE_TIMEOUT_MS } from '../http/request';
import { decide } from '../http/retry';
import type { ImageStore } from '../ports';
import type { DeliveredImage } from '../result';
import { FILE_EXTENSIONS } from './header';
import { inspectImage, type ImageFacts } from './inspect';

const MAX_REDIRECTS = 5;

/** A URL that no longer works, by the ways object stores say so. */
const EXPIRED: ReadonlySet<number> = new Set([401, 403, 404, 410]);

/** An image that is in the store, with what was learnt on the way. */
export interface StoredImage<Saved> extends ImageFacts {
	saved: Saved;
}

/** Streams an image into the store under `stem` and the extension of its true format. */
export async function storeImage<Saved>(
	store: ImageStore<Saved>,
	stream: AsyncIterable<Uint8Array>,
	stem: string,
	limitBytes: number,
): Promise<StoredImage<Saved>> {
	const image = await inspectImage(stream, limitBytes);
	const fileName = `${stem}.${FILE_EXTENSIONS[image.format]}`;
	const saved = await store.save(image.bytes, { fileName, mimeType: image.mimeType });
	return { ...image.facts(), saved };
}

/** The image as it goes into an item. */
export function delivered<Saved>(
	stored: StoredImage<Saved> | null,
	url: string | null,
	urlExpiresAt: string | null,
): DeliveredImage<Saved> {
	return {
		url,
		urlExpiresAt,
		format: stored?.format ?? null,
		mimeType: stored?.mimeType ?? null,
		width: stored?.width ?? null,
		height: stored?.height ?? null,
		bytes: stored?.bytes ?? null,
		sha256: stored?.sha256 ?? null,
		saved: stored?.saved ?? null,
	};
}

/** A file name's stem that is safe on every file system. */
export function fileStem(...parts: string[]): string {
	return parts
		.join('-')
		.replace(/[^\w.-]+/g, '-')
		.replace(/^[-.]+/, '')
		.slice(0, 100);
}

function refusedDownload(status: number): ImageError {
	return EXPIRED.has(status)
		? new ImageError({
				kind: 'not_found',
				message: `The image is no longer at its address (HTTP ${status}); such links expire`,
				advice: 'Run Poll Task on the same task soon: the provider may give a fresh link.',
				httpStatus: status,
				billed: 'yes',
			})
		: new ImageError({
				kind: status === 429 ? 'rate_limited' : 'provider_unavailable',
				message: `The image could not be downloaded (HTTP ${status})`,
				httpStatus: status,
				billed: 'yes',
			});
}

/** Lets go of a body that nobody wants. A generator must be entered for its clean-up to run. */
async function discard(body: AsyncIterable<Uint8Array>): Promise<void> {
	const iterator = body[Symbol.asyncIterator]();
	await iterator.next();
	await iterator.return?.();
}

/** What becomes of the bytes at a URL: kept, or the error of an answer that is no file. */
type Consume<T> = (bytes: AsyncIterable<Uint8Array>, contentLength: number | null) => Promise<T>;

/**
 * Fetches a file from any public address, following redirects and repeating from the start when the
 * connection breaks. No credential is sent. Throws `ImageError`.
 */
export async function download<T>(
	context: HttpContext,
	url: string,
	options: CallOptions,
	consume: Consume<T>,
): Promise<T> {
	const { deadline } = options;
	const lane = new URL(url).origin;
	for (let number = 1; ; number += 1) {
		let sent = false;
		const fetchOnce = async (): Promise<AttemptResult<T>> => {
			sent = true;
			deadline.start();
			const { status, headers, body } = await context.transport.send({
				method: 'GET',
				url,
				headers: {},
				headersTimeoutMs: IDLE_TIMEOUT_MS,
				idleTimeoutMs: IDLE_TIMEOUT_MS,
				maxRedirects: MAX_REDIRECTS,
				signal: deadline.signal,
			});
			if (status === 200) return { value: await consume(body, Number(headers['content-length']) || null) };
			await discard(body);
			const error = refusedDownload(status);
			return { failure: { type: 'status', status, headers, kind: error.kind }, error };
		};
		const result = await context.queue
			.run('download', lane, deadline.signal, fetchOnce)
			.catch((error: unknown) =>
				sent ? failedAttempt(error, 'The image host', deadline, false) : failedAttempt(deadline.error(), '', deadline, false),
			);
		reportToQueue(context, lane, 'value' in result ? null : result.failure);
		if ('value' in result) return result.value;

		const decision = decide(
			{
				call: 'download',
				failure: result.failure,
				attempt: number,
				maxRetries: options.maxRetries,
				failuresAreFree: true,
				recoverable: false,
				onUncertain: 'fail',
				now: context.clock.now(),
			},
			context.random,
		);
		if (decision.action !== 'repeat' || deadline.isOver() || decision.afterMs >= deadline.remainingMs()) throw result.error;
		await deadline.sleep(decision.afterMs);
	}
}
