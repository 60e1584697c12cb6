import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { addUsd, formatUsd } from '../core/pricing/money';
import type { Quote } from '../core/pricing/quote';
import { registry } from '../core/providers';
import type { Job, JobResult } from '../core/result';
import { plural } from '../core/wording';
import type { RunSettings } from './parameters';

/** Most items that a hint lists. */
const LISTED = 3;

function listed(lines: string[]): string {
	const rest = lines.length - LISTED;
	return lines.slice(0, LISTED).join('; ') + (rest > 0 ? `; and ${plural(rest, 'more')}` : '');
}

function show(context: IExecuteFunctions, messages: string[]): void {
	context.addExecutionHints(...messages.map((message) => ({ message, location: 'outputPane' as const })));
}

/** What is charged for all of these at list prices. */
function costHint(quotes: Quote[]): string {
	const images = plural(quotes.reduce((sum, quote) => sum + quote.images, 0), 'image');
	const priced = quotes.flatMap(({ total }) => total ?? []);
	if (priced.length < quotes.length) return `The price of ${plural(quotes.length - priced.length, 'item')} is not known.`;
	const most = quotes.some(({ confidence }) => confidence === 'upper_bound') ? 'at most ' : 'about ';
	return `Estimated cost: ${most}${formatUsd(addUsd(...priced))} for ${images}.`;
}

/** Sizes that came out other than asked for. */
function sizeHint(jobs: Job[], results: Array<JobResult<IBinaryData>>): string | null {
	const lines = jobs.flatMap(({ index, planned }, position) => {
		const wanted = planned.size.pixels ?? planned.size.expected;
		const images = results[position]?.outcomes.flatMap((outcome) => (outcome.status === 'completed' ? outcome.images : []));
		const other = images?.find(({ width, height }) => width !== null && `${width}x${height}` !== wanted);
		return wanted !== null && other ? [`item ${index}: ${wanted} asked for, ${other.width}x${other.height} came`] : [];
	});
	return lines.length > 0 ? `Sizes differ: ${listed(lines)}.` : null;
}

/** Tells the user after a run what it cost and what came out other than expected. */
export function runHints(
	context: IExecuteFunctions,
	jobs: Job[],
	results: Array<JobResult<IBinaryData>>,
	{ callback, pollsBecause }: RunSettings,
): void {
	if (jobs.length === 0) return;
	const pending = results.flatMap(({ outcomes }) => outcomes.filter(({ status }) => status === 'pending')).length;
	const lines = [
		costHint(jobs.map(({ quote }) => quote)),
		sizeHint(jobs, results),
		...new Set(jobs.flatMap(({ planned }) => planned.notes)),
		pollsBecause ? `${pollsBecause}, so this run polled instead of waiting for callbacks.` : null,
		callback && pending > 0 ? `${plural(pending, 'task')} submitted: the execution goes on when the provider calls back.` : null,
		!callback && pending > 0 ? `${plural(pending, 'task')} still running: pass the items to Poll Task to get the images.` : null,
		context.getNode().retryOnFail === true
			? "Retry On Fail repeats the whole node, finished images included. Use this node's Options > Maximum Retries instead."
			: null,
	];
	show(context, lines.filter((line) => line !== null));
}

/** Tells the user what the items would cost: in a comparison, the cheapest of each. */
export function estimateHints(context: IExecuteFunctions, quotes: Quote[], compared: boolean): void {
	if (quotes.length === 0) return;
	const priced = quotes.filter(({ total }) => total !== null);
	const names = new Set(priced.map(({ provider, model }) => `${registry.gateway(provider).provider.displayName} ${model}`));
	show(context, [compared && names.size > 0 ? `Cheapest: ${listed([...names])}. ${costHint(quotes)}` : costHint(quotes)]);
}
