import { ImageError } from './errors';
import { callProvider, type CallOptions, type CallOutcome, type HttpContext } from './http/client';
import { Deadline } from './http/deadline';
import type { ImageSink } from './http/read-json';
import type { StoredImage } from './images/deliver';
import { rejectImages, type PreparedImages } from './images/references';
import type { PlannedRequest } from './planned';
import type { Reply, Submission } from './providers/provider';
import type { Account } from './result';

/** Time for finding a task whose submit reply was lost; apart from the item's own, which may be used up. */
const RECOVERY_MS = 30_000;

/** A task may show up a moment after its submission. */
const RECOVERY_LOOKS = 3;

const RECOVERY_PAUSE_MS = 2_000;

/** One paid request: a share of an item's images. */
export interface Submit<Saved> {
	account: Account;
	planned: PlannedRequest;
	/** Images this request asks for. */
	count: number;
	prepared: PreparedImages;
	callbackUrl: string | null;
	sink: ImageSink<StoredImage<Saved>>;
}

/** What a submission gave, with the images that came inside the reply. */
export interface Submitted<Saved> {
	submission: Submission;
	images: StoredImage<Saved>[];
	requestId: string | null;
}

/** Looks for the task by the user's own id. Null where the provider does not know it. */
async function recover<Saved>(context: HttpContext, submit: Submit<Saved>): Promise<Submitted<Saved> | null> {
	const { account, planned } = submit;
	const api = account.provider.task;
	const reference = planned.request.clientReference;
	if (!api?.recover || !api.parseRecovered || reference === undefined) return null;
	const { parseRecovered } = api;
	const exchange = {
		account,
		call: api.recover(reference, planned.request.model),
		sink: rejectImages,
		accept: (reply: Reply) => ({ found: parseRecovered(reply), requestId: reply.requestId }),
	};
	const deadline = new Deadline(context.clock, RECOVERY_MS);
	try {
		for (let look = 1; look <= RECOVERY_LOOKS; look += 1) {
			const outcome = await callProvider(context, exchange, { deadline, maxRetries: RECOVERY_LOOKS, onUncertain: 'fail' });
			if ('value' in outcome && outcome.value.found) {
				const { found, requestId } = outcome.value;
				return { submission: { state: 'accepted', taskId: found.taskId, progress: null }, images: [], requestId };
			}
			await deadline.sleep(RECOVERY_PAUSE_MS);
		}
		return null;
	} finally {
		deadline.end();
	}
}

/** Sends the paid request under the retry policy. Throws only what the adapter throws for bad input. */
export async function submitRequest<Saved>(
	context: HttpContext,
	submit: Submit<Saved>,
	options: CallOptions,
): Promise<CallOutcome<Submitted<Saved>>> {
	const { account, planned, prepared } = submit;
	const { provider } = account;
	const exchange = {
		account,
		call: provider.submit(planned, submit.count, prepared.images, prepared.mask, submit.callbackUrl),
		sink: submit.sink,
		accept: (reply: Reply, images: StoredImage<Saved>[]): Submitted<Saved> => ({
			submission: provider.parseSubmit(reply, planned),
			images,
			requestId: reply.requestId,
		}),
	};
	const canRecover = provider.task?.recover !== undefined && planned.request.clientReference !== undefined;
	return await callProvider(context, exchange, options, canRecover ? async () => await recover(context, submit) : undefined);
}

/** The error for a task that ended without images, or with fewer than asked for. */
export function missingImages(displayName: string, came: number, asked: number): ImageError {
	return new ImageError({
		kind: 'malformed_response',
		message: `${displayName} gave ${came} of ${asked} images`,
		advice: 'Some providers hold back images that their safety system refuses. Reword the prompt or ask for fewer images.',
		billed: 'unknown',
	});
}
