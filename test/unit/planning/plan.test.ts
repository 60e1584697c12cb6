import fc from 'fast-check';

import { ImageError } from '../../../nodes/core/errors';
import { planRequest } from '../../../nodes/core/plan';
import { BACKGROUNDS, OUTPUT_FORMATS, QUALITIES, type ImageRequest, type ImageSource } from '../../../nodes/core/request';
import { failureOf } from '../../support/failure';
import { imageRequest, plan, plannable, PROVIDER_IDS, type PlannableId } from '../../support/planning';

const photo: ImageSource = { kind: 'url', url: 'https://example.com/photo.png' };
const file: ImageSource = { kind: 'binary', key: '0/data' };

function refusal(path: `${PlannableId}/${string}`, changes: Partial<ImageRequest>): string {
	const { kind, message, advice, report } = failureOf(() => plan(path, changes));
	expect([kind, report.billed]).toEqual(['invalid_request', 'no']);
	return `${message}. ${advice}`;
}

describe('a request as the defaults make it', () => {
	test('becomes one call for one image', () => {
		expect(plan('unifically/gpt-image-2')).toMatchObject({
			known: true,
			wireModel: 'openai/gpt-image-2',
			entry: { model: 'gpt-image-2', route: 'gpt-image' },
			size: { pixels: null, aspectRatio: '1:1', resolution: '1K', expected: null },
			counts: [1],
			notes: [],
		});
	});

	test.each(PROVIDER_IDS)('is possible with the first model of %s', (id) => {
		expect(plan(`${id}/${plannable[id].models[0]?.model}`).known).toBe(true);
	});
});

describe('model ids', () => {
	test('a wire id plans as the canonical one', () => {
		expect(plan('unifically/openai/gpt-image-2').fingerprint).toBe(plan('unifically/gpt-image-2').fingerprint);
	});

	test('the tier stands in the wire id where the provider has it there', () => {
		const size = { sizing: 'aspectRatio', aspectRatio: '16:9', resolution: '0.5K' } as const;
		expect(plan('uniall/nano-banana-2', { size }).wireModel).toBe('NanoBanana2-0.5K');
	});

	test('an id that names its tier wins over the parameter, and says so', () => {
		const planned = plan('uniall/NanoBanana2-4K');
		expect([planned.wireModel, planned.size.resolution]).toEqual(['NanoBanana2-4K', '4K']);
		expect(planned.notes).toEqual(['NanoBanana2-4K names its resolution: 4K is used, not 1K.']);
	});

	test('an unknown id passes with its capabilities unchecked', () => {
		const planned = plan('toapis/gpt-image-9', { prompt: 'longer than the tolerant entry says', outputFormat: 'webp', quality: 'high' });
		expect(planned).toMatchObject({ known: false, wireModel: 'gpt-image-9', entry: { model: 'gpt-image-9' } });
		expect(planned.notes).toEqual([expect.stringContaining('gpt-image-9 is not in the catalog')]);
	});

	test('no id is refused', () => {
		expect(refusal('openai/', { model: '  ' })).toContain('No model is chosen');
	});

	test('a model that is gone is refused with the day and the successor', () => {
		expect(refusal('openai/gpt-image-1', {})).toMatch(/OpenAI gpt-image-1 was shut down on 2026-10-23.*Choose gpt-image-2/);
		expect(refusal('openai/dall-e-3', {})).toMatch(/2026-05-12/);
	});

	test('a model on its way out works with a note', () => {
		expect(plan('unifically/gpt-image-1.5').notes.join()).toContain('Move to gpt-image-2');
	});
});

describe('number of images', () => {
	test.each([
		['openai/gpt-image-2', 10, [10]],
		['apiyi/gpt-image-2', 3, [1, 1, 1]],
		['uniall/gpt-image-2', 10, [8, 2]],
		['uniall/gpt-image-2-origin', 3, [2, 1]],
		['uniall/gpt-image-2-origin', 7, [4, 2, 1]],
		['uniall/seedream-4.0', 7, [6, 1]],
		['toapis/gpt-image-2-official', 9, [4, 4, 1]],
	] as const)('%s makes %i images with %j', (path, count, counts) => {
		expect(plan(path, { count }).counts).toEqual(counts);
	});

	test.each([0, -1, 1.5, 11, NaN, Infinity])('%p is refused', (count) => {
		expect(refusal('openai/gpt-image-2', { count })).toContain(`a whole number from 1 to 10, not ${count}`);
	});
});

describe('what is refused before money, and what it says is possible', () => {
	test.each<[string, `${PlannableId}/${string}`, Partial<ImageRequest>, RegExp]>([
		['an empty prompt', 'openai/gpt-image-2', { prompt: ' \n' }, /The prompt is empty/],
		['a prompt that is too long', 'openai/gpt-image-2', { prompt: 'a'.repeat(32_001) }, /32,001 characters; OpenAI gpt-image-2 takes 32,000/],
		['an edit without an image', 'openai/gpt-image-2', { operation: 'edit' }, /no image to edit/],
		['more references than taken', 'apiyi/gpt-image-2', { images: Array(6).fill(photo) }, /5 reference images at most, not 6/],
		['more references than taken', 'uniall/gpt-image-2-origin', { images: Array(7).fill(photo) }, /6 reference images at most, not 7/],
		['a mask without an edit', 'openai/gpt-image-2', { mask: file }, /Use Edit Image/],
		['a mask the model has no use for', 'toapis/gpt-image-2', { operation: 'edit', images: [file], mask: file }, /takes no mask.*gpt-image-2-official can/],
		['a mask the provider has no use for', 'unifically/gpt-image-2', { operation: 'edit', images: [file], mask: file }, /choose another provider/],
		['a quality the model lacks', 'toapis/gpt-image-2', { quality: 'high' }, /has no setting for quality.*Leave Quality at Auto/],
		['a format the model lacks', 'toapis/gpt-image-2-official', { outputFormat: 'webp' }, /Output Format of ToAPIs gpt-image-2-official can be png and jpeg, not webp/],
		['a format where there is no choice', 'unifically/gpt-image-2', { outputFormat: 'png' }, /has no setting for output format/],
		['transparency the model lacks', 'apiyi/gpt-image-2', { background: 'transparent' }, /can be auto and opaque, not transparent/],
		['transparency in JPEG', 'openai/gpt-image-2', { background: 'transparent', outputFormat: 'jpeg' }, /png or webp/],
		['compression of PNG', 'openai/gpt-image-2', { outputCompression: 80, outputFormat: 'png' }, /JPEG and WebP only/],
		['compression of the default format', 'openai/gpt-image-2', { outputCompression: 80 }, /JPEG and WebP only/],
		['compression beyond 100', 'openai/gpt-image-2', { outputCompression: 101, outputFormat: 'jpeg' }, /from 0 to 100, not 101/],
		['compression the model lacks', 'uniall/gpt-image-2', { outputCompression: 80, outputFormat: 'jpeg' }, /no setting for output compression/],
		['moderation the model lacks', 'toapis/gpt-image-2', { moderation: 'low' }, /no setting for moderation/],
		['a local path', 'openai/gpt-image-2', { images: [{ kind: 'url', url: '/etc/hosts' }] }, /http:\/\/ or https:\/\//],
		['another scheme', 'openai/gpt-image-2', { images: [{ kind: 'url', url: 'file:///etc/hosts' }] }, /http:\/\/ or https:\/\//],
		['a script', 'toapis/gpt-image-2', { images: [{ kind: 'url', url: 'javascript:alert(1)' }] }, /http:\/\/ or https:\/\//],
		['a file server', 'unifically/gpt-image-2', { images: [{ kind: 'url', url: 'ftp://example.com/a.png' }] }, /http:\/\/ or https:\/\//],
		['a picture that may hold a script', 'uniall/gpt-image-2', { images: [{ kind: 'url', url: 'data:image/svg+xml;base64,PHN2Zz4=' }] }, /PNG, JPEG or WebP/],
		['an address without a host', 'openai/gpt-image-2', { images: [{ kind: 'url', url: 'https://' }] }, /no image address/],
		['a data URI of something else', 'openai/gpt-image-2', { images: [{ kind: 'url', url: 'data:text/html;base64,PGI+' }] }, /PNG, JPEG or WebP/],
		['a mask at a strange address', 'openai/gpt-image-2', { operation: 'edit', images: [file], mask: { kind: 'url', url: 'ftp://a/b' } }, /no image address/],
		['a size the model lacks', 'unifically/gpt-image-2', { size: { sizing: 'aspectRatio', aspectRatio: '16:9', resolution: '1K' } }, /Unifically gpt-image-2 makes 1K images in 1:1, 3:2 and 2:3, not in 16:9/],
	])('%s (%s)', (_what, path, changes, words) => {
		expect(refusal(path, changes)).toMatch(words);
	});

	test.each(PROVIDER_IDS)('a prompt of 32,001 characters, whichever model of %s', (id) => {
		const living = plannable[id].models.filter(({ lifecycle }) => lifecycle?.state !== 'retired');
		expect(living).not.toEqual([]);
		for (const { model } of living) {
			expect(refusal(`${id}/${model}`, { prompt: 'a'.repeat(32_001) })).toMatch(/has 32,001 characters; .* takes 32,000/);
		}
	});

	test('a long data URI is not repeated in the message', () => {
		const url = `data:image/gif;base64,${'A'.repeat(10_000)}`;
		expect(refusal('openai/gpt-image-2', { images: [{ kind: 'url', url }] }).length).toBeLessThan(300);
	});
});

describe('what passes', () => {
	test.each<[string, `${PlannableId}/${string}`, Partial<ImageRequest>]>([
		['an edit with every kind of image', 'openai/gpt-image-2', { operation: 'edit', images: [photo, file, { kind: 'url', url: 'data:image/jpeg;base64,/9j/' }], mask: file }],
		['references while generating', 'toapis/gpt-image-2', { images: [photo] }],
		['a prompt at the limit', 'openai/gpt-image-2', { prompt: 'a'.repeat(32_000) }],
		['transparent PNG by default', 'openai/gpt-image-2', { background: 'transparent' }],
		['compressed WebP', 'openai/gpt-image-2', { outputFormat: 'webp', outputCompression: 0 }],
		['16 references', 'unifically/gpt-image-2', { images: Array(16).fill(photo) }],
	])('%s (%s)', (_what, path, changes) => {
		expect(plan(path, changes).request).toMatchObject(changes);
	});

	test('an automatic setting that the model has no field for is left out, another one is kept', () => {
		const changes = { background: 'auto', moderation: 'auto' } as const;
		expect(plan('toapis/gpt-image-2', changes).request).toMatchObject({ background: undefined, moderation: undefined });
		expect(plan('openai/gpt-image-2', changes).request).toMatchObject(changes);
	});
});

describe('fingerprint', () => {
	const first = plan('openai/gpt-image-2', { extraParameters: { a: 1, b: { c: 2, d: 3 } } }).fingerprint;

	test('is sixteen hex digits, whatever the order of keys and the own reference', () => {
		const again = plan('openai/gpt-image-2', { clientReference: 'order-1', extraParameters: { b: { d: 3, c: 2 }, a: 1 } });
		expect(first).toMatch(/^[0-9a-f]{16}$/);
		expect(again.fingerprint).toBe(first);
	});

	test.each<Partial<ImageRequest>>([
		{ prompt: 'Another' },
		{ quality: 'low' },
		{ count: 2 },
		{ images: [photo] },
		{ extraParameters: { a: 1, b: { c: 2, d: 4 } } },
		{ size: { sizing: 'aspectRatio', aspectRatio: '1:1', resolution: '2K' } },
	])('changes with the wish: %j', (change) => {
		expect(plan('openai/gpt-image-2', { extraParameters: { a: 1, b: { c: 2, d: 3 } }, ...change }).fingerprint).not.toBe(first);
	});

	test('keeps the order of reference images', () => {
		const other: ImageSource = { kind: 'url', url: 'https://example.com/other.png' };
		expect(plan('openai/gpt-image-2', { images: [photo, other] }).fingerprint).not.toBe(
			plan('openai/gpt-image-2', { images: [other, photo] }).fingerprint,
		);
	});
});

const anySource: fc.Arbitrary<ImageSource> = fc.oneof(
	fc.constant(file),
	fc.constant(photo),
	fc.string().map((url): ImageSource => ({ kind: 'url', url })),
);

const anyRequest: fc.Arbitrary<Partial<ImageRequest>> = fc.record(
	{
		operation: fc.constantFrom('generate', 'edit'),
		prompt: fc.string(),
		quality: fc.constantFrom(...QUALITIES),
		count: fc.oneof(fc.integer({ min: -2, max: 14 }), fc.double()),
		images: fc.array(anySource, { maxLength: 20 }),
		mask: anySource,
		outputFormat: fc.constantFrom(...OUTPUT_FORMATS),
		outputCompression: fc.integer(),
		background: fc.constantFrom(...BACKGROUNDS),
		moderation: fc.constantFrom('auto', 'low'),
	},
	{ requiredKeys: [] },
);

test('any request on any model is planned in full or refused as an invalid request', () => {
	const models = PROVIDER_IDS.flatMap((id) => plannable[id].models.map(({ model }) => ({ id, model })));
	fc.assert(
		fc.property(fc.constantFrom(...models), anyRequest, ({ id, model }, changes) => {
			const request = imageRequest({ provider: id, model, ...changes });
			try {
				const planned = planRequest(plannable[id], request);
				const { imagesPerRequest } = planned.entry;
				expect(planned.counts.reduce((sum, share) => sum + share, 0)).toBe(request.count);
				expect(planned.counts.every((share) => share >= 1 && share <= imagesPerRequest)).toBe(true);
			} catch (error) {
				if (!(error instanceof ImageError)) throw error;
				expect(error.kind).toBe('invalid_request');
			}
		}),
		{ numRuns: 2000 },
	);
});
