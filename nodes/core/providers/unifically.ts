import { z } from 'zod';

import { invalidRequest } from '../errors';
import type { PlannedRequest } from '../planned';
import { fromNumber } from '../pricing/money';
import type { JsonValue, Resolution } from '../request';
import { definedFields, jsonBody, outputSettings, urlsOf, type Fields } from './body';
import { ANY_RATIO, passthroughEntry } from './passthrough';
import type { Balance, CallbackHint, CallbackMessage, CallbackTask, HttpCall, Provider, Reply, WireFile, WireImage } from './provider';
import { errorFromStatus, errorInSuccess, malformed, parseJson } from './reply';
import { parseAccepted, parseTask, type TaskDialect } from './task-reply';

const NAME = 'Unifically';

const DIALECT: TaskDialect = { provider: NAME, failedTaskBilled: 'unknown' };

/** Flux counts in megapixels (Unifically Flux.2 page: 0.6, 1, 2 or 4). */
const MEGAPIXELS: Readonly<Partial<Record<Resolution, number>>> = { '0.5K': 0.6, '1K': 1, '2K': 4 };

/**
 * A tier in the words of each family: `4k` for OpenAI's models (Unifically GPT Image 2 guide, 2026-05-06),
 * `2K` for Google's, megapixels for Flux. Models with a single tier have no such field.
 */
function resolutionField({ entry, size: { resolution } }: PlannedRequest): JsonValue | undefined {
	const hasTiers = entry.sizing.rule === 'ratioAndTier' && Object.keys(entry.sizing.tiers).length > 1;
	if (resolution === null || !hasTiers) return undefined;
	if (entry.route === 'flux') return MEGAPIXELS[resolution];
	return entry.route === 'nano-banana' ? resolution : resolution.toLowerCase();
}

function taskFields(planned: PlannedRequest, imageUrls: readonly string[]): Fields {
	const { request, size, wireModel } = planned;
	const input = {
		prompt: request.prompt,
		resolution: resolutionField(planned),
		aspect_ratio: size.aspectRatio ?? undefined,
		...outputSettings(request),
		image_urls: imageUrls.length > 0 ? [...imageUrls] : undefined,
	};
	return { model: wireModel, input: definedFields(input) };
}

function createTask(planned: PlannedRequest, kind: HttpCall['kind'], fields: Fields): HttpCall {
	return { kind, method: 'POST', path: '/v1/tasks', body: jsonBody(fields, planned.request) };
}

function submit(planned: PlannedRequest, _count: number, images: WireImage[], mask: WireImage | null, callbackUrl: string | null): HttpCall {
	if (mask) throw invalidRequest(`${NAME} takes no mask`);
	return createTask(planned, 'submit', { ...taskFields(planned, urlsOf(images)), callback_url: callbackUrl ?? undefined });
}

/** A dry run validates and prices a request without a task or a charge (Unifically tasks page). */
function dryRun(planned: PlannedRequest): HttpCall {
	const urls = planned.request.images.flatMap((image) => (image.kind === 'url' && !image.url.startsWith('data:') ? [image.url] : []));
	return createTask(planned, 'account', { ...taskFields(planned, urls), dry_run: true });
}

/** Third-party clients read `data.cost`; the page names no field. */
function parsePrice(reply: Reply): string | null {
	const parsed = priceSchema.safeParse(reply.json);
	if (parsed.success) return fromNumber(parsed.data.data.cost);
	const error = errorInSuccess(NAME, reply, 'invalid_request');
	if (error) throw error;
	return null;
}

/** A legacy page puts uploads on a host of their own; the key goes to none but the credential's. Unverified. */
function upload(file: WireFile): HttpCall {
	return { kind: 'upload', method: 'PUT', path: '/upload', body: { type: 'multipart', parts: [{ name: 'file', file }] } };
}

function parseUpload(reply: Reply): string {
	const parsed = uploadSchema.safeParse(reply.json);
	if (parsed.success) return parsed.data.file_url;
	throw errorInSuccess(NAME, reply, 'invalid_request') ?? malformed(NAME, reply, 'the address of the uploaded image');
}

function parseBalance(reply: Reply): Balance {
	const parsed = accountSchema.safeParse(reply.json);
	if (parsed.success) return { usd: fromNumber(parsed.data.data.balance_usd) };
	throw errorInSuccess(NAME, reply, 'authentication') ?? malformed(NAME, reply, 'a balance');
}

/** Callbacks are not signed, so they only say when to look (Unifically callbacks page). */
function readCallback({ rawBody }: CallbackMessage): CallbackHint | null {
	const task = taskOfCallback(parseJson(rawBody));
	return task && { taskId: task.taskId, signed: false };
}

function taskOfCallback(body: unknown): CallbackTask | null {
	const parsed = callbackSchema.safeParse(body);
	return parsed.success ? { taskId: parsed.data.task_id, model: null } : null;
}

/** Tasks of many model families behind one endpoint (Unifically tasks page). */
export const unifically: Provider = {
	id: 'unifically',
	displayName: NAME,
	credentialType: 'unificallyApi',
	billing: {
		failuresAreFree: false,
		source: 'Unifically does not document whether a failed request or task is charged',
	},
	passthrough: (model) =>
		passthroughEntry(model, { provider: 'unifically', route: 'gpt-image', sizing: ANY_RATIO, imagesPerRequest: 1, accepts: 'url' }),
	submit,
	parseSubmit: (reply) => parseAccepted(reply, DIALECT),
	classify: (reply) => errorFromStatus(NAME, reply),
	task: {
		status: (taskId) => ({ kind: 'status', method: 'GET', path: `/v1/tasks/${encodeURIComponent(taskId)}` }),
		parseStatus: (reply) => parseTask(reply, DIALECT),
	},
	upload: { build: upload, parse: parseUpload, maxMegabytes: 100 },
	account: { call: () => ({ kind: 'account', method: 'GET', path: '/account' }), parse: parseBalance },
	price: { call: dryRun, parse: parsePrice },
	callback: { taskOf: taskOfCallback, read: readCallback },
};

const usd = z.union([z.number(), z.string().regex(/^\d+(\.\d+)?$/).transform(Number)]).pipe(z.number().max(1e15));

const priceSchema = z.object({ data: z.object({ cost: usd.pipe(z.number().nonnegative()) }) });

const uploadSchema = z.object({ file_url: z.string().regex(/^https?:\/\//i) });

const accountSchema = z.object({ data: z.object({ balance_usd: usd }) });

const callbackSchema = z.object({ task_id: z.string().min(1), status: z.enum(['completed', 'failed']) });
