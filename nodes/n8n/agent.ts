import type { IExecuteFunctions } from 'n8n-workflow';

/** Whether an AI agent runs the node as its tool: then all JSON goes into the agent's context and must be small. */
export function isAgentTool(context: IExecuteFunctions): boolean {
	return context.isToolExecution() || context.getNode().type.endsWith('Tool');
}

/** Longest prompt that is repeated to an agent, which wrote it itself. */
const REPEATED = 500;

/** The prompt as an agent gets it back. */
export function shortenForAgent(context: IExecuteFunctions, prompt: string): string {
	return isAgentTool(context) && prompt.length > REPEATED ? `${prompt.slice(0, REPEATED)}…` : prompt;
}
