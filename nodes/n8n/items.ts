import type { IBinaryData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { ImageError } from '../core/errors';
import type { Completed, DeliveredImage, Outcome, Pending } from '../core/result';
import type { TaskHandle } from '../core/task';
import { type CostBasis, itemCost, unknownCost } from './cost';

/** How finished images become items. */
export interface Layout {
	outputLayout: 'itemPerImage' | 'oneItem';
	/** Name of the first image's binary field. */
	binaryField: string;
}

/** The `request` of an output item: what was asked for. Null fields are not known or were left open. */
export interface RequestSummary {
	operation: string;
	prompt: string | null;
	/** `WxH` */
	size: string | null;
	aspectRatio: string | null;
	resolution: string | null;
	quality: string | null;
	fingerprint: string;
}

/** What all output items of one input item have in common. */
export interface Subject {
	/** Index of the input item. */
	itemIndex: number;
	provider: string | null;
	model: string | null;
	request: RequestSummary | null;
	/** How many images were asked for. */
	imageCount: number;
	cost: CostBasis;
}

function identity(subject: Subject): IDataObject {
	return { provider: subject.provider, model: subject.model };
}

function requestOf(subject: Subject): IDataObject | null {
	return subject.request && { ...subject.request };
}

function taskOf(task: TaskHandle | null): IDataObject | null {
	return task && { ...task };
}

function imageJson(image: DeliveredImage<IBinaryData>, index: number, count: number): IDataObject {
	const { url, urlExpiresAt, format, mimeType, width, height, bytes, sha256 } = image;
	return { index, count, url, urlExpiresAt, format, mimeType, width, height, bytes, sha256 };
}

/** The part of a completed item that is about its calls. The timing is the item's, so the last outcome has it all. */
function callJson(outcomes: Array<Completed<IBinaryData>>): IDataObject {
	const last = outcomes.at(-1);
	return {
		usage: outcomes.length === 1 && last?.usage ? { ...last.usage } : null,
		timing: last ? { ...last.timing } : null,
		requestId: last?.requestId ?? null,
	};
}

/** An image and the request that gave it. */
interface Arrived {
	image: DeliveredImage<IBinaryData>;
	outcome: Completed<IBinaryData>;
}

function itemPerImage(subject: Subject, arrived: Arrived[], layout: Layout): INodeExecutionData[] {
	return arrived.map(({ image, outcome }, index) => ({
		json: {
			status: 'completed',
			...identity(subject),
			task: taskOf(outcome.task),
			image: imageJson(image, index, subject.imageCount),
			request: requestOf(subject),
			cost: itemCost(subject.cost, [{ outcome, images: 1 }]),
			...callJson([outcome]),
		},
		...(image.saved && { binary: { [layout.binaryField]: image.saved } }),
		pairedItem: { item: subject.itemIndex },
	}));
}

/** All images of the item in one: `images` in the JSON, and binary fields `data`, `data_1`, … */
function oneItem(subject: Subject, arrived: Arrived[], layout: Layout): INodeExecutionData {
	const outcomes = [...new Set(arrived.map(({ outcome }) => outcome))];
	const saved = arrived.flatMap(({ image }) => image.saved ?? []);
	return {
		json: {
			status: 'completed',
			...identity(subject),
			task: taskOf(outcomes[0]?.task ?? null),
			images: arrived.map(({ image }, index) => imageJson(image, index, subject.imageCount)),
			request: requestOf(subject),
			cost: itemCost(subject.cost, outcomes.map((outcome) => ({ outcome, images: outcome.images.length }))),
			...callJson(outcomes),
		},
		...(saved.length > 0 && {
			binary: Object.fromEntries(
				saved.map((file, n) => [n === 0 ? layout.binaryField : `${layout.binaryField}_${n}`, file]),
			),
		}),
		pairedItem: { item: subject.itemIndex },
	};
}

/** A task that is still running, with the handle that Poll Task needs. */
function pendingItem(subject: Subject, outcome: Pending): INodeExecutionData {
	return {
		json: {
			status: 'pending',
			...identity(subject),
			task: taskOf(outcome.task),
			progress: outcome.progress,
			request: requestOf(subject),
			cost: itemCost(subject.cost, [{ outcome: null, images: outcome.task.count }]),
			timing: { ...outcome.timing },
			requestId: outcome.requestId,
		},
		pairedItem: { item: subject.itemIndex },
	};
}

/** A failure as an item: the same `error` object as on the n8n error. */
function failedItem(subject: Subject, error: ImageError, task: TaskHandle | null): INodeExecutionData {
	return {
		json: {
			status: 'failed',
			...identity(subject),
			task: taskOf(task),
			error: { ...error.report },
			request: requestOf(subject),
		},
		pairedItem: { item: subject.itemIndex },
	};
}

/** A failure as an item, and the error it came from. */
export interface FailedItem {
	item: INodeExecutionData;
	error: ImageError;
}

/**
 * With "Continue (using error output)", n8n sends items of just this shape to that output and adds the fields
 * of the input item; one that carries an `error` beside its JSON would arrive as nothing but a message.
 */
export function markError(context: IExecuteFunctions, { item, error }: FailedItem): INodeExecutionData {
	if (context.getNode().onError !== 'continueErrorOutput') return item;
	const { error: report, ...details } = item.json;
	return { ...item, json: { error: report, message: error.message, details } };
}

/** An item that was refused while its parameters were read: little is known of it. */
export function refusedItem(context: IExecuteFunctions, itemIndex: number, error: ImageError): INodeExecutionData {
	const subject = { itemIndex, provider: null, model: null, request: null, imageCount: 0, cost: unknownCost };
	return markError(context, { item: failedItem(subject, error, null), error });
}

/** The items of one input item, by how they ended. */
export interface SortedItems {
	completed: INodeExecutionData[];
	pending: INodeExecutionData[];
	failed: FailedItem[];
}

/**
 * Turns the outcomes of one input item into output items: images that came, tasks that still run, and one
 * failed item for each image or request that gave nothing.
 */
export function toItems(subject: Subject, outcomes: Array<Outcome<IBinaryData>>, layout: Layout): SortedItems {
	const arrived = outcomes.flatMap((outcome) =>
		outcome.status === 'completed' ? outcome.images.map((image) => ({ image, outcome })) : [],
	);
	const merged = layout.outputLayout === 'oneItem' && arrived.length > 0;
	return {
		completed: merged ? [oneItem(subject, arrived, layout)] : itemPerImage(subject, arrived, layout),
		pending: outcomes.flatMap((outcome) => (outcome.status === 'pending' ? [pendingItem(subject, outcome)] : [])),
		failed: outcomes.flatMap((outcome) =>
			outcome.status === 'failed'
				? [{ item: failedItem(subject, outcome.error, outcome.task), error: outcome.error }]
				: [],
		),
	};
}
