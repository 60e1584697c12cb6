import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { invalidRequest } from '../core/errors';
import type { ImageStore, OpenedFile } from '../core/ports';
import { toReadable } from './transport';

/** The key under which the store finds a binary field of an input item. */
export function binaryKey(itemIndex: number, field: string): string {
	return `${itemIndex}/${field}`;
}

function parseKey(key: string): { itemIndex: number; field: string } {
	const slash = key.indexOf('/');
	return { itemIndex: Number(key.slice(0, slash)), field: key.slice(slash + 1) };
}

/** Bytes of a file that n8n holds in its store or, with no store, as base64 inside the item. */
async function* read(context: IExecuteFunctions, binary: IBinaryData): AsyncGenerator<Uint8Array> {
	if (binary.id) yield* await context.helpers.getBinaryStream(binary.id);
	else yield Buffer.from(binary.data, 'base64');
}

async function size(context: IExecuteFunctions, binary: IBinaryData): Promise<number> {
	if (!binary.id) return Buffer.byteLength(binary.data, 'base64');
	return (await context.helpers.getBinaryMetadata(binary.id)).fileSize;
}

async function opened(context: IExecuteFunctions, binary: IBinaryData): Promise<OpenedFile> {
	return {
		bytes: await size(context, binary),
		fileName: binary.fileName ?? null,
		open: () => read(context, binary),
	};
}

/** The item's binary field, null where there is none. */
function find(context: IExecuteFunctions, { itemIndex, field }: ReturnType<typeof parseKey>): IBinaryData | null {
	try {
		return context.helpers.assertBinaryData(itemIndex, field);
	} catch {
		return null;
	}
}

/** n8n's binary data as the core's image store. Files are streamed, in and out. */
export function createImageStore(context: IExecuteFunctions): ImageStore<IBinaryData> {
	return {
		async open(key) {
			const place = parseKey(key);
			const binary = find(context, place);
			if (binary) return await opened(context, binary);
			const present = Object.keys(context.getInputData()[place.itemIndex]?.binary ?? {});
			throw invalidRequest(
				`The item has no binary field "${place.field}"`,
				present.length > 0
					? `Its binary fields are: ${present.join(', ')}.`
					: 'It has no binary data at all: the node before must output a file.',
			);
		},
		reopen: async (saved) => await opened(context, saved),
		async save(stream, { fileName, mimeType }) {
			// n8n guesses "text/plain" for a stream that comes without a name and a type.
			return await context.helpers.prepareBinaryData(await toReadable(stream), fileName, mimeType);
		},
	};
}
