import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { IConnections, INode, IWorkflowSettings } from 'n8n-workflow';

/** Where the examples look for sample packshots: the files of a sandbox on its usual port. */
const USUAL_FILES_URL = 'http://127.0.0.1:8788';

/** Where the examples save files: below the folder that n8n was started in. */
const USUAL_FOLDER = '".n8n-files"';

const EXAMPLES = join(__dirname, '../../examples');

/** A workflow as the editor exports it. */
export interface ExampleWorkflow {
	id: string;
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings: IWorkflowSettings;
	active: boolean;
}

/** What the examples are fitted to. */
export interface ExamplePlace {
	/** Origin of the sandbox's files. */
	filesUrl: string;
	/** Existing absolute folder that n8n may write to (N8N_RESTRICT_FILE_ACCESS_TO). */
	folder: string;
}

/** File names of the examples, without `.json`. */
export function exampleNames(): string[] {
	return readdirSync(EXAMPLES)
		.filter((file) => file.endsWith('.json'))
		.map((file) => file.replace(/\.json$/, ''))
		.sort();
}

/** One example, fitted to where it will run. */
export function readExample(name: string, { filesUrl, folder }: ExamplePlace): ExampleWorkflow {
	const text = readFileSync(join(EXAMPLES, `${name}.json`), 'utf8')
		.replaceAll(USUAL_FILES_URL, filesUrl)
		.replaceAll(USUAL_FOLDER, JSON.stringify(folder));
	return JSON.parse(text) as ExampleWorkflow;
}

/** Writes all examples, fitted, into a folder, for `n8n import:workflow`. Returns their paths. */
export function writeExamples(target: string, place: ExamplePlace): string[] {
	mkdirSync(target, { recursive: true });
	return exampleNames().map((name) => {
		const file = join(target, `${name}.json`);
		writeFileSync(file, JSON.stringify(readExample(name, place), null, 2));
		return file;
	});
}
