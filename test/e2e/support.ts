import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { INodeExecutionData } from 'n8n-workflow';

import { APIYI_SYSTEM_TOKEN, PROVIDER_IDS, TOAPIS_WEBHOOK_SECRET } from '../sandbox';
import type { Sandbox } from '../sandbox';
import type { Execution } from '../support/n8n-host';
import type { SandboxedN8n } from '../support/sandboxed-n8n';

/** Time to install n8n on first use, and to start it. */
export const START_MS = 20 * 60_000;

/** The items that the last run of a node put out first. */
export function outputOf({ data }: Execution, node: string): INodeExecutionData[] {
	return data.resultData.runData[node]?.at(-1)?.data?.main?.[0] ?? [];
}

/** An image that arrived in n8n. */
interface Arrived {
	/** As the item tells it, and as the provider was asked; the item's is null where only the task's id was known. */
	prompt: string | null;
	billedPrompt: string | undefined;
	/** SHA-256 of the file in n8n's store, and of the file at the provider. */
	stored: string;
	original: string;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** What arrived with each completed item, and what its task was asked for at the provider. */
export async function arrived({ sandbox, storedFile }: SandboxedN8n, items: INodeExecutionData[]): Promise<Arrived[]> {
	return await Promise.all(
		items.map(async ({ json, binary }) => {
			const { task, image, request } = json as { task: { taskId: string }; image: { url: string }; request: { prompt: string | null } };
			const original = await fetch(image.url).then(async (reply) => new Uint8Array(await reply.arrayBuffer()));
			return {
				prompt: request.prompt,
				billedPrompt: sandbox.ledger().find(({ taskId, clientReference }) => [taskId, clientReference].includes(task.taskId))?.prompt,
				stored: sha256(readFileSync(storedFile(binary?.data?.id ?? ''))),
				original: sha256(original),
			};
		}),
	);
}

/** How often the provider was paid for each prompt. */
export function timesPaid(sandbox: Sandbox, prompts: string[]): number[] {
	const paid = sandbox.ledger().map(({ prompt }) => prompt);
	return prompts.map((prompt) => paid.filter((one) => one === prompt).length);
}

/** Holds that there is one image per prompt, in order, byte for byte the provider's, and that each was paid once. */
export async function expectImages(instance: SandboxedN8n, items: INodeExecutionData[], prompts: string[]): Promise<void> {
	const images = await arrived(instance, items);
	expect(images.map(({ prompt }) => prompt)).toEqual(prompts);
	expect(images.map(({ billedPrompt }) => billedPrompt)).toEqual(prompts);
	expect(images.map(({ stored }) => stored)).toEqual(images.map(({ original }) => original));
	expect(new Set(images.map(({ stored }) => stored)).size).toBe(prompts.length);
	expect(timesPaid(instance.sandbox, prompts)).toEqual(prompts.map(() => 1));
}

/** Holds that n8n has written down none of the sandbox's secrets, in its log or in what it keeps of executions. */
export function expectNoSecret({ n8n, sandbox, writtenDown }: SandboxedN8n): void {
	const written = Buffer.concat([writtenDown(), Buffer.from(n8n.child.tail())]);
	const secrets = [...PROVIDER_IDS.map((provider) => sandbox.key(provider)), APIYI_SYSTEM_TOKEN, TOAPIS_WEBHOOK_SECRET];
	expect(secrets.filter((secret) => written.includes(secret))).toEqual([]);
}
