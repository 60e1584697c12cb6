import { createHash } from 'node:crypto';

import type { ImageSource } from '../../nodes/core/request';
import type { ProviderId, ReceivedFile, Sandbox } from '../sandbox';
import { completed, failures, paidRequests, picture, run, sampleUrl, transparent, useSandbox } from './support';

function sha256(bytes: Buffer): string {
	return createHash('sha256').update(bytes).digest('hex');
}

async function fetchBytes(url: string): Promise<Buffer> {
	return Buffer.from(await (await fetch(url)).arrayBuffer());
}

function dataUri(bytes: Buffer, format: string): string {
	return `data:image/${format};base64,${bytes.toString('base64')}`;
}

interface Mixed {
	images: ImageSource[];
	files: Record<string, Buffer>;
	/** Hashes in the user's order. */
	hashes: string[];
}

/** A file whose name lies about its format, a URL and a data URI, in this order. */
async function mixed(sandbox: Sandbox): Promise<Mixed> {
	const url = sampleUrl(sandbox, 'red-mug');
	const [binary, linked, inline] = await Promise.all([
		picture('teal', { format: 'jpeg' }),
		fetchBytes(url),
		picture('olive', { format: 'webp' }),
	]);
	return {
		images: [{ kind: 'binary', key: 'photo.png' }, { kind: 'url', url }, { kind: 'url', url: dataUri(inline, 'webp') }],
		files: { 'photo.png': binary },
		hashes: [binary, linked, inline].map(sha256),
	};
}

function bodyOf<T>(sandbox: Sandbox): T {
	return paidRequests(sandbox)[0]?.body as T;
}

describe('references of every kind, in the user\'s order', () => {
	const sandbox = useSandbox();

	it.each<[ProviderId, string]>([
		['openai', 'gpt-image-2'],
		['apiyi', 'gpt-image-2'],
		['apiyi', 'gpt-image-2-all'],
	])('go to %s %s as parts with the type of their content', async (id, model) => {
		const { images, files, hashes } = await mixed(sandbox());

		completed(await run(sandbox(), id, { model, operation: 'edit', images }, { files }));

		const parts = bodyOf<{ files: ReceivedFile[] }>(sandbox()).files;
		expect(parts.map(({ sha256: hash }) => hash)).toEqual(hashes);
		expect(parts.map(({ field, filename, contentType }) => `${field} ${filename} ${contentType}`)).toEqual([
			'image[] image-1.jpg image/jpeg',
			'image[] image-2.png image/png',
			'image[] image-3.webp image/webp',
		]);
	});

	it.each<[ProviderId, string, string, (body: never) => string[]]>([
		['toapis', 'gpt-image-2', 'POST /toapis/v1/uploads/images', ({ reference_images }: { reference_images: string[] }) => reference_images],
		['toapis', 'gpt-image-2-official', 'POST /toapis/v1/uploads/images', ({ image_urls }: { image_urls: string[] }) => image_urls],
		['unifically', 'gpt-image-2', 'PUT /unifically/upload', ({ input }: { input: { image_urls: string[] } }) => input.image_urls],
	])('go to %s %s as URLs, after an upload of those that are none', async (id, model, upload, urlsIn) => {
		const { images, files, hashes } = await mixed(sandbox());

		completed(await run(sandbox(), id, { model, operation: 'edit', images }, { files }));

		const urls = urlsIn(bodyOf(sandbox()));
		expect(urls[1]).toBe(sampleUrl(sandbox(), 'red-mug'));
		expect((await Promise.all(urls.map(fetchBytes))).map(sha256)).toEqual(hashes);
		const uploads = sandbox().requests().filter(({ body }) => (body as { files?: ReceivedFile[] } | null)?.files !== undefined);
		expect(uploads.map(({ method, path }) => `${method} ${path}`)).toEqual([upload, upload]);
		const sent = uploads.map(({ body }) => (body as { files: ReceivedFile[] }).files.map(({ field, contentType }) => `${field} ${contentType}`));
		expect(sent.flat().sort()).toEqual(['file image/jpeg', 'file image/webp']);
	});

	it.each(['gpt-image-2', 'nano-banana-2', 'seedream-4.5'])('go to UniAll AI %s as URLs and data URIs', async (model) => {
		const { images, files, hashes } = await mixed(sandbox());
		const resolution = model === 'seedream-4.5' ? '2K' : '1K';
		const size = { sizing: 'aspectRatio', aspectRatio: '1:1', resolution } as const;

		completed(await run(sandbox(), 'uniall', { model, operation: 'edit', images, size }, { files }));

		const { images: sent } = bodyOf<{ images: string[] }>(sandbox());
		expect(sent.map((url) => url.split(/[:;]/, 2).join(':'))).toEqual(['data:image/jpeg', expect.stringContaining('http:'), 'data:image/webp']);
		expect((await Promise.all(sent.map(fetchBytes))).map(sha256)).toEqual(hashes);
	});

	it('go to UniAll AI as `image` where there is one', async () => {
		const url = sampleUrl(sandbox(), 'red-mug');

		completed(await run(sandbox(), 'uniall', { operation: 'edit', images: [{ kind: 'url', url }] }));

		expect(bodyOf(sandbox())).toMatchObject({ image: url });
		expect(bodyOf(sandbox())).not.toHaveProperty('images');
	});
});

describe('a mask', () => {
	const sandbox = useSandbox();
	const images: ImageSource[] = [{ kind: 'binary', key: 'photo' }];
	const mask: ImageSource = { kind: 'binary', key: 'mask' };

	it.each<ProviderId>(['openai', 'apiyi'])('goes to %s as a part of its own', async (id) => {
		const files = { photo: await picture('teal'), mask: await transparent() };

		completed(await run(sandbox(), id, { operation: 'edit', images, mask }, { files }));

		const parts = bodyOf<{ files: ReceivedFile[] }>(sandbox()).files;
		expect(parts.map(({ field, contentType, sha256: hash }) => ({ field, contentType, hash }))).toEqual([
			{ field: 'image[]', contentType: 'image/png', hash: sha256(files.photo) },
			{ field: 'mask', contentType: 'image/png', hash: sha256(files.mask) },
		]);
	});

	it('goes to ToAPIs gpt-image-2-official as a URL, beside a reference that is one already', async () => {
		const url = sampleUrl(sandbox(), 'red-mug');
		const files = { mask: await transparent(800, 800) };

		completed(await run(sandbox(), 'toapis', { model: 'gpt-image-2-official', operation: 'edit', images: [{ kind: 'url', url }], mask }, { files }));

		const body = bodyOf<{ image_urls: string[]; mask_url: string }>(sandbox());
		expect(body.image_urls).toEqual([url]);
		expect(sha256(await fetchBytes(body.mask_url))).toBe(sha256(files.mask));
	});

	it.each([
		['of other pixels', async () => await transparent(32, 32), /The mask is 32x32 but the first image is 64x48/],
		['without transparency', async () => await picture('teal'), /no transparency/],
		['that is no PNG', async () => await picture('teal', { format: 'webp' }), /WEBP file; allowed: PNG/],
	])('%s is refused before anything is sent', async (_what, draw, reason) => {
		const files = { photo: await picture('teal'), mask: await draw() };

		const [failure] = failures(await run(sandbox(), 'openai', { operation: 'edit', images, mask }, { files }));

		expect(failure?.error.report).toMatchObject({ kind: 'invalid_request', billed: 'no' });
		expect(failure?.error.message).toMatch(reason);
		expect(sandbox().requests()).toEqual([]);
	});
});

describe('a reference that will not do', () => {
	const sandbox = useSandbox();

	it('is refused before its neighbours are uploaded', async () => {
		const files = { photo: await picture('teal'), notes: Buffer.from('These are my notes.') };
		const images: ImageSource[] = [{ kind: 'binary', key: 'photo' }, { kind: 'binary', key: 'notes' }];

		const [failure] = failures(await run(sandbox(), 'toapis', { operation: 'edit', images }, { files }));

		expect(failure?.error.message).toMatch(/Image 2 is not an image/);
		expect(sandbox().requests()).toEqual([]);
	});

	it('is refused where the model takes URLs only and the provider has no upload', async () => {
		const files = { photo: await picture('teal') };
		const [failure] = failures(
			await run(sandbox(), 'uniall', { model: 'gpt-image-2-origin', operation: 'edit', images: [{ kind: 'binary', key: 'photo' }] }, { files }),
		);

		expect(failure?.error.message).toMatch(/by URL only/);
		expect(sandbox().requests()).toEqual([]);
	});

	it('is no reason to pay when its URL leads nowhere', async () => {
		const url = `${sandbox().filesUrl}/generated/gone.png`;

		const [failure] = failures(await run(sandbox(), 'openai', { operation: 'edit', images: [{ kind: 'url', url }] }));

		expect(failure?.error.report).toMatchObject({ kind: 'invalid_request', billed: 'no' });
		expect(paidRequests(sandbox())).toEqual([]);
	});
});
