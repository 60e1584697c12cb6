import { ImageError } from '../../../nodes/core/errors';
import { redact, redactError } from '../../../nodes/core/http/redact';

const KEY = 'k-3f9a/2+77';

describe('redaction', () => {
	it.each([
		['the key itself', `Invalid key ${KEY}.`, 'Invalid key ***.'],
		['the key in a URL', `GET /x/${encodeURIComponent(KEY)}`, 'GET /x/***'],
		['a bearer header', 'Authorization: Bearer abc.DEF-123_x was refused', 'Authorization: Bearer *** was refused'],
		['a bearer token after several blanks', 'Bearer  abc.DEF-123_x', 'Bearer ***'],
		['the query of a URL without encryption', 'GET http://files.example/a.png?sig=12ab', 'GET http://files.example/a.png?***'],
		['an API key of another account', 'Incorrect API key: sk-proj-AbC123xyz', 'Incorrect API key: sk-***'],
		['an API key with its middle starred', 'Incorrect API key: sk-ab12********xyz9.', 'Incorrect API key: sk-***.'],
		[
			'the signature of a URL',
			'No image at https://files.example/a/b.png?X-Amz-Signature=12ab&Expires=9 any more',
			'No image at https://files.example/a/b.png?*** any more',
		],
	])('takes out %s', (_name, text, clean) => {
		expect(redact(text, [KEY])).toBe(clean);
	});

	it('leaves ordinary words alone', () => {
		const text = 'A bearer authentication is required; see https://docs.example/keys#bearer (code 401)';
		expect(redact(text, [KEY, '', 'see'])).toBe(text);
	});

	it('takes a secret of four characters for one, and nothing shorter', () => {
		expect(redact('k3y9 k3y', ['k3y9', 'k3y'])).toBe('*** k3y');
	});

	it('cleans every text of an error', () => {
		const error = new ImageError({ kind: 'authentication', message: `Key ${KEY} is bad`, advice: `Replace ${KEY}`, code: KEY });
		const clean = redactError(error, [KEY]);
		expect(JSON.stringify([clean.report, clean.advice, clean.message, clean.stack?.split('\n')[0]])).not.toContain(KEY);
		expect(clean.report).toMatchObject({ kind: 'authentication', message: 'Key *** is bad', code: '***' });
	});

	it('leaves a missing code missing', () => {
		expect(redactError(new ImageError({ kind: 'network', message: 'Gone' }), [KEY]).report.code).toBeNull();
	});
});
