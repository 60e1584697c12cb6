import { z } from 'zod';

import { invalidRequest } from '../errors';
import type { ImageRequest, JsonObject, JsonValue } from '../request';
import type { CallBody, MultipartPart, WireFile, WireImage } from './provider';

/** Fields of a request body; undefined ones are not sent. */
export type Fields = Readonly<Record<string, JsonValue | undefined>>;

/** The output settings that the user chose, in OpenAI's words for them, which the gateways share. */
export function outputSettings(request: ImageRequest): Fields {
	return {
		quality: request.quality === 'auto' ? undefined : request.quality,
		output_format: request.outputFormat,
		output_compression: request.outputCompression,
		background: request.background,
		moderation: request.moderation,
	};
}

function isObject(value: JsonValue | undefined): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Objects are merged field by field; of anything else the second one counts. */
function merge(base: JsonObject, extra: JsonObject): JsonObject {
	const merged = Object.entries(extra).map(([key, value]) => {
		const known = Object.hasOwn(base, key) ? base[key] : undefined;
		return [key, isObject(known) && isObject(value) ? merge(known, value) : value] as const;
	});
	return { ...base, ...Object.fromEntries(merged) };
}

/** The fields that are set. */
export function definedFields(fields: Fields): JsonObject {
	return Object.fromEntries(Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));
}

/**
 * A body with the user's extra parameters merged in last, so that they have the final word.
 * Throws `invalid_request` where those are no JSON.
 */
function mergeExtra(fields: Fields, extra: ImageRequest['extraParameters']): JsonObject {
	const parsed = jsonObjectSchema.safeParse(extra ?? {});
	if (!parsed.success) throw invalidRequest('Extra Parameters must be a JSON object');
	return merge(definedFields(fields), parsed.data);
}

/** A JSON body with the user's Extra Parameters merged in. */
export function jsonBody(fields: Fields, request: ImageRequest): CallBody {
	return { type: 'json', value: mergeExtra(fields, request.extraParameters) };
}

/** A field as the parts of a form: lists as `name[]`, objects as JSON. A form knows no null. */
function formParts(name: string, value: JsonValue): MultipartPart[] {
	if (value === null) return [];
	if (Array.isArray(value)) return value.flatMap((entry) => formParts(`${name}[]`, entry));
	return [{ name, value: isObject(value) ? JSON.stringify(value) : String(value) }];
}

/** A form with the user's Extra Parameters merged in. */
export function formBody(fields: Fields, files: MultipartPart[], request: ImageRequest): CallBody {
	const merged = mergeExtra(fields, request.extraParameters);
	const parts = Object.entries(merged).flatMap(([name, value]) => formParts(name, value));
	return { type: 'multipart', parts: [...parts, ...files] };
}

/** The images' addresses, for models that take URLs. */
export function urlsOf(images: readonly WireImage[]): string[] {
	return images.map((image) => {
		if (image.kind === 'file') throw invalidRequest(`${image.file.fileName} must be a URL for this model`);
		return image.url;
	});
}

/** The images' bytes, for models that take files. */
export function filesOf(images: readonly WireImage[]): WireFile[] {
	return images.map((image) => {
		if (image.kind === 'url') throw invalidRequest('Images must be files for this model');
		return image.file;
	});
}

const jsonSchema: z.ZodType<JsonValue> = z.lazy(() =>
	z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(jsonSchema), z.record(jsonSchema)]),
);

const jsonObjectSchema = z.record(jsonSchema);
