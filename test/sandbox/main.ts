import { parseArgs } from 'node:util';

import { startSandbox, PROVIDER_IDS } from './index';

const { values } = parseArgs({
	options: {
		port: { type: 'string', default: '8787' },
		'files-port': { type: 'string', default: '8788' },
		'task-seconds': { type: 'string', default: '6' },
	},
});

function whole(name: keyof typeof values): number {
	const number = Number(values[name]);
	if (Number.isInteger(number) && number >= 0) return number;
	console.error(`--${name} takes a whole number, not "${values[name]}".`);
	process.exit(1);
}

async function main(): Promise<void> {
	const sandbox = await startSandbox({
		port: whole('port'),
		filesPort: whole('files-port'),
		taskMs: whole('task-seconds') * 1_000,
	});
	console.log('The sandbox runs. Nothing here costs money. Put these into credentials in n8n:\n');
	for (const provider of PROVIDER_IDS) {
		console.log(`  ${provider.padEnd(11)} Base URL ${sandbox.baseUrl(provider).padEnd(34)} API key ${sandbox.key(provider)}`);
	}
	console.log(`\nFiles: ${sandbox.filesUrl}   What was billed: ${sandbox.url}/_sandbox/ledger   Ctrl-C ends it.`);
	const end = () => void sandbox.close().then(() => process.exit(0));
	process.once('SIGINT', end);
	process.once('SIGTERM', end);
}

main().catch((error: NodeJS.ErrnoException) => {
	console.error(
		error.code === 'EADDRINUSE'
			? `Port ${values.port} or ${values['files-port']} is taken. Choose others: npm run sandbox -- --port 9000 --files-port 9001`
			: `The sandbox could not start: ${error.message}`,
	);
	process.exit(1);
});
