import { planRequest } from '../../../nodes/core/plan';
import type { PlannedRequest } from '../../../nodes/core/planned';
import { registry } from '../../../nodes/core/providers';
import { EmbeddedImage, type HttpCall, type MultipartPart, type Provider, type Reply, type WireImage } from '../../../nodes/core/providers/provider';
import type { ImageRequest } from '../../../nodes/core/request';
import type { TaskHandle } from '../../../nodes/core/task';
import { imageRequest } from '../../support/planning';

export const PROMPT = 'A blue glass sphere';

export function providerOf(id: string): Provider {
	return registry.gateway(id).provider;
}

export function planned(id: string, changes: Partial<ImageRequest> = {}): PlannedRequest {
	return planRequest(registry.gateway(id), imageRequest({ provider: id, prompt: PROMPT, ...changes }));
}

/** What an edit of `images` needs in its request; the wire forms are given apart. */
export function edit(images: readonly WireImage[], changes: Partial<ImageRequest> = {}): Partial<ImageRequest> {
	return { operation: 'edit', images: images.map(() => ({ kind: 'url', url: 'https://example.com/source.png' })), ...changes };
}

interface Sending {
	images?: WireImage[];
	mask?: WireImage | null;
	callbackUrl?: string | null;
}

/** The paid call for a request whose images are ready for the wire. */
export function submit(id: string, changes: Partial<ImageRequest> = {}, { images = [], mask = null, callbackUrl = null }: Sending = {}): HttpCall {
	const plan = planned(id, images.length > 0 ? edit(images, changes) : changes);
	const [count = 0] = plan.counts;
	return providerOf(id).submit(plan, count, images, mask, callbackUrl);
}

/** The JSON body as it goes over the wire. */
export function wireJson(call: HttpCall): unknown {
	if (call.body?.type !== 'json') throw new Error('The body is not JSON');
	return JSON.parse(JSON.stringify(call.body.value));
}

/** The parts of a form: text as it is, files by name. */
export function wireForm(call: HttpCall): string[] {
	if (call.body?.type !== 'multipart') throw new Error('The body is no form');
	return call.body.parts.map((part: MultipartPart) => `${part.name}=${'file' in part ? `<${part.file.fileName}>` : part.value}`);
}

export function urlImage(url: string): WireImage {
	return { kind: 'url', url };
}

export function fileImage(fileName: string): WireImage {
	return { kind: 'file', file: { fileName, mimeType: 'image/png', bytes: 3, open: async function* () { yield Buffer.from('abc'); } } };
}

export function reply(json: unknown, status = 200): Reply {
	return { status, headers: {}, json, requestId: 'req_1' };
}

export function handle(provider: string, model = 'gpt-image-2'): TaskHandle {
	return { provider, taskId: 'task_1', model, operation: 'generate', count: 1, submittedAt: '2026-05-01T00:00:00.000Z', fingerprint: 'f' };
}

/** An image that came as base64. */
export const EMBEDDED = new EmbeddedImage(0);
