import { z } from 'zod';

import type { PlannedRequest } from '../planned';
import { fromNumber, multiplyUsd } from '../pricing/money';
import { jsonBody, outputSettings, urlsOf } from './body';
import { ANY_RATIO, passthroughEntry } from './passthrough';
import type { Balance, HttpCall, Provider, Reply, WireFile, WireImage } from './provider';
import { errorFromStatus, errorInSuccess, malformed, type StatusKinds } from './reply';
import { parseAccepted, parseFound, parseTask, type TaskDialect } from './task-reply';
import { readWebhook, taskOfWebhook } from './toapis-webhook';

const NAME = 'ToAPIs';

/** 422 is `content_policy_violation` in the error table of the docs. */
const STATUS_KINDS: StatusKinds = { 422: 'moderation' };

const DIALECT: TaskDialect = {
	provider: NAME,
	statusKinds: STATUS_KINDS,
	// Failed tasks are refunded before the failure is reported (ToAPIs docs, webhooks).
	failedTaskBilled: 'no',
};

/** The docs' rate, whatever currency the site shows. */
const CREDITS_PER_USD = 200;

/** Where the balance is in a unit that only the site knows. */
const SITE_UNIT = 'The balance is in the unit of the ToAPIs site, which is US dollars unless the site is set to another.';

function submit(planned: PlannedRequest, count: number, images: WireImage[], mask: WireImage | null, callbackUrl: string | null): HttpCall {
	const { request, size, wireModel, entry } = planned;
	const references = images.length > 0 ? urlsOf(images) : undefined;
	const fields = {
		model: wireModel,
		prompt: request.prompt,
		n: count > 1 ? count : undefined,
		size: size.aspectRatio ?? undefined,
		resolution: size.resolution?.toLowerCase(),
		...outputSettings(request),
		// Each under the name on its own page; the service takes one for the other.
		[entry.route === 'official' ? 'image_urls' : 'reference_images']: references,
		mask_url: mask ? urlsOf([mask])[0] : undefined,
		// The status schema has no place for base64, though some pages list `b64_json`.
		response_format: 'url',
		client_business_id: request.clientReference,
		callback_url: callbackUrl ?? undefined,
	};
	return { kind: 'submit', method: 'POST', path: '/v1/images/generations', body: jsonBody(fields, request) };
}

/** The status page takes the task's id and the user's own alike. */
function status(id: string): HttpCall {
	return { kind: 'status', method: 'GET', path: `/v1/images/generations/${encodeURIComponent(id)}` };
}

function upload(file: WireFile): HttpCall {
	return { kind: 'upload', method: 'POST', path: '/v1/uploads/images', body: { type: 'multipart', parts: [{ name: 'file', file }] } };
}

function parseUpload(reply: Reply): string {
	const parsed = uploadSchema.safeParse(reply.json);
	if (parsed.success) return parsed.data.data.url;
	throw errorInSuccess(NAME, reply, 'invalid_request') ?? malformed(NAME, reply, 'the address of the uploaded image');
}

function parseBalance(reply: Reply): Balance {
	// An unknown key is answered with HTTP 200 and `success: false`.
	const error = errorInSuccess(NAME, reply, 'authentication');
	if (error) throw error;
	const parsed = balanceSchema.safeParse(reply.json);
	if (!parsed.success) throw malformed(NAME, reply, 'a balance');
	const { unlimited_quota, remain_credits, remain_balance } = parsed.data;
	if (unlimited_quota === true || remain_balance === -1) return { usd: null, note: 'The API key has no limit of its own.' };
	if (remain_credits !== null) return { usd: multiplyUsd(fromNumber(remain_credits), 1, CREDITS_PER_USD) };
	if (remain_balance === null || remain_balance < 0) throw malformed(NAME, reply, 'a balance');
	return { usd: fromNumber(remain_balance), note: SITE_UNIT };
}

/** Tasks, references by URL, an upload endpoint, and a user's own id per task (ToAPIs docs). */
export const toapis: Provider = {
	id: 'toapis',
	displayName: NAME,
	credentialType: 'toApisApi',
	billing: {
		failuresAreFree: false,
		source: 'ToAPIs documents a refund for failed tasks, and nothing about a 5xx at submission',
	},
	passthrough: (model) =>
		passthroughEntry(model, { provider: 'toapis', route: 'plain', sizing: ANY_RATIO, imagesPerRequest: 1, accepts: 'url' }),
	submit,
	parseSubmit: (reply) => parseAccepted(reply, DIALECT),
	classify: (reply) => errorFromStatus(NAME, reply, STATUS_KINDS),
	task: {
		status,
		parseStatus: (reply) => parseTask(reply, DIALECT),
		recover: status,
		parseRecovered: parseFound,
	},
	upload: { build: upload, parse: parseUpload, maxMegabytes: 10 },
	account: { call: () => ({ kind: 'account', method: 'GET', path: '/v1/balance' }), parse: parseBalance },
	callback: { taskOf: taskOfWebhook, read: readWebhook },
};

const uploadSchema = z.object({ data: z.object({ url: z.string().regex(/^https?:\/\//i) }) });

const amount = z.number().max(1e15);

const balanceSchema = z.object({
	unlimited_quota: z.boolean().optional().catch(undefined),
	remain_balance: amount.nullable().catch(null),
	remain_credits: amount.nonnegative().nullable().catch(null),
});
