import { z } from 'zod';

import type { PlannedRequest } from '../planned';
import { filesOf, formBody, jsonBody, outputSettings, type Fields } from './body';
import type { Finished, HttpCall, Reply, WireImage } from './provider';
import { errorInSuccess, imagesIn, malformed, readUsage, type StatusKinds } from './reply';

/** What every request to the Images API holds. `n` is left out for one image, the API's own default. */
export function imagesApiFields(planned: PlannedRequest, count: number): Fields {
	return {
		model: planned.wireModel,
		prompt: planned.request.prompt,
		n: count > 1 ? count : undefined,
		size: planned.size.pixels ?? undefined,
		...outputSettings(planned.request),
	};
}

/**
 * The paid call to an Images API that takes images as files: JSON without images, a form with them
 * (OpenAI API reference, 2026-08). `response_format` is not sent: GPT image models refuse it.
 */
export function imagesApiCall({ request }: PlannedRequest, fields: Fields, images: WireImage[], mask: WireImage | null): HttpCall {
	if (images.length === 0) {
		return { kind: 'submit', method: 'POST', path: '/v1/images/generations', body: jsonBody(fields, request) };
	}
	const files = [
		...filesOf(images).map((file) => ({ name: 'image[]', file })),
		...filesOf(mask ? [mask] : []).map((file) => ({ name: 'mask', file })),
	];
	return { kind: 'submit', method: 'POST', path: '/v1/images/edits', body: formBody(fields, files, request) };
}

/**
 * The images of an Images API reply, as `b64_json` or `url`.
 * Throws the provider's error where the reply holds one instead, else `malformed_response`.
 */
export function parseImages(provider: string, reply: Reply, statusKinds?: StatusKinds): Finished {
	const parsed = imagesReplySchema.safeParse(reply.json);
	const images = parsed.success ? imagesIn(parsed.data.data) : [];
	if (images.length === 0) throw errorInSuccess(provider, reply, 'task_failed', statusKinds) ?? malformed(provider, reply, 'an image');
	return { state: 'completed', images, usage: readUsage(reply.json), chargedUsd: null };
}

const imagesReplySchema = z.object({ data: z.array(z.unknown()) });
