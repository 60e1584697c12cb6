import type { FileMeta, ImageStore, OpenedFile } from '../../nodes/core/ports';

export interface SavedFile extends FileMeta {
	bytes: Buffer;
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of stream) chunks.push(chunk);
	return Buffer.concat(chunks);
}

/** Files in memory; `chunkBytes` sets how they are handed out. */
export class MemoryStore implements ImageStore<SavedFile> {
	readonly saved: SavedFile[] = [];

	constructor(
		private readonly files: Readonly<Record<string, Buffer>> = {},
		private readonly chunkBytes = 16_384,
	) {}

	async open(key: string): Promise<OpenedFile> {
		const bytes = this.files[key];
		if (!bytes) throw new Error(`There is no file ${key}`);
		return this.opened(bytes, key);
	}

	async reopen(saved: SavedFile): Promise<OpenedFile> {
		return this.opened(saved.bytes, saved.fileName);
	}

	async save(stream: AsyncIterable<Uint8Array>, meta: FileMeta): Promise<SavedFile> {
		const file = { ...meta, bytes: await readAll(stream) };
		this.saved.push(file);
		return file;
	}

	private opened(bytes: Buffer, fileName: string): OpenedFile {
		const { chunkBytes } = this;
		return {
			bytes: bytes.length,
			fileName,
			async *open() {
				for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
			},
		};
	}
}
