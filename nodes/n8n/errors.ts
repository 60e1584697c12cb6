import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IBinaryData, IDataObject, INode } from 'n8n-workflow';

import { ImageError, invalidRequest } from '../core/errors';
import type { Outcome } from '../core/result';

/** Kinds that are about what the user entered: nothing was sent, or the provider was not to blame. */
const OPERATIONAL: ReadonlySet<string> = new Set(['invalid_request', 'over_budget', 'cancelled']);

/** Whatever was thrown while one item was read, as an error of that item. */
export function toImageError(error: unknown): ImageError {
	if (error instanceof ImageError) return error;
	return invalidRequest(error instanceof Error ? error.message : String(error));
}

/** What another item of the run had reached when this one ended it, so that nothing paid for is lost. */
export interface Reached {
	itemIndex: number;
	status: Outcome<IBinaryData>['status'];
	task: IDataObject | null;
	/** The images' addresses at the provider and in n8n's binary store. */
	images: Array<{ url: string | null; fileName: string | null; binaryId: string | null }>;
}

/** Lists the tasks and images of a run that is about to end in an error. */
export function reachedBy(itemIndex: number, outcomes: Array<Outcome<IBinaryData>>): Reached[] {
	return outcomes
		.filter((outcome) => outcome.status === 'completed' || outcome.task !== null)
		.map((outcome) => ({
			itemIndex,
			status: outcome.status,
			task: outcome.task ? { ...outcome.task } : null,
			images:
				outcome.status === 'completed'
					? outcome.images.map(({ url, saved }) => ({
							url,
							fileName: saved?.fileName ?? null,
							binaryId: saved?.id ?? null,
						}))
					: [],
		}));
}

/**
 * The core's error as n8n shows it: the message says what happened and to which item, the description what
 * to do. `context` carries the same `error` object as a failed output item, the task that outlives the
 * error, and what the other items had reached.
 */
export function toNodeError(
	node: INode,
	error: ImageError,
	itemIndex: number,
	reached: Reached[] = [],
): NodeApiError | NodeOperationError {
	const message = `${error.message} [item ${itemIndex}]`;
	const saved = reached.length > 0
		? ` What the other items had reached is in this error's details; to keep their images as output, set On Error to "Continue" in the node's settings.`
		: '';
	const description = `${error.advice}${saved}`;
	const nodeError = OPERATIONAL.has(error.kind) && error.report.httpStatus === null
		? new NodeOperationError(node, error, { itemIndex, description })
		: new NodeApiError(node, { message }, { itemIndex, description, httpCode: error.report.httpStatus?.toString() });
	// n8n replaces messages that contain the name of a system error; ours already say what happened.
	nodeError.message = message;
	Object.assign(nodeError.context, { error: error.report, task: error.task, reached });
	return nodeError;
}

