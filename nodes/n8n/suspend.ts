import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isAgentTool } from './agent';

/** Why this run cannot be suspended; null where it can. The words go into a hint. */
export function reasonNotToSuspend(context: IExecuteFunctions): string | null {
	if (isAgentTool(context)) return 'An AI agent waits for its tools';
	// The command line has neither the timer nor the webhooks that resume an execution.
	return context.getMode() === 'cli' ? 'A run from the command line ends with its process' : null;
}

/** Where a provider reports to: n8n's signed address of this execution. */
export function resumeUrl(context: IExecuteFunctions): string {
	return String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0));
}

/**
 * Suspends the execution until callbacks resume it or the time is up. What n8n saves are the node's input
 * items, and they are also what goes on when the time is up, so the output takes their place: pending
 * items with their handles.
 */
export async function suspend(
	context: IExecuteFunctions,
	output: INodeExecutionData[],
	until: Date,
): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	items.splice(0, items.length, ...output);
	await context.putExecutionToWait(until);
	return [items];
}
