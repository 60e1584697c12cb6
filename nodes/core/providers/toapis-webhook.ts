import { createHmac, timingSafeEqual } from 'node:crypto';

import { z } from 'zod';

import { ImageError } from '../errors';
import type { CallbackHint, CallbackMessage, CallbackTask } from './provider';
import { parseJson } from './reply';

/** How far the sender's clock may be off, milliseconds; older messages may be replays. */
const LONGEST_SKEW_MS = 300_000;

function forged(reason: string): ImageError {
	return new ImageError({
		kind: 'authentication',
		message: `A callback in the name of ToAPIs was refused: ${reason}`,
		advice: 'Compare the webhook secret of the credential with the signing secret on the Token page of ToAPIs.',
	});
}

/** `v1=<hex>`, and a second one with the previous secret for a day after it was changed. */
function signatures(header: string): Buffer[] {
	return header
		.split(',')
		.map((entry) => /^v1=([0-9a-f]{64})$/i.exec(entry.trim())?.[1])
		.flatMap((hex) => (hex === undefined ? [] : [Buffer.from(hex, 'hex')]));
}

/** Throws `authentication` unless id, time and body were signed with the secret, and lately. */
function verify({ headers, rawBody, secret, now }: CallbackMessage): void {
	const id = headers['x-toapis-webhook-id'];
	const timestamp = headers['x-toapis-webhook-timestamp'];
	const signature = headers['x-toapis-webhook-signature'];
	if (!id || !timestamp || !signature) throw forged('it is not signed');
	const expected = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(rawBody).digest();
	if (!signatures(signature).some((given) => timingSafeEqual(given, expected))) throw forged('its signature is wrong');
	const skewMs = Math.abs(now - Number(timestamp) * 1000);
	if (!(skewMs <= LONGEST_SKEW_MS)) throw forged('it is more than five minutes old');
}

/**
 * Reads a webhook: HMAC-SHA256 over `id.timestamp.rawBody` (ToAPIs quick start). Without a secret in the
 * credential it is a hint like any other. Null for anything but the end of a generation.
 */
export function readWebhook(message: CallbackMessage): CallbackHint | null {
	const task = taskOfWebhook(parseJson(message.rawBody));
	if (!task) return null;
	const signed = message.secret !== '';
	if (signed) verify(message);
	return { taskId: task.taskId, signed };
}

/** The task that a webhook body speaks of; null for anything but the end of a generation. */
export function taskOfWebhook(body: unknown): CallbackTask | null {
	const event = webhookSchema.safeParse(body);
	return event.success ? { taskId: event.data.data.task_id, model: event.data.data.model ?? null } : null;
}

const webhookSchema = z.object({
	type: z.enum(['generation.completed', 'generation.failed']),
	data: z.object({ task_id: z.string().min(1), model: z.string().optional().catch(undefined) }),
});
