import { z } from 'zod';

import type { ImageError } from '../errors';
import { EmbeddedImage, type ImageResult, type Reply, type Submission, type TaskState } from './provider';
import { errorInSuccess, imagesIn, malformed, readUsage, reportedError, taskError, type ReportedError, type StatusKinds } from './reply';

/** What a task reply says, whichever of the common shapes it has. */
interface TaskReply {
	taskId: string | null;
	/** The provider's status word, null where there is none. */
	word: string | null;
	progress: number | null;
	images: ImageResult[];
	error: ReportedError | null;
	/** Epoch milliseconds. */
	completedAt: number | undefined;
}

/** How one provider's task replies differ from another's. */
export interface TaskDialect {
	provider: string;
	statusKinds?: StatusKinds;
	/** What the provider documents about the charge for failed tasks. */
	failedTaskBilled: 'no' | 'unknown';
}

/**
 * Status words in lower case. Documented: ToAPIs (image-status page) and Unifically (tasks page); the
 * rest are those of other gateways, for UniAll, which documents none.
 */
const STATES: Readonly<Record<string, TaskState['state']>> = {
	pending: 'pending',
	not_start: 'pending',
	submitted: 'pending',
	queued: 'pending',
	processing: 'pending',
	in_progress: 'pending',
	running: 'pending',
	generating: 'pending',
	completed: 'completed',
	success: 'completed',
	succeeded: 'completed',
	succeed: 'completed',
	done: 'completed',
	failed: 'failed',
	failure: 'failed',
	fail: 'failed',
	error: 'failed',
	cancelled: 'failed',
	canceled: 'failed',
	expired: 'failed',
};

/** Gateways wrap what matters in `data`, some of them more than once. */
const DEEPEST_WRAPPING = 3;

function stateOf(word: string): TaskState['state'] | null {
	const key = word.toLowerCase().replace(/[\s-]+/g, '_');
	return Object.hasOwn(STATES, key) ? (STATES[key] ?? null) : null;
}

/** The reply and what it wraps, from the outside in. */
function unwrap(json: unknown): Layer[] {
	const layers: Layer[] = [];
	let inner = json;
	while (layers.length <= DEEPEST_WRAPPING) {
		const layer = layerSchema.safeParse(inner);
		if (!layer.success || inner instanceof EmbeddedImage) break;
		layers.push(layer.data);
		inner = layer.data.data;
	}
	return layers;
}

/** Some gateways answer a submission with the bare id as `data`. */
function bareId({ data }: Layer): string | undefined {
	return typeof data === 'string' && /^[\w.:-]+$/.test(data) ? data : undefined;
}

/** The places of a layer that hold results and nothing else, best first. */
function resultPlaces(layer: Layer): unknown[] {
	const result = layerSchema.safeParse(layer.result);
	// An object in `data` is a layer of its own.
	const listed = layerSchema.safeParse(layer.data).success ? undefined : layer.data;
	return [result.success ? result.data.data : undefined, layer.result, layer.output, listed];
}

function taskImages(layers: readonly Layer[]): ImageResult[] {
	const expiresAt = layers.map((layer) => isoTime(layer.expires_at)).find((time) => time !== null) ?? null;
	// A layer's own keys come last: some providers repeat the request's images there, or only the first result.
	const places = [...layers.flatMap(resultPlaces), ...layers.map(({ own }) => own)];
	return places.map((place) => imagesIn(place, expiresAt)).find((images) => images.length > 0) ?? [];
}

function readTask(json: unknown): TaskReply {
	const layers = unwrap(json);
	// An envelope may have a status of its own, but only the task has it beside an id.
	const task =
		layers.find((layer) => layer.status && (layer.task_id ?? layer.id)) ?? layers.find((layer) => layer.status) ?? layers[0];
	const taskId = firstOf(layers, (layer) => layer.task_id) ?? task?.id ?? firstOf(layers, (layer) => layer.id ?? bareId(layer));
	return {
		taskId: taskId ?? null,
		word: task?.status ?? null,
		progress: task?.progress ?? null,
		images: taskImages(layers),
		error: reportedError(task?.own),
		completedAt: epochMs(task?.completed_at) ?? undefined,
	};
}

function firstOf(layers: readonly Layer[], pick: (layer: Layer) => string | undefined): string | undefined {
	return layers.map(pick).find((value) => value !== undefined);
}

function finished(reply: Reply, { images, completedAt }: TaskReply): Extract<TaskState, { state: 'completed' }> {
	const known = completedAt === undefined ? {} : { completedAt };
	return { state: 'completed', images, usage: readUsage(reply.json), chargedUsd: null, ...known };
}

/** The error in a reply that shows no task. */
function noTask(reply: Reply, { provider, statusKinds }: TaskDialect, lacking: string): ImageError {
	return errorInSuccess(provider, reply, 'task_failed', statusKinds) ?? malformed(provider, reply, lacking);
}

/**
 * The state of a task by a 2xx reply. A status word that nobody documented means "not yet".
 * Throws `malformed_response` for a reply that holds no task, and for a finished task without images.
 */
export function parseTask(reply: Reply, dialect: TaskDialect): TaskState {
	const task = readTask(reply.json);
	const { word, images, progress } = task;
	if (word === null) {
		if (images.length > 0) return finished(reply, task);
		throw noTask(reply, dialect, 'a task status');
	}
	const state = stateOf(word);
	switch (state) {
		case 'completed':
			if (images.length === 0) throw malformed(dialect.provider, reply, 'an image, though the task is completed');
			return finished(reply, task);
		case 'failed':
			return { state, error: taskError(dialect.provider, task.error, dialect.failedTaskBilled) };
		case 'pending':
			return { state, progress };
		case null:
			return { state: 'pending', progress, unknownStatus: word };
	}
}

/**
 * What a 2xx reply to a submission means: a task, or images at once.
 * Throws the provider's error where it has one, else `malformed_response`.
 */
export function parseAccepted(reply: Reply, dialect: TaskDialect): Submission {
	const task = readTask(reply.json);
	const { word, images, taskId, progress } = task;
	const state = word === null ? null : stateOf(word);
	if (images.length > 0 && (word === null || state === 'completed')) return finished(reply, task);
	if (state === 'failed') throw taskError(dialect.provider, task.error, dialect.failedTaskBilled);
	if (taskId !== null) return { state: 'accepted', taskId, progress };
	throw noTask(reply, dialect, 'a task or an image');
}

/** The id of a task that was looked up by the user's own id; null where the reply shows none. */
export function parseFound(reply: Reply): { taskId: string } | null {
	const { taskId, word } = readTask(reply.json);
	return taskId === null || word === null ? null : { taskId };
}

/** Above it, a number of seconds would lie beyond the year 33000: it is milliseconds. */
const SECONDS_END = 1e12;

/** The last moment that a JavaScript date can hold. */
const TIME_END = 8.64e15;

function epochMs(time: string | number | undefined): number | null {
	if (time === undefined) return null;
	const ms = typeof time === 'string' ? Date.parse(time) : time < SECONDS_END ? time * 1000 : time;
	return ms > 0 && ms <= TIME_END ? Math.round(ms) : null;
}

function isoTime(time: string | number | undefined): string | null {
	const ms = epochMs(time);
	return ms === null ? null : new Date(ms).toISOString();
}

const word = z.string().trim().min(1).optional().catch(undefined);
const id = z.union([z.string().trim().min(1), z.number().int().transform(String)]).optional().catch(undefined);
const time = z.union([z.string(), z.number().positive()]).optional().catch(undefined);

/** `50` or `"50%"`. */
const progress = z
	.union([z.number(), z.string().regex(/^\d{1,3}(\.\d+)?\s*%?$/).transform(Number.parseFloat)])
	.transform((percent) => Math.min(100, Math.max(0, percent)))
	.optional()
	.catch(undefined);

const layerSchema = z
	.object({
		id,
		task_id: id,
		status: word,
		progress,
		data: z.unknown(),
		result: z.unknown(),
		output: z.unknown(),
		expires_at: time,
		completed_at: time,
	})
	.passthrough()
	.transform((layer) => ({ ...layer, own: layer }));
type Layer = z.infer<typeof layerSchema>;
