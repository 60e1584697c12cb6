import { ImageError, invalidRequest } from '../errors';
import { callProvider, type CallOptions, type HttpContext } from '../http/client';
import type { ImageStore, OpenedFile } from '../ports';
import type { ModelEntry } from '../catalog/schema';
import type { PlannedRequest } from '../planned';
import type { WireFile, WireImage } from '../providers/provider';
import type { ImageSource, OutputFormat } from '../request';
import type { Account } from '../result';
import { download, storeImage } from './deliver';
import { FILE_EXTENSIONS, MIME_TYPES, pngHasAlpha, readDimensions, sniffFormat, type Dimensions } from './header';

const MEGABYTE = 1_048_576;

/** Enough of a file to know its type, size in pixels and (PNG) transparency. */
const PEEK_BYTES = 65_536;

/** A reference image that was looked at, and whose bytes can be opened as often as needed. */
interface LocalImage {
	name: string;
	format: OutputFormat;
	dimensions: Dimensions | null;
	hasAlpha: boolean;
	file: WireFile;
}

/** The images of one request in the form its model takes. */
export interface PreparedImages {
	images: WireImage[];
	mask: WireImage | null;
}

async function peek(file: OpenedFile): Promise<Buffer> {
	let head = Buffer.alloc(0);
	for await (const chunk of file.open()) {
		head = Buffer.concat([head, chunk]);
		if (head.length >= PEEK_BYTES) break;
	}
	return head;
}

function decodeDataUri(uri: string, name: string): OpenedFile {
	const match = /^data:[^,]*;base64,([\w+/=\s-]+)$/.exec(uri);
	if (!match?.[1]) throw invalidRequest(`${name} is not a base64 data URI (data:image/png;base64,…)`);
	const bytes = Buffer.from(match[1], 'base64');
	return {
		bytes: bytes.length,
		fileName: null,
		async *open() {
			yield bytes;
		},
	};
}

/** Looks at a file's content and holds it against what the model accepts. */
async function examine(opened: OpenedFile, name: string, formats: readonly OutputFormat[], maxMegabytes: number): Promise<LocalImage> {
	const head = await peek(opened);
	const format = sniffFormat(head);
	const allowed = formats.map((allowedFormat) => allowedFormat.toUpperCase()).join(', ');
	if (!format) throw invalidRequest(`${name} is ${head.length === 0 ? 'empty' : 'not an image this node knows'}; allowed: ${allowed}`);
	if (!formats.includes(format)) throw invalidRequest(`${name} is a ${format.toUpperCase()} file; allowed: ${allowed}`);
	if (opened.bytes !== null && opened.bytes > maxMegabytes * MEGABYTE) {
		const size = (opened.bytes / MEGABYTE).toFixed(1);
		throw invalidRequest(`${name} has ${size} MB; at most ${maxMegabytes} MB are allowed`);
	}
	return {
		name,
		format,
		dimensions: readDimensions(format, head),
		hasAlpha: format === 'png' && pngHasAlpha(head),
		file: {
			// Providers judge by the name as well, so it gets the extension of the content.
			fileName: `${name.toLowerCase().replace(/\W+/g, '-')}.${FILE_EXTENSIONS[format]}`,
			mimeType: MIME_TYPES[format],
			bytes: opened.bytes,
			open: () => opened.open(),
		},
	};
}

function checkMask(mask: LocalImage, first: LocalImage | undefined): void {
	if (!mask.hasAlpha) throw invalidRequest('The mask has no transparency; erase the area that shall be edited and save it as PNG');
	if (!first?.dimensions || !mask.dimensions) return;
	const { width, height } = mask.dimensions;
	if (width === first.dimensions.width && height === first.dimensions.height) return;
	throw invalidRequest(
		`The mask is ${width}x${height} but the first image is ${first.dimensions.width}x${first.dimensions.height}; both must have the same size`,
	);
}

/** Turns the user's ordered list of images into what one provider and model take. */
export class ReferencePreparer<Saved> {
	constructor(
		private readonly context: HttpContext,
		private readonly store: ImageStore<Saved>,
		private readonly account: Account,
		private readonly options: CallOptions,
	) {}

	/** Everything is checked before anything is uploaded. Throws `ImageError`. */
	async prepare({ request, entry }: PlannedRequest): Promise<PreparedImages> {
		const { formats, maxMegabytes } = entry.references;
		const { mask } = request;
		const locals = await Promise.all(
			request.images.map(async (source, index) => {
				const name = `Image ${index + 1}`;
				// With a mask the first image's pixels must be known, wherever it lies.
				const mustOpen = entry.references.accepts === 'file' || (index === 0 && mask !== undefined);
				return await this.open(source, name, formats, maxMegabytes, mustOpen);
			}),
		);
		const localMask = mask && (await this.open(mask, 'The mask', ['png'], entry.mask?.maxMegabytes ?? maxMegabytes, true));
		if (localMask) checkMask(localMask, locals[0] ?? undefined);

		const images = await Promise.all(request.images.map(async (source, index) => await this.toWire(source, locals[index] ?? null, entry)));
		return { images, mask: mask ? await this.toWire(mask, localMask ?? null, entry) : null };
	}

	/** Null for a URL that the provider will fetch by itself. */
	private async open(
		source: ImageSource,
		name: string,
		formats: readonly OutputFormat[],
		maxMegabytes: number,
		mustOpen: boolean,
	): Promise<LocalImage | null> {
		if (source.kind === 'binary') return await examine(await this.store.open(source.key), name, formats, maxMegabytes);
		if (source.url.startsWith('data:')) return await examine(decodeDataUri(source.url, name), name, formats, maxMegabytes);
		if (!mustOpen) return null;
		return await examine(await this.fetchToStore(source.url, name, maxMegabytes), name, formats, maxMegabytes);
	}

	/** Keeps a remote image on this side, so that what was checked is what is sent, also on a repeat. */
	private async fetchToStore(url: string, name: string, maxMegabytes: number): Promise<OpenedFile> {
		try {
			const stored = await download(this.context, url, this.options, async (bytes) =>
				await storeImage(this.store, bytes, name, maxMegabytes * MEGABYTE),
			);
			return await this.store.reopen(stored.saved);
		} catch (error) {
			return await Promise.reject(unreadable(name, error));
		}
	}

	private async toWire(source: ImageSource, local: LocalImage | null, entry: ModelEntry): Promise<WireImage> {
		const { accepts } = entry.references;
		if (accepts === 'file' && local) return { kind: 'file', file: local.file };
		if (source.kind === 'url' && (!source.url.startsWith('data:') || accepts === 'urlOrData')) return { kind: 'url', url: source.url };
		if (!local) throw invalidRequest('An image is neither a file nor a URL');
		return accepts === 'urlOrData' ? { kind: 'url', url: await dataUri(local.file) } : await this.upload(local);
	}

	private async upload(local: LocalImage): Promise<WireImage> {
		const { provider } = this.account;
		const api = provider.upload;
		if (!api) {
			throw invalidRequest(`${provider.displayName} takes reference images by URL only; put ${local.name} on a public address and use Source: URL`);
		}
		if (local.file.bytes !== null && local.file.bytes > api.maxMegabytes * MEGABYTE) {
			throw invalidRequest(`${local.name} is larger than the ${api.maxMegabytes} MB that ${provider.displayName} takes as an upload`);
		}
		const exchange = {
			account: this.account,
			call: api.build(local.file),
			sink: rejectImages,
			accept: (reply: Parameters<typeof api.parse>[0]) => api.parse(reply),
		};
		const outcome = await callProvider(this.context, exchange, this.options);
		if ('error' in outcome) throw outcome.error;
		return { kind: 'url', url: outcome.value };
	}
}

/** For replies that hold no images. */
export async function rejectImages(): Promise<never> {
	return await Promise.reject(new ImageError({ kind: 'malformed_response', message: 'An image came where none was expected' }));
}

function unreadable(name: string, error: unknown): ImageError {
	if (error instanceof ImageError && (error.kind === 'cancelled' || error.kind === 'timeout')) return error;
	const reason = error instanceof Error ? error.message : 'it could not be read';
	return invalidRequest(`${name} could not be fetched: ${reason}`, 'Check the URL: it must lead to the image itself, without a login.');
}

async function dataUri(file: WireFile): Promise<string> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of file.open()) chunks.push(chunk);
	return `data:${file.mimeType};base64,${Buffer.concat(chunks).toString('base64')}`;
}
