import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

const HOST = '127.0.0.1';

async function listen(port: number): Promise<number | null> {
	const server = createServer();
	return await new Promise((resolve) => {
		server.once('error', () => resolve(null));
		server.listen(port, HOST, () => {
			const { port: bound } = server.address() as AddressInfo;
			server.close(() => resolve(bound));
		});
	});
}

/** `preferred` if nothing listens on it, else any free port of the loopback interface. */
export async function freePort(preferred = 0): Promise<number> {
	const port = (await listen(preferred)) ?? (await listen(0));
	if (port === null) throw new Error('No port is free on 127.0.0.1.');
	return port;
}
