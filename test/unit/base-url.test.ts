import { normaliseBaseUrl } from '../../nodes/core/base-url';
import { failureOf } from '../support/failure';

describe('the base URL', () => {
	it.each([
		['https://api.openai.com', 'https://api.openai.com'],
		['https://api.openai.com/', 'https://api.openai.com'],
		['https://api.openai.com/v1', 'https://api.openai.com'],
		['  https://api.openai.com//v1// \n', 'https://api.openai.com'],
		['http://127.0.0.1:8787/toapis/v1', 'http://127.0.0.1:8787/toapis'],
		['https://proxy.example/a/b/', 'https://proxy.example/a/b'],
		['HTTPS://API.Example/v1', 'https://api.example'],
		['https://v1', 'https://v1'],
		['https://api.example/v1beta', 'https://api.example/v1beta'],
	])('%j is %s', (text, url) => {
		expect(normaliseBaseUrl(text, 'OpenAI')).toBe(url);
	});

	it.each(['', '   ', 'api.openai.com', 'localhost:8787', 'ftp://api.example', 'https://', 'https://a.example/?key=1', 'https://a.example/#x'])(
		'refuses %j and names the credential',
		(text) => {
			const error = failureOf(() => normaliseBaseUrl(text, 'UniAll AI'));
			expect(error.kind).toBe('invalid_request');
			expect(error.message).toContain('UniAll AI credential');
		},
	);

	it('refuses a password without repeating it', () => {
		const error = failureOf(() => normaliseBaseUrl('https://me:hunter2@api.example', 'OpenAI'));
		expect(`${error.message} ${error.advice}`).not.toContain('hunter2');
	});
});
