import type { INode, INodeParameters } from 'n8n-workflow';

import type { WorkflowJson } from '../../test/support/engine';

const GENERATE = 'n8n-nodes-gpt-image.generateImage';
const POLL = 'n8n-nodes-gpt-image.pollTask';

/** The nodes whose images are saved, with what the run shows about them. */
export const STEPS: Readonly<Record<string, string>> = {
	'Generate on APIYI': 'APIYI answers with the image itself',
	'Generate on ToAPIs': 'ToAPIs takes a task and the node waits for it',
	'Poll Task': 'Submitted in one node, picked up in another, with nothing but the task handle',
};

function node(name: string, type: string, row: number, column: number, parameters: INodeParameters, credential?: string): INode {
	return {
		id: name,
		name,
		type,
		typeVersion: 1,
		position: [column * 260, row * 200],
		parameters,
		...(credential && { credentials: { [credential]: { id: credential, name: credential } } }),
	};
}

const to = (...names: string[]) => ({ main: [names.map((name) => ({ node: name, type: 'main' as const, index: 0 }))] });

/** Both kinds of provider, and a task that is handed from one node to the next. */
export const DEMO: WorkflowJson = {
	name: 'Main job',
	nodes: [
		node('Start', 'n8n-nodes-base.manualTrigger', 1, 0, {}),
		node(
			'Generate on APIYI',
			GENERATE,
			0,
			1,
			{ provider: 'apiyi', prompt: 'A paper boat on a calm lake at sunrise, soft watercolour', aspectRatio: '3:2' },
			'apiyiApi',
		),
		node(
			'Generate on ToAPIs',
			GENERATE,
			1,
			1,
			{ provider: 'toapis', prompt: 'Product photo of a ceramic mug on light oak, soft morning light', aspectRatio: '1:1' },
			'toApisApi',
		),
		node(
			'Submit to ToAPIs',
			GENERATE,
			2,
			1,
			{ provider: 'toapis', prompt: 'Poster for an open-air concert by the sea, bold flat colours', aspectRatio: '2:3', completion: 'submit' },
			'toApisApi',
		),
		node('Poll Task', POLL, 2, 2, { mode: 'wait' }, 'toApisApi'),
	],
	connections: {
		Start: to('Generate on APIYI', 'Generate on ToAPIs', 'Submit to ToAPIs'),
		'Submit to ToAPIs': to('Poll Task'),
	},
};
