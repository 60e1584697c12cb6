import type { ImageError } from '../errors';

/** Query strings of URLs carry signatures; the path says enough to recognise a file. */
const URL_QUERY = /(\bhttps?:\/\/[^\s"'<>?#]+)\?[^\s"'<>]*/gi;
/** A header quoted back at us; a mere mention of bearer tokens holds no digit. */
const BEARER = /\b(bearer)\s+(?=\S*\d)[\w.~+/=-]{8,}/gi;
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

/** An error as it may be shown: its message, code and advice without secrets. */
export function redactError(error: ImageError, secrets: Iterable<string>): ImageError {
	const known = [...secrets];
	const { message, code } = error.report;
	return error.with({
		message: redact(message, known),
		advice: redact(error.advice, known),
		code: code === null ? null : redact(code, known),
	});
}
