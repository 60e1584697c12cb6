import type { AddressInfo } from 'node:net';

import fastify from 'fastify';

/** What the model answers with in one turn: a call of a tool, or the last words. */
export type Turn = { tool: string; arguments: Record<string, unknown> } | { say: string };

interface ChatMessage {
	role: string;
	content: unknown;
}

interface ChatRequest {
	messages: ChatMessage[];
	tools?: Array<{ function: { name: string; description: string; parameters: { properties?: Record<string, unknown> } } }>;
}

/** A chat model on loopback that follows a script. It speaks OpenAI's Chat Completions protocol. */
export interface ChatModel {
	/** Base URL for n8n's OpenAI credential. */
	url: string;
	/** The turns of the next conversation. */
	script(...turns: Turn[]): void;
	/** All requests since the script was set. */
	requests(): ChatRequest[];
	/** What the tools answered in the last request, oldest first. */
	toolResults(): string[];
	close(): Promise<void>;
}

function completion(turn: Turn, position: number) {
	const message =
		'say' in turn
			? { role: 'assistant', content: turn.say }
			: {
					role: 'assistant',
					content: null,
					tool_calls: [
						{ id: `call_${position}`, type: 'function', function: { name: turn.tool, arguments: JSON.stringify(turn.arguments) } },
					],
				};
	return {
		id: `chatcmpl-${position}`,
		object: 'chat.completion',
		created: 0,
		model: 'scripted',
		choices: [{ index: 0, message, finish_reason: 'say' in turn ? 'stop' : 'tool_calls' }],
		usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
	};
}

export async function startChatModel(): Promise<ChatModel> {
	const app = fastify({ bodyLimit: 10_000_000 });
	let turns: Turn[] = [];
	let requests: ChatRequest[] = [];
	app.post('/v1/chat/completions', async (request, reply) => {
		requests.push(request.body as ChatRequest);
		const turn = turns[requests.length - 1];
		if (!turn) return await reply.code(400).send({ error: { message: 'The script has no further turn.', type: 'invalid_request_error' } });
		return completion(turn, requests.length);
	});
	await app.listen({ host: '127.0.0.1', port: 0 });
	return {
		url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/v1`,
		script(...next) {
			turns = next;
			requests = [];
		},
		requests: () => requests,
		toolResults: () =>
			(requests.at(-1)?.messages ?? [])
				.filter(({ role }) => role === 'tool')
				.map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content))),
		close: async () => await app.close(),
	};
}
