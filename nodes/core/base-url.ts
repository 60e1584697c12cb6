import { invalidRequest, type ImageError } from './errors';

/** What people paste behind the address although every path here begins with it. */
const PASTED_END = /\/*(\/v1)?\/*$/;

function unusable(text: string, providerName: string, reason: string): ImageError {
	return invalidRequest(
		`The base URL of the ${providerName} credential ${reason}${text === '' ? '' : `: "${text}"`}`,
		'Enter the address before /v1, like https://api.example.com, in the credential. Nothing was charged.',
	);
}

/**
 * The address below which a provider's paths hang: http or https, a path kept, without a trailing
 * `/` or `/v1`. Throws `invalid_request` for anything else.
 */
export function normaliseBaseUrl(text: string, providerName: string): string {
	const trimmed = text.trim();
	if (trimmed === '') throw unusable('', providerName, 'is empty');
	if (!/^https?:\/\//i.test(trimmed) || !URL.canParse(trimmed)) {
		throw unusable(trimmed, providerName, 'must begin with https:// or http:// and name a host');
	}
	const { origin, pathname, search, hash, username, password } = new URL(trimmed);
	// The text is not repeated: it holds a password.
	if (username !== '' || password !== '') throw unusable('', providerName, 'may not hold a user name or password');
	if (search !== '' || hash !== '') throw unusable(trimmed, providerName, 'may not hold ? or #');
	return `${origin}${pathname.replace(PASTED_END, '')}`;
}
