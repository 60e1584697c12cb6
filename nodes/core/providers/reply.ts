import { z } from 'zod';

import { ImageError, type ErrorKind } from '../errors';
import { EmbeddedImage, type ImageResult, type Reply, type Usage } from './provider';

/** What a provider says about an error; null where it says nothing. */
export interface ReportedError {
	message: string | null;
	/** The provider's own code; numeric codes are written as text. */
	code: string | null;
	/** Everything it said, for finding words that tell the kind. */
	words: string;
}

/** Statuses to which a provider gives a meaning of its own. */
export type StatusKinds = Readonly<Record<number, ErrorKind>>;

type TellingWords = ReadonlyArray<readonly [ErrorKind, RegExp]>;

/**
 * Words that tell the kind whatever the status: gateways send an empty balance as 402, 403 or 429 and a
 * refused prompt as 400, 403, 422, 451 or as a failed task. Conservative: a word that may mean anything
 * else, like "moderation" alone (a parameter of the API), is not among them.
 * Codes are OpenAI's, ToAPIs' and those of the new-api gateway software.
 */
const REFUSALS: TellingWords = [
	[
		'insufficient_funds',
		/insufficient[\s_]+((account|user|token)[\s_]+)?(quota|balance|credits?|funds)|(quota|balance|credits?)\s+(is|are)?\s*(insufficient|not enough|too low|exhausted)|exceeded your current quota|billing_hard_limit|pre_consume_token_quota_failed|余额不足|额度不足/i,
	],
	[
		'moderation',
		/moderation_blocked|content[_ ]policy|content_filter|safety[_ ]system|sensitive[_ ]words|prompt_blocked|blocked by moderation|content moderation|敏感词/i,
	],
];

const RATE_LIMIT: TellingWords = [['rate_limited', /(?<![a-z])rate[\s_-]?limit|too many requests/i]];

/** For errors with a status: gateways send an unknown model as 404 or 503. */
const BESIDE_STATUS: TellingWords = [...REFUSALS, ['invalid_request', /model_not_found/i]];

/** For errors whose status says "success", so that only words are left. */
const INSTEAD_OF_STATUS: TellingWords = [
	...BESIDE_STATUS,
	...RATE_LIMIT,
	['authentication', /authentication|unauthorized|(invalid|incorrect)[\s_]+(api[\s_]+key|token)/i],
	['invalid_request', /invalid_request|validation_error|invalid_parameter/i],
	['not_found', /not_found/i],
	['provider_unavailable', /server_error|internal_error|service unavailable|overloaded/i],
];

/** For failed tasks: the request was taken, so nothing can be wrong with its form or its key any more. */
const IN_TASKS: TellingWords = [...REFUSALS, ...RATE_LIMIT];

const STATUS_KINDS: StatusKinds = {
	401: 'authentication',
	402: 'insufficient_funds',
	403: 'authentication',
	404: 'not_found',
	408: 'timeout',
	425: 'provider_unavailable',
	429: 'rate_limited',
	451: 'moderation',
};

/** Long enough for any explanation, short enough for n8n's error panel. */
const LONGEST_MESSAGE = 500;

function kindByWords(words: string, table: TellingWords): ErrorKind | null {
	return table.find(([, pattern]) => pattern.test(words))?.[0] ?? null;
}

function statusKind(status: number, own: StatusKinds): ErrorKind {
	return own[status] ?? STATUS_KINDS[status] ?? (status >= 500 ? 'provider_unavailable' : 'invalid_request');
}

/** Reads any of the error forms that gateways use; null where the JSON holds none. */
export function reportedError(json: unknown): ReportedError | null {
	const reply = errorReplySchema.safeParse(json);
	if (!reply.success) return null;
	const { error, data, ...outer } = reply.data;
	const said = [error, data, outer].filter((source) => source !== undefined);
	const first = (pick: (source: SpokenError) => string | undefined) => said.map(pick).find((text) => text !== undefined) ?? null;
	const message = first((source) => source.message ?? source.error_message ?? source.fail_reason ?? source.detail);
	const code = first((source) => source.code ?? source.type);
	if (message === null && code === null) return null;
	const words = said.flatMap(({ code: word, type }) => [word, type]).concat(message ?? undefined);
	return { message: message && clip(message), code, words: words.join(' ') };
}

function clip(message: string): string {
	return message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
}

function adviceFor(status: number, kind: ErrorKind, json: unknown): string | undefined {
	if (kind === 'authentication' && status === 403) {
		return 'The key was recognised but may not do this: check its permissions, its model access and its allowed addresses at the provider.';
	}
	if (kind === 'not_found' && json === undefined) {
		return 'The address leads to something else: check the base URL of the credential. It is the part before /v1.';
	}
	return undefined;
}

/**
 * A reply that is no success, classified: by words that leave no doubt, else by its status.
 * `own` are the statuses to which this provider gives a meaning of its own. Nothing is said about the
 * bill here, that is the retry policy's part.
 */
export function errorFromStatus(provider: string, reply: Reply, own: StatusKinds = {}): ImageError {
	const { status, json, requestId } = reply;
	const said = reportedError(json);
	const told = said && status !== 401 ? kindByWords(said.words, BESIDE_STATUS) : null;
	const kind = told ?? statusKind(status, own);
	const silence = json === undefined ? 'without a readable explanation' : 'without an explanation';
	return new ImageError({
		kind,
		message: said?.message ? `${provider}: ${said.message}` : `${provider} answered with HTTP ${status} ${silence}`,
		httpStatus: status,
		code: said?.code ?? null,
		requestId,
		advice: adviceFor(status, kind, json),
	});
}

/**
 * The error in a reply whose status says "success"; null where there is none. `otherwise` is its kind
 * where neither a code nor a word tells it.
 */
export function errorInSuccess(provider: string, reply: Reply, otherwise: ErrorKind, own: StatusKinds = {}): ImageError | null {
	const flags = failureFlagsSchema.safeParse(reply.json);
	if (!flags.success) return null;
	const { success, code: status, error } = flags.data;
	if (status !== null) return errorFromStatus(provider, { ...reply, status }, own).with({ httpStatus: reply.status });
	const said = reportedError(reply.json);
	// Codes of a gateway's own say nothing here, but its words may leave no doubt.
	const refused = said !== null && kindByWords(said.words, REFUSALS) !== null;
	if (success !== false && !error && !refused) return null;
	return new ImageError({
		kind: kindByWords(said?.words ?? '', INSTEAD_OF_STATUS) ?? otherwise,
		message: said?.message ? `${provider}: ${said.message}` : `${provider} refused the request without an explanation`,
		httpStatus: reply.status,
		code: said?.code ?? null,
		requestId: reply.requestId,
	});
}

/** What a task's own error means. `billed` is what the provider documents about failed tasks. */
export function taskError(provider: string, said: ReportedError | null, billed: 'no' | 'unknown'): ImageError {
	return new ImageError({
		kind: kindByWords(said?.words ?? '', IN_TASKS) ?? 'task_failed',
		message: said?.message ? `${provider}: ${said.message}` : `${provider} says that the task failed, but not why`,
		code: said?.code ?? null,
		billed,
	});
}

/** A success that makes no sense: `lacking` says what it should have held. */
export function malformed(provider: string, reply: Reply, lacking: string): ImageError {
	const message = reportedError(reply.json)?.message;
	const form = reply.json === undefined ? 'something that is not JSON' : `a reply without ${lacking}`;
	return new ImageError({
		kind: 'malformed_response',
		message: `${provider} sent ${form}${message ? `: ${message}` : ''}`,
		httpStatus: reply.status,
		requestId: reply.requestId,
	});
}

/** The keys under which gateways put images, best first. */
const IMAGE_KEYS = ['b64_json', 'images', 'image_urls', 'url', 'image_url', 'result_url'] as const;

/** Every image in a value: embedded, a URL, an object with one of the usual keys, or a list of these. */
export function imagesIn(value: unknown, expiresAt: string | null = null): ImageResult[] {
	if (value instanceof EmbeddedImage) return [{ embedded: value }];
	if (typeof value === 'string') return /^https?:\/\//i.test(value) && URL.canParse(value) ? [{ url: value, expiresAt }] : [];
	if (Array.isArray(value)) return value.flatMap((entry) => imagesIn(entry, expiresAt));
	const fields = imageFieldsSchema.safeParse(value);
	if (!fields.success) return [];
	for (const key of IMAGE_KEYS) {
		const images = imagesIn(fields.data[key], expiresAt);
		if (images.length > 0) return images;
	}
	return [];
}

/** A callback's body; undefined where it is no JSON. */
export function parseJson(bytes: Uint8Array): unknown {
	try {
		return JSON.parse(Buffer.from(bytes).toString('utf8'));
	} catch {
		return undefined;
	}
}

/** Tokens as OpenAI counts them; null where none are given, and where a gateway says 0 for "not counted". */
export function readUsage(json: unknown): Usage | null {
	const reply = usageReplySchema.safeParse(json);
	if (!reply.success || !reply.data.usage) return null;
	const { input_tokens, output_tokens, total_tokens, input_tokens_details: details } = reply.data.usage;
	if (!input_tokens && !output_tokens && !total_tokens) return null;
	return {
		inputTokens: input_tokens,
		outputTokens: output_tokens,
		totalTokens: total_tokens,
		inputTextTokens: details?.text_tokens ?? null,
		inputImageTokens: details?.image_tokens ?? null,
	};
}

const text = z.string().trim().min(1).optional().catch(undefined);
const code = z.union([z.string().trim().min(1), z.number().transform(String)]).optional().catch(undefined);

const spokenErrorSchema = z.object({
	message: text,
	error_message: text,
	fail_reason: text,
	detail: text,
	code,
	type: text,
});
type SpokenError = z.infer<typeof spokenErrorSchema>;

const errorReplySchema = spokenErrorSchema.extend({
	error: z
		.union([z.string().trim().min(1).transform((message): SpokenError => ({ message })), spokenErrorSchema])
		.optional()
		.catch(undefined),
	data: spokenErrorSchema.optional().catch(undefined),
});

const failureFlagsSchema = z.object({
	success: z.boolean().optional().catch(undefined),
	/** Only where it reads like the status of an error. */
	code: z.union([z.number().int().min(400).max(599), z.string().regex(/^[45]\d\d$/).transform(Number)]).nullable().catch(null),
	error: z.union([z.string().min(1), z.object({}).passthrough()]).nullish().catch(null),
});

const imageFieldsSchema = z.object({
	b64_json: z.unknown(),
	images: z.unknown(),
	image_urls: z.unknown(),
	url: z.unknown(),
	image_url: z.unknown(),
	result_url: z.unknown(),
});

const tokens = z.number().int().nonnegative().nullable().catch(null);

const usageReplySchema = z.object({
	usage: z
		.object({
			input_tokens: tokens,
			output_tokens: tokens,
			total_tokens: tokens,
			input_tokens_details: z.object({ text_tokens: tokens, image_tokens: tokens }).optional().catch(undefined),
		})
		.nullish()
		.catch(null),
});
