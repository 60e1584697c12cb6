import sharp, { type Metadata } from 'sharp';

import { PROVIDER_AGENT } from './record';
import type { ErrorStyle } from './reply';

function isHttpUrl(value: unknown): boolean {
	return typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value);
}

/** Reads the fields of a body strictly: what is not asked for is refused. */
export class Fields {
	constructor(
		private readonly body: Readonly<Record<string, unknown>>,
		private readonly errors: ErrorStyle,
		/** Form fields are all text. */
		private readonly isForm = false,
	) {}

	/** Refuses every field but these. */
	only(...names: string[]): this {
		const stranger = Object.keys(this.body).find((name) => !names.includes(name));
		if (stranger !== undefined) throw this.errors.badRequest(`Unknown parameter: '${stranger}'.`, stranger, 'unknown_parameter');
		return this;
	}

	/** Refuses these fields, whatever their value. */
	without(reason: string, ...names: string[]): this {
		const present = names.find((name) => this.body[name] !== undefined);
		if (present !== undefined) throw this.errors.badRequest(`${reason}: '${present}'.`, present);
		return this;
	}

	text(name: string, maxLength = Infinity): string {
		const value = this.optionalText(name);
		if (value === undefined || value.trim() === '') {
			throw this.errors.badRequest(`Missing required parameter: '${name}'.`, name, 'missing_required_parameter');
		}
		if (value.length > maxLength) throw this.errors.badRequest(`'${name}' is too long: at most ${maxLength} characters.`, name);
		return value;
	}

	optionalText(name: string): string | undefined {
		const value = this.body[name];
		if (value === undefined) return undefined;
		if (typeof value !== 'string') throw this.errors.badRequest(`'${name}' must be a string.`, name);
		return value;
	}

	oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
		const value = this.optionalText(name);
		if (value === undefined) return undefined;
		if (!allowed.includes(value as T)) {
			throw this.errors.badRequest(`Invalid value for '${name}': '${value}'. Supported values are: ${allowed.join(', ')}.`, name);
		}
		return value as T;
	}

	integer(name: string, min: number, max: number): number | undefined {
		const raw = this.body[name];
		if (raw === undefined) return undefined;
		const value = this.isForm && typeof raw === 'string' && /^-?\d+$/.test(raw) ? Number(raw) : raw;
		if (typeof value !== 'number' || !Number.isInteger(value)) throw this.errors.badRequest(`'${name}' must be an integer.`, name);
		if (value < min || value > max) throw this.errors.badRequest(`'${name}' must be between ${min} and ${max}.`, name);
		return value;
	}

	number(name: string, min: number, max: number): number | undefined {
		const value = this.body[name];
		if (value === undefined) return undefined;
		if (typeof value !== 'number' || value < min || value > max) {
			throw this.errors.badRequest(`'${name}' must be a number between ${min} and ${max}.`, name);
		}
		return value;
	}

	/** An http(s) address. */
	url(name: string): string | undefined {
		const value = this.optionalText(name);
		if (value !== undefined && !isHttpUrl(value)) throw this.errors.badRequest(`'${name}' must be an http(s) URL.`, name);
		return value;
	}

	optionalBoolean(name: string): boolean | undefined {
		const value = this.body[name];
		if (value === undefined) return undefined;
		if (typeof value !== 'boolean') throw this.errors.badRequest(`'${name}' must be a boolean.`, name);
		return value;
	}

	/** A list of http(s) URLs. */
	urls(name: string, max: number, refuse = this.errors): string[] {
		const value = this.body[name];
		if (value === undefined) return [];
		if (!Array.isArray(value) || value.length === 0) throw refuse.badRequest(`'${name}' must be a non-empty array of URLs.`, name);
		if (value.length > max) throw refuse.badRequest(`'${name}' takes at most ${max} images.`, name);
		for (const url of value as unknown[]) {
			if (!isHttpUrl(url)) throw refuse.badRequest(`'${name}' must hold http(s) URLs only.`, name);
		}
		return value as string[];
	}

	raw(name: string): unknown {
		return this.body[name];
	}
}

const FORMATS = ['png', 'jpeg', 'webp'];

/** Refuses bytes that are no image of these formats, or too many. */
export async function checkImage(bytes: Buffer, field: string, maxMegabytes: number, errors: ErrorStyle, formats = FORMATS): Promise<Metadata> {
	if (bytes.length > maxMegabytes * 1_048_576) throw errors.badRequest(`'${field}' is larger than ${maxMegabytes} MB.`, field);
	const facts = await sharp(bytes).metadata().catch(() => null);
	if (!facts || !formats.includes(facts.format)) throw errors.badRequest(`'${field}' is not a valid image; use ${formats.join(', ')}.`, field);
	return facts;
}

/** A mask marks what to edit by its alpha channel, pixel for pixel over the first image. */
export async function checkMask(mask: Buffer, first: Buffer, maxMegabytes: number, errors: ErrorStyle, field = 'mask'): Promise<void> {
	const { format, hasAlpha, width, height } = await checkImage(mask, field, maxMegabytes, errors);
	const image = await sharp(first).metadata();
	if (format !== 'png') throw errors.badRequest('The mask must be a PNG.', field);
	if (!hasAlpha) throw errors.badRequest('The mask must have an alpha channel.', field);
	if (width !== image.width || height !== image.height) throw errors.badRequest('The mask must have the same dimensions as the image.', field);
}

/** Fetches a reference as a provider would; only from this machine, as the sandbox has no other world. */
export async function fetchReference(url: string, field: string, maxMegabytes: number, errors: ErrorStyle): Promise<Buffer> {
	const bytes = url.startsWith('data:') ? fromDataUri(url) : await fetchLocal(url);
	if (!bytes) throw errors.badRequest(`Could not download the image of '${field}'.`, field);
	await checkImage(bytes, field, maxMegabytes, errors);
	return bytes;
}

/** The bytes of a base64 data URI, null for anything else. */
export function fromDataUri(uri: string): Buffer | null {
	const match = /^data:image\/\w+;base64,(.+)$/s.exec(uri);
	return match?.[1] ? Buffer.from(match[1], 'base64') : null;
}

/** Whether an address stays on this machine. */
export function isLocal(url: string): boolean {
	return URL.canParse(url) && ['127.0.0.1', 'localhost'].includes(new URL(url).hostname);
}

async function fetchLocal(url: string): Promise<Buffer | null> {
	if (!isLocal(url)) return null;
	const reply = await fetch(url, { headers: { 'user-agent': PROVIDER_AGENT }, redirect: 'error' }).catch(() => null);
	return reply?.ok ? Buffer.from(await reply.arrayBuffer()) : null;
}
