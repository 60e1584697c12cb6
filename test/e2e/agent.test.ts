import type { IConnections, IDataObject, INode } from 'n8n-workflow';

import { startChatModel } from '../support/chat-model';
import type { ChatModel } from '../support/chat-model';
import { startSandboxedN8n } from '../support/sandboxed-n8n';
import type { SandboxedN8n } from '../support/sandboxed-n8n';
import { START_MS } from './support';

/** Most that one tool answer may add to the agent's context, in bytes. */
const MOST_BYTES = 4_000;

let chat: ChatModel;
let instance: SandboxedN8n | undefined;
let workflowId: string;

beforeAll(async () => {
	chat = await startChatModel();
	instance = await startSandboxedN8n({ workflows: [] });
	const credential = await instance.n8n.api<{ id: string; name: string }>('POST', '/credentials', {
		name: 'Scripted chat model',
		type: 'openAiApi',
		data: { apiKey: 'scripted', url: chat.url },
	});
	const workflow = await instance.n8n.api<{ id: string }>('POST', '/workflows', workflowWith(credential));
	workflowId = workflow.id;
}, START_MS);

afterAll(async () => {
	await instance?.close();
	await chat.close();
});

const fromAi = (key: string, description: string, type = 'string') => `={{ $fromAI('${key}', '${description}', '${type}') }}`;

const TOAPIS = { toApisApi: { id: 'sandboxToApis', name: 'ToAPIs (sandbox)' } };

/** The four nodes as tools of one agent. */
const TOOLS: Array<Pick<INode, 'name' | 'type' | 'parameters' | 'credentials'>> = [
	{
		name: 'Generate Image',
		type: 'generateImageTool',
		parameters: {
			provider: 'toapis',
			prompt: fromAi('prompt', 'What the image shows'),
			aspectRatio: fromAi('aspectRatio', 'Width to height, such as 1:1'),
			deliver: 'url',
		},
		credentials: TOAPIS,
	},
	{
		name: 'Edit Image',
		type: 'editImageTool',
		parameters: {
			provider: 'toapis',
			prompt: fromAi('prompt', 'What to change'),
			images: { image: [{ source: 'url', url: fromAi('imageUrl', 'Address of the image') }] },
			completion: 'submit',
			deliver: 'url',
		},
		credentials: TOAPIS,
	},
	{
		name: 'Poll Task',
		type: 'pollTaskTool',
		parameters: { taskFrom: 'fields', provider: 'toapis', taskId: fromAi('taskId', 'ID of the task'), deliver: 'url' },
		credentials: TOAPIS,
	},
	{
		name: 'Estimate Cost',
		type: 'estimateCostTool',
		parameters: { mode: 'compare', provider: 'toapis', numberOfImages: fromAi('numberOfImages', 'How many images', 'number') },
	},
];

function workflowWith(credential: { id: string; name: string }): IDataObject {
	const node = (name: string, type: string, typeVersion: number, parameters: INode['parameters'], credentials?: INode['credentials']): INode => ({
		id: name,
		name,
		type,
		typeVersion,
		position: [0, 0],
		parameters,
		...(credentials && { credentials }),
	});
	const nodes = [
		node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
		node('Agent', '@n8n/n8n-nodes-langchain.agent', 3.1, { promptType: 'define', text: 'Make a picture', options: {} }),
		node(
			'Model',
			'@n8n/n8n-nodes-langchain.lmChatOpenAi',
			1.3,
			{ model: { __rl: true, mode: 'id', value: 'scripted' }, responsesApiEnabled: false, options: {} },
			{ openAiApi: credential },
		),
		...TOOLS.map(({ name, type, parameters, credentials }) => node(name, `n8n-nodes-gpt-image.${type}`, 1, parameters, credentials)),
	];
	const connections: IConnections = {
		Start: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
		Model: { ai_languageModel: [[{ node: 'Agent', type: 'ai_languageModel', index: 0 }]] },
	};
	for (const { name } of TOOLS) connections[name] = { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] };
	return { name: 'Agent', nodes, connections, settings: { executionOrder: 'v1' }, active: false };
}

/** Lets the agent call one tool; resolves to the tool's answer as the model reads it. */
async function callTool(tool: string, args: IDataObject): Promise<string> {
	if (!instance) throw new Error('n8n did not start.');
	chat.script({ tool, arguments: args }, { say: 'Done.' });
	const execution = await instance.n8n.execution(await instance.n8n.execute(workflowId, 'Start'));
	expect(execution.status).toBe('success');
	expect(chat.requests()).toHaveLength(2);
	const [answer = ''] = chat.toolResults();
	expect(Buffer.byteLength(answer)).toBeLessThan(MOST_BYTES);
	return answer;
}

const firstOf = (answer: string) => {
	const parsed = JSON.parse(answer) as IDataObject | IDataObject[];
	return (Array.isArray(parsed) ? parsed[0] : parsed) as {
		status: string;
		image: { url: string; urlExpiresAt: string };
		task: { taskId: string };
	};
};

test('Generate Image gives the agent the address of the image and says when it expires', async () => {
	const prompt = 'A red kite over dunes. '.repeat(100);
	const { image } = firstOf(await callTool('Generate_Image', { prompt, aspectRatio: '3:2' }));

	expect(instance?.sandbox.ledger().at(-1)).toMatchObject({ provider: 'toapis', prompt });
	const picture = await fetch(image.url);
	expect(picture.headers.get('content-type')).toBe('image/png');
	// ToAPIs keeps files for a day (image-status page).
	const hoursLeft = (Date.parse(image.urlExpiresAt) - Date.now()) / 3_600_000;
	expect(hoursLeft).toBeGreaterThan(23);
	expect(hoursLeft).toBeLessThanOrEqual(24);
});

test('Edit Image hands the agent a task, and Poll Task brings its image', async () => {
	const source = `${instance?.sandbox.filesUrl ?? ''}/samples/mug.png`;
	const edited = firstOf(await callTool('Edit_Image', { prompt: 'Plain white background', imageUrl: source }));
	expect(edited.status).toBe('pending');

	const polled = firstOf(await callTool('Poll_Task', { taskId: edited.task.taskId }));
	expect(polled.status).toBe('completed');
	expect((await fetch(polled.image.url)).status).toBe(200);
	expect(Date.parse(polled.image.urlExpiresAt)).toBeGreaterThan(Date.now());
});

test('Estimate Cost compares prices for the agent without a request', async () => {
	const before = instance?.sandbox.requests().length;
	const answer = await callTool('Estimate_Cost', { numberOfImages: 4 });

	expect(JSON.stringify(JSON.parse(answer))).toMatch(/"images":4\b/);
	expect(instance?.sandbox.requests().length).toBe(before);
});

test('the agent is told what each tool is for and which parameters it may fill', async () => {
	await callTool('Estimate_Cost', { numberOfImages: 1 });
	const tools = Object.fromEntries((chat.requests()[0]?.tools ?? []).map((tool) => [tool.function.name, tool.function]));

	expect(Object.keys(tools).sort()).toEqual(['Edit_Image', 'Estimate_Cost', 'Generate_Image', 'Poll_Task']);
	for (const { description } of Object.values(tools)) expect(description.length).toBeGreaterThan(20);
	expect(Object.keys(tools.Generate_Image?.parameters.properties ?? {}).sort()).toEqual(['aspectRatio', 'prompt']);
});
