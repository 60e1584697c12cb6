import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';

import { TransportError, type TransportRequest, type TransportResponse } from '../../nodes/core/ports';
import { createTransport, type EgressPolicy } from '../../nodes/transport';
import { useSandbox } from './support';

const servers: Server[] = [];

/** `METHOD address` of what the servers and proxies of a test were asked for. */
const asked: string[] = [];

function note({ method, url }: IncomingMessage): void {
	asked.push(`${method} ${url}`);
}

/** A server of the test's own; resolves to its origin. */
async function serve(listener: RequestListener): Promise<string> {
	const server = createServer(listener);
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(async () => {
	asked.splice(0);
	for (const server of servers.splice(0)) {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	}
});

function get(url: string, changes: Partial<TransportRequest> = {}): TransportRequest {
	return { method: 'GET', url, headers: {}, headersTimeoutMs: 10_000, idleTimeoutMs: 10_000, maxRedirects: 0, ...changes };
}

async function textOf({ body }: TransportResponse): Promise<string> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of body) chunks.push(chunk);
	return Buffer.concat(chunks).toString();
}

/** How a request ended below HTTP; fails the test where it did not. */
async function faultOf(work: Promise<unknown>): Promise<string> {
	const error = await work.then(() => null, (reason: unknown) => reason);
	if (error instanceof TransportError) return error.fault;
	throw new Error(`No fault of the transport: ${String(error)}`);
}

describe('the egress policy of the instance', () => {
	const ok = { ok: true } as const;

	/** A lookup that finds this machine under every name, or fails. */
	function lookup(error: Error | null): EgressPolicy['createSecureLookup'] {
		return (): LookupFunction => (_host, { all }, done) => (all ? done(error, [{ address: '127.0.0.1', family: 4 }]) : done(error, '127.0.0.1', 4));
	}

	/** A policy in n8n's form that refuses what the test names. */
	function policy(changes: Partial<EgressPolicy> = {}): EgressPolicy {
		return {
			validateUrl: async () => ok,
			validateConnectionHost: () => ok,
			validateRedirectSync: () => undefined,
			createSecureLookup: lookup(null),
			...changes,
		};
	}

	const refusing = (port: string): EgressPolicy['validateUrl'] => async (url) =>
		new URL(url).port === port ? { ok: false, error: new Error('the address is restricted') } : ok;

	it('keeps a request from being sent', async () => {
		const origin = await serve((request, reply) => {
			note(request);
			reply.end();
		});

		const sent = createTransport(policy({ validateUrl: refusing(new URL(origin).port) })).send(get(`${origin}/v1`));

		await expect(sent).rejects.toMatchObject({ fault: 'blocked', message: expect.stringContaining('the address is restricted') });
		expect(asked).toEqual([]);
	});

	it.each<[string, (port: string) => Partial<EgressPolicy>]>([
		['its rules for addresses', (port) => ({ validateUrl: refusing(port) })],
		['its rules for redirects', () => ({ validateRedirectSync: () => { throw new Error('the address is restricted'); } })],
	])('keeps a redirect from being followed by %s', async (_rules, changes) => {
		const inner = await serve((request, reply) => {
			note(request);
			reply.end();
		});
		const outer = await serve((_request, reply) => reply.writeHead(302, { location: `${inner}/metadata` }).end());

		const sent = createTransport(policy(changes(new URL(inner).port))).send(get(outer, { maxRedirects: 3 }));

		expect(await faultOf(sent)).toBe('blocked');
		expect(asked).toEqual([]);
	});

	it('has the last word when a name turns out to lead elsewhere', async () => {
		const origin = await serve((_request, reply) => reply.end('fine'));
		const named = origin.replace('127.0.0.1', 'files.example');

		expect(await textOf(await createTransport(policy()).send(get(named)))).toBe('fine');

		const restricted = policy({ createSecureLookup: lookup(new Error('it resolves to a restricted IP address')) });
		expect(await faultOf(createTransport(restricted).send(get(named.replace('files', 'other'))))).toBe('blocked');
	});

	it('does not make an unknown name look like an answer', async () => {
		const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND api.example'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' });

		for (const changes of [{ validateUrl: async () => await Promise.reject(unknown) }, { createSecureLookup: lookup(unknown) }]) {
			expect(await faultOf(createTransport(policy(changes)).send(get('http://api.example')))).toBe('unreachable');
		}
	});
});

describe('the proxy of the instance', () => {
	const before = { ...process.env };
	const names = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];

	async function startProxy(): Promise<string> {
		const url = await serve((request, reply) => {
			note(request);
			reply.end('through the proxy');
		});
		servers.at(-1)?.on('connect', (request: IncomingMessage, socket) => {
			note(request);
			socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
		});
		return url;
	}

	beforeEach(() => names.forEach((name) => delete process.env[name]));
	afterEach(() => {
		process.env = { ...before };
	});

	it('is asked for plain http by the whole address', async () => {
		process.env.HTTP_PROXY = await startProxy();

		expect(await textOf(await createTransport(null).send(get('http://api.example/v1/models?x=1')))).toBe('through the proxy');
		expect(asked).toEqual(['GET http://api.example/v1/models?x=1']);
	});

	it('is asked for a tunnel for https, and nothing was sent where it refuses', async () => {
		process.env.HTTPS_PROXY = await startProxy();

		expect(await faultOf(createTransport(null).send(get('https://api.example/v1/models')))).toBe('unreachable');
		expect(asked).toEqual(['CONNECT api.example:443']);
	});

	it('is left out for what NO_PROXY names', async () => {
		process.env.HTTP_PROXY = await startProxy();
		process.env.NO_PROXY = '127.0.0.1';
		const origin = await serve((_request, reply) => reply.end('direct'));

		expect(await textOf(await createTransport(null).send(get(origin)))).toBe('direct');
		expect(asked).toEqual([]);
	});
});

describe('redirects', () => {
	it('are not followed unless asked for', async () => {
		const inner = await serve((request, reply) => {
			note(request);
			reply.end();
		});
		const outer = await serve((_request, reply) => reply.writeHead(307, { location: inner }).end());

		expect((await createTransport(null).send(get(outer))).status).toBe(307);
		expect(asked).toEqual([]);
	});

	it('are followed to a relative address', async () => {
		const origin = await serve(({ url }, reply) => (url === '/a/b' ? reply.writeHead(301, { location: '../c' }).end() : reply.end(url)));

		expect(await textOf(await createTransport(null).send(get(`${origin}/a/b`, { maxRedirects: 1 })))).toBe('/c');
	});

	it('come to an end', async () => {
		let hops = 0;
		const origin = await serve((_request, reply) => reply.writeHead(302, { location: `/${(hops += 1)}` }).end());

		expect(await faultOf(createTransport(null).send(get(origin, { maxRedirects: 5 })))).toBe('redirected');
		expect(hops).toBe(6);
	});

	it('lead to nothing but http and https', async () => {
		const origin = await serve((_request, reply) => reply.writeHead(302, { location: 'file:///etc/passwd' }).end());

		expect(await faultOf(createTransport(null).send(get(origin, { maxRedirects: 5 })))).toBe('redirected');
	});
});

describe('trouble on the line', () => {
	const sandbox = useSandbox();

	it('is "unreachable" where nobody listens', async () => {
		const origin = await serve(() => undefined);
		await new Promise((resolve) => servers.pop()?.close(resolve));

		expect(await faultOf(createTransport(null).send(get(origin)))).toBe('unreachable');
	});

	it('is "reset" where the other side hangs up', async () => {
		const origin = await serve(({ socket }) => socket.destroy());

		expect(await faultOf(createTransport(null).send(get(origin)))).toBe('reset');
	});

	it('is "reset" where it hangs up in the middle of the body', async () => {
		const origin = await serve((request, reply) => {
			reply.writeHead(200, { 'content-length': '1000' });
			reply.write('half', () => setImmediate(() => request.socket.destroy()));
		});

		const response = await createTransport(null).send(get(origin));
		expect(await faultOf(textOf(response))).toBe('reset');
	});

	it('is "idle" where no status comes', async () => {
		const origin = await serve(() => undefined);

		expect(await faultOf(createTransport(null).send(get(origin, { headersTimeoutMs: 100 })))).toBe('idle');
	});

	it('is "idle" where the body stops coming', async () => {
		const origin = await serve((_request, reply) => void reply.writeHead(200, { 'content-length': '1000' }).write('half'));

		const response = await createTransport(null).send(get(origin, { idleTimeoutMs: 100 }));
		expect(await faultOf(textOf(response))).toBe('idle');
	});

	it('is "aborted" by our own signal before the status', async () => {
		const stop = new AbortController();
		const origin = await serve(() => stop.abort());

		expect(await faultOf(createTransport(null).send(get(origin, { signal: stop.signal })))).toBe('aborted');
	});

	it('is "aborted" by our own signal within the body', async () => {
		const stop = new AbortController();
		const origin = await serve((_request, reply) => void reply.writeHead(200).write('half'));

		const { body } = await createTransport(null).send(get(origin, { signal: stop.signal }));
		const reading = (async () => {
			for await (const chunk of body) if (chunk.length > 0) stop.abort();
		})();
		expect(await faultOf(reading)).toBe('aborted');
	});

	it('never holds the address or the key in its words', async () => {
		const key = sandbox().key('openai');
		sandbox().scriptFaults({ provider: 'openai', on: 'submit', fault: 'reset-before' });

		const error = await createTransport(null)
			.send(get(`${sandbox().baseUrl('openai')}/v1/images/generations`, { method: 'POST', headers: { authorization: `Bearer ${key}` } }))
			.catch((reason: unknown) => reason);

		expect(error).toBeInstanceOf(TransportError);
		expect((error as Error).message).not.toContain(key);
		expect((error as Error).message).not.toContain('127.0.0.1');
	});
});

describe('a body', () => {
	it('is sent with its length where that is known, and in chunks where not', async () => {
		const received: Array<[string | undefined, string | undefined]> = [];
		const origin = await serve((request, reply) => {
			received.push([request.headers['content-length'], request.headers['transfer-encoding']]);
			request.resume().once('end', () => reply.end());
		});
		const open = async function* () {
			yield Buffer.from('one ');
			yield Buffer.from('two');
		};

		for (const length of [7, null]) {
			await textOf(await createTransport(null).send(get(origin, { method: 'POST', body: { contentType: 'text/plain', length, open } })));
		}

		expect(received).toEqual([['7', undefined], [undefined, 'chunked']]);
	});
});
