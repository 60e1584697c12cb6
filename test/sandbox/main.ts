import { parseArgs } from 'node:util';

import { startSandbox, APIYI_SYSTEM_TOKEN, PROVIDER_IDS, TOAPIS_WEBHOOK_SECRET } from './index';

const USAGE = 'Options: --port 8787 --files-port 8788 --task-seconds 6';

/** Ends with one sentence, not with a stack trace. */
function refuse(sentence: string): never {
	console.error(sentence);
	process.exit(1);
}

function readOptions(): Record<'port' | 'files-port' | 'task-seconds', string> {
	try {
		return parseArgs({
			options: {
				port: { type: 'string', default: '8787' },
				'files-port': { type: 'string', default: '8788' },
				'task-seconds': { type: 'string', default: '6' },
			},
		}).values;
	} catch (error) {
		return refuse(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
	}
}

function whole(name: string, text: string, max = Infinity): number {
	if (/^\d+$/.test(text) && Number(text) <= max) return Number(text);
	return refuse(`--${name} takes a whole number${max === Infinity ? '' : ` up to ${max}`}, not "${text}".\n${USAGE}`);
}

const MAX_PORT = 65_535;

async function main(): Promise<void> {
	const options = readOptions();
	const sandbox = await startSandbox({
		port: whole('port', options.port, MAX_PORT),
		filesPort: whole('files-port', options['files-port'], MAX_PORT),
		taskMs: whole('task-seconds', options['task-seconds']) * 1_000,
	}).catch((error: NodeJS.ErrnoException) =>
		refuse(
			error.code === 'EADDRINUSE'
				? `Port ${options.port} or ${options['files-port']} is taken. Choose others: npm run sandbox -- --port 9000 --files-port 9001`
				: `The sandbox could not start: ${error.message}`,
		),
	);
	console.log('The sandbox runs. Nothing here costs money. Put these into credentials in n8n:\n');
	for (const provider of PROVIDER_IDS) {
		console.log(`  ${provider.padEnd(11)} Base URL ${sandbox.baseUrl(provider).padEnd(34)} API key ${sandbox.key(provider)}`);
	}
	console.log(`\n  APIYI's balance takes the system token ${APIYI_SYSTEM_TOKEN}`);
	console.log(`  ToAPIs signs its callbacks with ${TOAPIS_WEBHOOK_SECRET}`);
	console.log(`\nFiles: ${sandbox.filesUrl}   What was billed: ${sandbox.url}/_sandbox/ledger   Ctrl-C ends it.`);
	const end = () => void sandbox.close().then(() => process.exit(0));
	process.once('SIGINT', end);
	process.once('SIGTERM', end);
}

void main();
