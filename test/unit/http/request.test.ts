import { Deadline } from '../../../nodes/core/http/deadline';
import { toTransportRequest } from '../../../nodes/core/http/request';
import { registry } from '../../../nodes/core/providers';
import type { HttpCall } from '../../../nodes/core/providers/provider';
import { VirtualClock } from '../../support/virtual-clock';

const SUBMIT: HttpCall = { kind: 'submit', method: 'POST', path: '/v1/images/generations', body: { type: 'json', value: { prompt: 'Köln' } } };
const LOOK: HttpCall = { kind: 'status', method: 'GET', path: '/v1/images/tasks/1' };

function request(call: HttpCall, secrets: Record<string, string> = { apiKey: 'key-1', systemToken: 'token-2' }) {
	const deadline = new Deadline(new VirtualClock(), 600_000);
	const account = { provider: registry.gateway('openai').provider, baseUrl: 'https://proxy.example/openai', secrets };
	return { deadline, sent: toTransportRequest(call, account, deadline, () => 0.5) };
}

describe('a call on its way to the wire', () => {
	it('hangs below the base URL, carries the key, and follows no redirect', () => {
		const { deadline, sent } = request(LOOK);
		expect(sent).toEqual({
			method: 'GET',
			url: 'https://proxy.example/openai/v1/images/tasks/1',
			headers: { accept: 'application/json', authorization: 'Bearer key-1' },
			body: undefined,
			headersTimeoutMs: 60_000,
			idleTimeoutMs: 60_000,
			maxRedirects: 0,
			signal: deadline.signal,
		});
	});

	it.each<[string, NonNullable<HttpCall['auth']>, string]>([
		['another secret, as a bearer token', { scheme: 'bearer', secret: 'systemToken' }, 'Bearer token-2'],
		['a secret as it is', { scheme: 'raw', secret: 'systemToken' }, 'token-2'],
	])('is authorised by %s', (_name, auth, authorization) => {
		expect(request({ ...LOOK, auth }).sent.headers).toMatchObject({ authorization });
	});

	it('has an empty authorisation where the credential lacks the secret', () => {
		expect(request({ ...LOOK, auth: { scheme: 'raw', secret: 'systemToken' } }, {}).sent.headers).toMatchObject({ authorization: '' });
	});

	it('may stay silent until after its deadline where it is paid', () => {
		expect(request(SUBMIT).sent).toMatchObject({ headersTimeoutMs: 605_000, idleTimeoutMs: 605_000 });
	});

	it('sends JSON with its length in bytes, as often as it is opened', async () => {
		const { body } = request(SUBMIT).sent;
		if (!body) throw new Error('No body');
		expect(body).toMatchObject({ contentType: 'application/json', length: 18 });
		for (let turn = 0; turn < 2; turn += 1) {
			const chunks: Uint8Array[] = [];
			for await (const chunk of body.open()) chunks.push(chunk);
			expect(Buffer.concat(chunks).toString('utf8')).toBe('{"prompt":"Köln"}');
		}
	});

	it('sends a form where the call holds one', () => {
		const { body } = request({ ...SUBMIT, body: { type: 'multipart', parts: [{ name: 'prompt', value: 'Köln' }] } }).sent;
		expect(body?.contentType).toMatch(/^multipart\/form-data; boundary=/);
	});
});
