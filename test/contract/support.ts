import sharp from 'sharp';

import { planRequest } from '../../nodes/core/plan';
import type { PlannedRequest } from '../../nodes/core/planned';
import { quoteRequest } from '../../nodes/core/pricing/quote';
import { registry } from '../../nodes/core/providers';
import type { ImageRequest } from '../../nodes/core/request';
import type { Account, Completed, DeliveredImage, FailedOutcome, Job, Outcome, RunOptions } from '../../nodes/core/result';
import type { Surroundings } from '../../nodes/core/ports';
import { runJobs } from '../../nodes/core/run';
import { createTransport } from '../../nodes/transport';
import { APIYI_SYSTEM_TOKEN, startSandbox, type ProviderId, type RecordedRequest, type Sandbox, type SandboxOptions } from '../sandbox';
import { MemoryStore, type SavedFile } from '../support/memory-store';
import { scaledClock } from '../support/virtual-clock';

export const PROMPT = 'A small blue glass sphere on a clean white desk';

/** The id under which the items of these tests go to providers that take one. */
export const REFERENCE = 'order-17';

/** Waits between looks shrink by this much; the sockets stay in real time. */
const CLOCK_FACTOR = 100;

export const RUN: RunOptions = {
	deliver: 'binary',
	completion: 'wait',
	timeoutMs: 3_600_000,
	concurrency: 4,
	maxRetries: 2,
	onUncertain: 'fail',
	downloadLimitBytes: 100 * 1_048_576,
};

/** A sandbox for the tests of the file that calls this, empty before each of them. */
export function useSandbox(options: SandboxOptions = {}): () => Sandbox {
	let running: Sandbox | null = null;
	const sandbox = () => {
		if (!running) throw new Error('The sandbox runs only while tests do');
		return running;
	};
	beforeAll(async () => {
		running = await startSandbox({ taskMs: 20, ...options });
	});
	beforeEach(() => sandbox().reset());
	afterAll(async () => await sandbox().close());
	return sandbox;
}

export function accountOf(sandbox: Sandbox, id: ProviderId): Account {
	return {
		provider: registry.gateway(id).provider,
		baseUrl: sandbox.baseUrl(id),
		secrets: { apiKey: sandbox.key(id), systemToken: APIYI_SYSTEM_TOKEN },
	};
}

export function planFor(id: ProviderId, changes: Partial<ImageRequest>): PlannedRequest {
	return planRequest(registry.gateway(id), {
		provider: id,
		model: 'gpt-image-2',
		operation: 'generate',
		prompt: PROMPT,
		size: { sizing: 'aspectRatio', aspectRatio: '1:1', resolution: '1K' },
		quality: 'auto',
		count: 1,
		images: [],
		...changes,
	});
}

export function jobFor(account: Account, planned: PlannedRequest, changes: Partial<Job> = {}): Job {
	return { index: 0, planned, account, quote: quoteRequest(planned), reference: REFERENCE, callbackUrl: null, ...changes };
}

/** The real network, and files by name in place of n8n's. */
export function surroundingsWith(files: Readonly<Record<string, Buffer>> = {}): Surroundings<SavedFile> {
	return { transport: createTransport(null), clock: scaledClock(CLOCK_FACTOR), store: new MemoryStore(files), random: Math.random };
}

export interface RunChanges {
	options?: Partial<RunOptions>;
	/** The user's files, by the key of an image source. */
	files?: Readonly<Record<string, Buffer>>;
	callbackUrl?: string;
}

/** Runs one request on a provider of the sandbox, over HTTP. */
export async function run(
	sandbox: Sandbox,
	id: ProviderId,
	changes: Partial<ImageRequest> = {},
	{ options, files, callbackUrl = '' }: RunChanges = {},
): Promise<Outcome<SavedFile>[]> {
	const job = jobFor(accountOf(sandbox, id), planFor(id, changes), { callbackUrl: callbackUrl || null });
	const [result] = await runJobs([job], { ...RUN, ...options }, surroundingsWith(files));
	return result?.outcomes ?? [];
}

/** Runs several requests as one batch. */
export async function runBatch(
	sandbox: Sandbox,
	id: ProviderId,
	requests: readonly Partial<ImageRequest>[],
	options: Partial<RunOptions> = {},
): Promise<Outcome<SavedFile>[][]> {
	const account = accountOf(sandbox, id);
	const jobs = requests.map((changes, index) => jobFor(account, planFor(id, changes), { index, reference: `order-${index}` }));
	const results = await runJobs(jobs, { ...RUN, ...options }, surroundingsWith());
	return results.map(({ outcomes }) => outcomes);
}

/** The outcome of a request that must have been completed, in one piece. */
export function completed(outcomes: readonly Outcome<SavedFile>[]): Completed<SavedFile> {
	const [outcome, ...others] = outcomes;
	if (outcome?.status === 'failed') throw outcome.error;
	if (outcome?.status !== 'completed' || others.length > 0) throw new Error(`Not completed: ${JSON.stringify(outcomes)}`);
	return outcome;
}

/** The failures among outcomes. */
export function failures(outcomes: readonly Outcome<SavedFile>[]): FailedOutcome[] {
	return outcomes.filter((outcome) => outcome.status === 'failed');
}

/** Pixels and format of an image after decoding all of it. */
export async function decode(bytes: Buffer): Promise<string> {
	const { format } = await sharp(bytes).metadata();
	const { info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
	return `${info.width}x${info.height} ${format}`;
}

/** The bytes that were kept of an image. */
export function bytesOf(image: DeliveredImage<SavedFile> | undefined): Buffer {
	if (!image?.saved) throw new Error('The image was not kept');
	return image.saved.bytes;
}

/** A picture of one colour, in these pixels. */
export async function picture(
	colour: string,
	{ width = 64, height = 48, format = 'png' }: { width?: number; height?: number; format?: 'png' | 'jpeg' | 'webp' } = {},
): Promise<Buffer> {
	return await sharp({ create: { width, height, channels: 3, background: colour } }).toFormat(format).toBuffer();
}

/** A PNG that is transparent all over, as a mask may be. */
export async function transparent(width = 64, height = 48): Promise<Buffer> {
	return await sharp({ create: { width, height, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } }).png().toBuffer();
}

/** A picture that every provider can fetch. */
export function sampleUrl(sandbox: Sandbox, name: string): string {
	return `${sandbox.filesUrl}/samples/${name}.png`;
}

/** The requests to the provider's API with a body, in the order in which they came. */
export function paidRequests(sandbox: Sandbox): RecordedRequest[] {
	return sandbox.requests().filter(({ origin, method, path }) => origin === 'api' && method === 'POST' && !path.includes('uploads'));
}

/** `METHOD path` below the provider's base URL. */
export function callOf({ method, path, provider }: RecordedRequest): string {
	return `${method} ${path.replace(`/${provider}`, '')}`;
}
