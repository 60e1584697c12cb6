import { EmbeddedImage } from '../providers/provider';
import { Channel } from './channel';
import { JsonImageScanner, markedImage, type ScanEvent } from './json-scanner';

/** Takes one decoded image as it arrives; what it resolves to stands for the image. */
export type ImageSink<Stored> = (bytes: AsyncIterable<Uint8Array>) => Promise<Stored>;

/** A reply that was read to its end. */
export interface ReadJson<Stored> {
	/** The parsed reply with an `EmbeddedImage` where each image was; undefined where it is no JSON. */
	json: unknown;
	/** By `EmbeddedImage.index`. */
	images: Stored[];
}

/** For replies that bring no images of ours, though they may repeat those that were sent. */
export async function dropImage(bytes: AsyncIterable<Uint8Array>): Promise<null> {
	const iterator = bytes[Symbol.asyncIterator]();
	while (!(await iterator.next()).done);
	return null;
}

/** One image on its way from the scanner to the sink. */
class ImageFeed<Stored> {
	private readonly channel = new Channel();

	private readonly stored: Promise<Stored>;

	constructor(sink: ImageSink<Stored>) {
		this.stored = sink(this.channel).finally(() => this.channel.abandon());
		// The error is raised by `finish`; until then it must not count as unhandled.
		this.stored.catch(() => {});
	}

	async write(bytes: Uint8Array): Promise<void> {
		await this.channel.write(bytes);
	}

	async finish(): Promise<Stored> {
		this.channel.end();
		return await this.stored;
	}

	/** Makes the sink drop what it has. */
	async fail(error: Error): Promise<void> {
		this.channel.fail(error);
		await this.stored.catch(() => {});
	}
}

function parse(skeleton: string): unknown {
	try {
		return JSON.parse(skeleton, (_key, value: unknown) => {
			const index = typeof value === 'string' ? markedImage(value) : null;
			return index === null ? value : new EmbeddedImage(index);
		});
	} catch {
		return undefined;
	}
}

/**
 * Reads a JSON body to its end, sending every base64 image in it to `sink` as it arrives, at the pace
 * of the sink. Rejects with the body's own error, a `ScanError`, or the sink's error; an image that did
 * not arrive whole reaches the sink as a stream that throws.
 */
export async function readJson<Stored>(
	body: AsyncIterable<Uint8Array>,
	sink: ImageSink<Stored>,
): Promise<ReadJson<Stored>> {
	const scanner = new JsonImageScanner();
	const images: Stored[] = [];
	let feed: ImageFeed<Stored> | null = null;

	const handle = async (event: ScanEvent): Promise<void> => {
		if (event.type === 'imageStart') feed = new ImageFeed(sink);
		else if (event.type === 'imageData') await feed?.write(event.bytes);
		else if (feed) {
			const finished = feed;
			feed = null;
			images.push(await finished.finish());
		}
	};

	let skeleton = '';
	const readAll = async () => {
		for await (const chunk of body) {
			for (const event of scanner.push(chunk)) await handle(event);
		}
		skeleton = scanner.end();
	};
	await readAll().catch(async (error: Error) => {
		await feed?.fail(error);
		return await Promise.reject(error);
	});
	return { json: parse(skeleton), images };
}
