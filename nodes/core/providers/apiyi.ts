import { z } from 'zod';

import { ImageError } from '../errors';
import type { PlannedRequest } from '../planned';
import { fromNumber, multiplyUsd } from '../pricing/money';
import type { Fields } from './body';
import { imagesApiCall, imagesApiFields, parseImages } from './openai-compatible';
import { ANY_PIXELS, passthroughEntry } from './passthrough';
import type { Balance, Provider, Reply } from './provider';
import { errorFromStatus, malformed, reportedError, type StatusKinds } from './reply';

const NAME = 'APIYI';

/** 403 is a content block here (APIYI gpt-image-2 overview), unless its words speak of the key or the balance. */
const STATUS_KINDS: StatusKinds = { 403: 'moderation' };

const KEY_TROUBLE = /token|api[\s_]?key|permission|access_denied|not allowed|unauthorized|令牌|无权/i;

/** The account API counts in quota, 500,000 of which are one US dollar (APIYI balance query page). */
const QUOTA_PER_USD = 500_000;

/** gpt-image-2-all takes a prompt and nothing else; asked for base64, it needs no second download. */
function promptOnly({ wireModel, request }: PlannedRequest): Fields {
	return { model: wireModel, prompt: request.prompt, response_format: 'b64_json' };
}

function classify(reply: Reply): ImageError {
	const error = errorFromStatus(NAME, reply, STATUS_KINDS);
	const words = reportedError(reply.json)?.words ?? '';
	const aboutTheKey = reply.status === 403 && error.kind === 'moderation' && KEY_TROUBLE.test(words);
	return aboutTheKey ? errorFromStatus(NAME, reply) : error;
}

function parseBalance(reply: Reply): Balance {
	const parsed = accountSchema.safeParse(reply.json);
	if (parsed.success) return { usd: multiplyUsd(fromNumber(parsed.data.data.quota), 1, QUOTA_PER_USD) };
	const said = reportedError(reply.json);
	if (!said?.message) throw malformed(NAME, reply, 'a balance');
	throw new ImageError({
		kind: 'authentication',
		message: `${NAME}: ${said.message}`,
		httpStatus: reply.status,
		requestId: reply.requestId,
		advice: 'Open the credential and check the system token. It is not the API key: create it in the account settings of APIYI.',
	});
}

/** OpenAI's Images API relayed (APIYI gpt-image-2 overview), and gpt-image-2-all with a flat price. */
export const apiyi: Provider = {
	id: 'apiyi',
	displayName: NAME,
	credentialType: 'apiyiApi',
	billing: {
		failuresAreFree: true,
		source: 'APIYI gpt-image-2 overview: billing starts with a 200 that holds the image',
	},
	passthrough: (model) =>
		passthroughEntry(model, { provider: 'apiyi', route: 'images', sizing: ANY_PIXELS, imagesPerRequest: 1, accepts: 'file' }),
	submit: (planned, count, images, mask) =>
		imagesApiCall(planned, planned.entry.route === 'all' ? promptOnly(planned) : imagesApiFields(planned, count), images, mask),
	parseSubmit: (reply) => parseImages(NAME, reply, STATUS_KINDS),
	classify,
	account: {
		requires: 'systemToken',
		call: () => ({ kind: 'account', method: 'GET', path: '/api/user/self', auth: { scheme: 'raw', secret: 'systemToken' } }),
		parse: parseBalance,
	},
};

const accountSchema = z.object({ data: z.object({ quota: z.number().min(-1e15).max(1e15) }) });
