import type { OutgoingBody, Random } from '../ports';
import type { MultipartPart } from '../providers/provider';

const CRLF = '\r\n';

/** Names and file names as the WHATWG form-data encoding escapes them. */
function quoted(text: string): string {
	return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function head(boundary: string, part: MultipartPart): Buffer {
	const disposition = `--${boundary}${CRLF}Content-Disposition: form-data; name="${quoted(part.name)}"`;
	return Buffer.from(
		'file' in part
			? `${disposition}; filename="${quoted(part.file.fileName)}"${CRLF}Content-Type: ${part.file.mimeType}${CRLF}${CRLF}`
			: `${disposition}${CRLF}${CRLF}${part.value}`,
	);
}

function totalLength(heads: Buffer[], parts: readonly MultipartPart[], tail: Buffer): number | null {
	let total = tail.length;
	for (const [index, part] of parts.entries()) {
		total += (heads[index]?.length ?? 0) + CRLF.length;
		if (!('file' in part)) continue;
		if (part.file.bytes === null) return null;
		total += part.file.bytes;
	}
	return total;
}

/** A multipart/form-data body (RFC 7578) whose files are read only while it is sent. */
export function multipartBody(parts: readonly MultipartPart[], random: Random): OutgoingBody {
	const boundary = `----n8n-image-${random().toString(36).slice(2)}${random().toString(36).slice(2)}`;
	const heads = parts.map((part) => head(boundary, part));
	const tail = Buffer.from(`--${boundary}--${CRLF}`);

	return {
		contentType: `multipart/form-data; boundary=${boundary}`,
		length: totalLength(heads, parts, tail),
		async *open() {
			for (const [index, part] of parts.entries()) {
				yield heads[index] as Buffer;
				if ('file' in part) yield* part.file.open();
				yield Buffer.from(CRLF);
			}
			yield tail;
		},
	};
}
