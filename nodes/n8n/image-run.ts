import { createHash } from 'node:crypto';

import type { IBinaryData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { type ImageError, invalidRequest } from '../core/errors';
import { planRequest } from '../core/plan';
import { quoteRequest } from '../core/pricing/quote';
import { registry } from '../core/providers';
import type { Provider } from '../core/providers/provider';
import type { Job, JobResult, Outcome } from '../core/result';
import { runJobs } from '../core/run';
import type { Operation } from '../core/task';
import { list } from '../core/wording';
import { Accounts } from './accounts';
import { shortenForAgent } from './agent';
import { overCap } from './cap';
import { n8nClock } from './clock';
import { costBasis } from './cost';
import { reachedBy, toImageError, toNodeError } from './errors';
import { runHints } from './hints';
import { type Layout, markError, refusedItem, type RequestSummary, type Subject, toItems } from './items';
import { ItemParameters, readImageRequest, readLayout, readProvider, readRunSettings, type RunSettings } from './parameters';
import { sameForAll } from './run-settings';
import { reasonNotToSuspend, resumeUrl, suspend } from './suspend';
import { n8nSurroundings } from './surroundings';

type Result = JobResult<IBinaryData>;

/** An item that was refused before anything was sent. */
interface Refused {
	index: number;
	error: ImageError;
}

/** What the items of a run share while they are read. */
interface Run {
	context: IExecuteFunctions;
	operation: Operation;
	/** Credentials read so far. */
	accounts: Accounts;
	/** Of the items' references. */
	prefix: string;
}

interface Prepared {
	jobs: Job[];
	/** By item: a name for its binary field may come from the item itself. */
	layouts: Map<number, Layout>;
	refused: Refused[];
	settings: RunSettings | null;
}

/**
 * The id under which a task can be found when its submit reply was lost or n8n died: the same for the same
 * item of the same run, and no other's on this or any other n8n that uses the same key.
 */
function referencePrefix(context: IExecuteFunctions): string {
	const { id: workflow } = context.getWorkflow();
	const { $runIndex: run } = context.getWorkflowDataProxy(0);
	const place = createHash('sha256')
		.update([context.getInstanceId(), workflow, context.getNode().id].join('/'))
		.digest('hex')
		.slice(0, 12);
	return `n8n-${place}-${context.getExecutionId()}-${run}`;
}

/** Where the provider reports; null to ask it instead. */
function callbackUrlFor(context: IExecuteFunctions, provider: Provider, settings: RunSettings): string | null {
	if (!settings.callback || !provider.task) return null;
	if (!provider.callback) {
		const able = registry.all.filter((one) => one.provider.callback).map((one) => one.provider.displayName);
		throw invalidRequest(`${provider.displayName} has no callbacks; they are possible with ${list(able)}`, 'Set Completion to "Wait Until Done".');
	}
	return resumeUrl(context);
}

/** A run that cannot be suspended polls instead. */
function readSettings(context: IExecuteFunctions, parameters: ItemParameters): RunSettings {
	const settings = readRunSettings(parameters);
	const reason = settings.callback ? reasonNotToSuspend(context) : null;
	if (reason === null) return settings;
	return { ...settings, callback: false, options: { ...settings.options, completion: 'wait' }, pollsBecause: reason };
}

/** Reads, plans and prices one item. */
async function prepareJob(run: Run, parameters: ItemParameters, settings: RunSettings): Promise<Job> {
	const { context, operation, accounts, prefix } = run;
	const { itemIndex: index } = parameters;
	const gateway = registry.gateway(readProvider(parameters));
	const planned = planRequest(gateway, readImageRequest(parameters, operation));
	return {
		index,
		planned,
		quote: quoteRequest(planned),
		account: await accounts.of(gateway.provider, index),
		reference: `${prefix}-${index}`,
		callbackUrl: callbackUrlFor(context, gateway.provider, settings),
	};
}

async function prepare(context: IExecuteFunctions, operation: Operation): Promise<Prepared> {
	const run = { context, operation, accounts: new Accounts(context), prefix: referencePrefix(context) };
	const prepared: Prepared = { jobs: [], layouts: new Map(), refused: [], settings: null };
	for (const index of context.getInputData().keys()) {
		try {
			const parameters = ItemParameters.ofItem(context, index);
			const settings = sameForAll(readSettings(context, parameters), prepared.settings);
			prepared.settings = settings;
			prepared.layouts.set(index, readLayout(parameters));
			prepared.jobs.push(await prepareJob(run, parameters, settings));
		} catch (error) {
			prepared.refused.push({ index, error: toImageError(error) });
		}
	}
	return prepared;
}

/** Over the cap, every item is refused: nothing of the run has been sent. */
function refuseOverCap(prepared: Prepared): Prepared {
	const { jobs, refused, settings } = prepared;
	const error = settings && overCap(jobs, settings.maxCostUsd, settings.options);
	return error ? { ...prepared, jobs: [], refused: [...refused, ...jobs.map(({ index }) => ({ index, error }))] } : prepared;
}

function requestSummary(context: IExecuteFunctions, { planned }: Job): RequestSummary {
	const { request, size, fingerprint } = planned;
	return {
		operation: request.operation,
		prompt: shortenForAgent(context, request.prompt),
		size: size.pixels ?? size.expected,
		aspectRatio: size.aspectRatio,
		resolution: size.resolution,
		quality: request.quality,
		fingerprint,
	};
}

function subjectOf(context: IExecuteFunctions, job: Job): Subject {
	const { index, planned, account, quote } = job;
	return {
		itemIndex: index,
		provider: account.provider.id,
		model: planned.entry.model,
		request: requestSummary(context, job),
		imageCount: planned.request.count,
		cost: costBasis(quote, { entry: planned.entry, hasReferences: planned.request.images.length > 0 }),
	};
}

/** Kinds after which a task is over: its handle leads to no image. */
const SETTLED: ReadonlySet<string> = new Set(['task_failed', 'moderation', 'insufficient_funds']);

/** Whether the user gets anything from this outcome: an image, or a handle that may still lead to one. */
function isWorthKeeping(outcome: Outcome<IBinaryData>): boolean {
	return outcome.status !== 'failed' || (outcome.task !== null && !SETTLED.has(outcome.error.kind));
}

/** Ends the run with the error of the first item that has nothing to show for it. */
function throwIfNothing(context: IExecuteFunctions, results: Result[]): void {
	const empty = results.find(({ outcomes }) => !outcomes.some(isWorthKeeping));
	const failure = empty?.outcomes.find((outcome) => outcome.status === 'failed');
	if (!empty || !failure) return;
	const reached = results.flatMap(({ index, outcomes }) => (index === empty.index ? [] : reachedBy(index, outcomes)));
	throw toNodeError(context.getNode(), failure.error, empty.index, reached);
}

function outputOf(context: IExecuteFunctions, job: Job, { outcomes }: Result, layout: Layout): INodeExecutionData[] {
	const { completed, pending, failed } = toItems(subjectOf(context, job), outcomes, layout);
	return [...completed, ...pending, ...failed.map((failure) => markError(context, failure))];
}

/**
 * The work of Generate Image and Edit Image. Every item is read, planned and priced before the first request
 * is sent; then all run together. Without Continue On Fail the run ends in an error where an item is refused,
 * or has neither an image nor a task when all is done.
 */
export async function runImageNode(context: IExecuteFunctions, operation: Operation): Promise<INodeExecutionData[][]> {
	const { jobs, layouts, refused, settings } = refuseOverCap(await prepare(context, operation));
	const [first] = refused;
	if (first && !context.continueOnFail()) throw toNodeError(context.getNode(), first.error, first.index);

	const output = new Map<number, INodeExecutionData[]>(
		refused.map(({ index, error }) => [index, [refusedItem(context, index, error)]]),
	);
	const inOrder = (): INodeExecutionData[] => [...context.getInputData().keys()].flatMap((index) => output.get(index) ?? []);
	if (!settings) return [inOrder()];

	const results = await runJobs(jobs, settings.options, n8nSurroundings(context));
	if (!context.continueOnFail()) throwIfNothing(context, results);
	jobs.forEach((job, position) => {
		const result = results[position];
		const layout = layouts.get(job.index);
		if (result && layout) output.set(job.index, outputOf(context, job, result, layout));
	});
	runHints(context, jobs, results, settings);

	const waiting = settings.callback && results.some(({ outcomes }) => outcomes.some(({ status }) => status === 'pending'));
	return waiting ? await suspend(context, inOrder(), new Date(n8nClock.now() + settings.options.timeoutMs)) : [inOrder()];
}
