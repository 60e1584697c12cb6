/** Query strings of URLs carry signatures; the path says enough to recognise a file. */
const URL_QUERY = /(\bhttps?:\/\/[^\s"'<>?#]+)\?[^\s"'<>]*/gi;
const BEARER = /\b(bearer|basic)\s+[\w.~+/=-]+/gi;
/** The key forms that these gateways and OpenAI hand out; catches keys echoed back in part. */
const API_KEY = /\bsk-[\w-]{4,}(\*+[\w-]*)?/g;

/** Shorter secrets would blank out ordinary words. */
const SHORTEST_SECRET = 4;

/**
 * Takes everything that must not be seen out of a text: the given secrets wherever they stand, bearer
 * headers, API keys by their form, and the query of any URL. The one place that does so.
 */
export function redact(text: string, secrets: Iterable<string>): string {
	let clean = text;
	for (const secret of secrets) {
		if (secret.length < SHORTEST_SECRET) continue;
		clean = clean.replaceAll(secret, '***').replaceAll(encodeURIComponent(secret), '***');
	}
	return clean.replace(URL_QUERY, '$1?***').replace(BEARER, '$1 ***').replace(API_KEY, 'sk-***');
}
