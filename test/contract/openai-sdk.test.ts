import OpenAI, { toFile } from 'openai';

import type { ProviderId, ReceivedFile } from '../sandbox';
import { decode, picture, PROMPT, transparent, useSandbox } from './support';

/** If OpenAI's own client is content, the sandbox speaks the real protocol. */
describe.each<ProviderId>(['openai', 'apiyi'])('the openai SDK against %s', (id) => {
	const sandbox = useSandbox();

	function client(apiKey = sandbox().key(id)): OpenAI {
		return new OpenAI({ apiKey, baseURL: `${sandbox().baseUrl(id)}/v1`, maxRetries: 0 });
	}

	async function decoded(reply: OpenAI.ImagesResponse): Promise<string[]> {
		return await Promise.all((reply.data ?? []).map(async ({ b64_json }) => await decode(Buffer.from(b64_json ?? '', 'base64'))));
	}

	it('generates in the exact size and format', async () => {
		const reply = await client().images.generate({ model: 'gpt-image-2', prompt: PROMPT, size: '1792x1024', quality: 'low', output_format: 'webp' });

		expect(await decoded(reply)).toEqual(['1792x1024 webp']);
		expect(reply).toMatchObject({ created: expect.any(Number), size: '1792x1024', quality: 'low', output_format: 'webp', background: 'opaque' });
		const { usage } = reply;
		expect(usage?.total_tokens).toBe((usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0));
	});

	it('edits several images with a mask', async () => {
		const [first, second, mask] = await Promise.all([picture('teal'), picture('olive', { format: 'jpeg' }), transparent()]);

		const reply = await client().images.edit({
			model: 'gpt-image-2',
			prompt: PROMPT,
			image: [await toFile(first, 'a.png', { type: 'image/png' }), await toFile(second, 'b.jpg', { type: 'image/jpeg' })],
			mask: await toFile(mask, 'mask.png', { type: 'image/png' }),
			size: '1024x1536',
		});

		expect(await decoded(reply)).toEqual(['1024x1536 png']);
		const { files } = sandbox().requests()[0]?.body as { files: ReceivedFile[] };
		expect(files.map(({ field }) => field).sort()).toEqual(['image[]', 'image[]', 'mask']);
	});

	it('edits a single image, which travels as `image`', async () => {
		const image = await toFile(await picture('teal'), 'a.png', { type: 'image/png' });

		expect(await decoded(await client().images.edit({ model: 'gpt-image-2', prompt: PROMPT, image }))).toEqual(['1024x1024 png']);
	});

	it('lists the models', async () => {
		const ids = (await client().models.list()).data.map((model) => model.id);

		expect(ids).toContain('gpt-image-2');
	});

	it('sees a 400 with the parameter at fault', async () => {
		const failure = await client().images.generate({ model: 'gpt-image-2', prompt: PROMPT, size: '1000x1000' }).catch((error: unknown) => error);

		expect(failure).toBeInstanceOf(OpenAI.BadRequestError);
		expect(failure).toMatchObject({ status: 400, param: 'size', requestID: expect.stringMatching(/^req_/) });
	});

	it('sees a 401', async () => {
		const failure = await client('sk-wrong').images.generate({ model: 'gpt-image-2', prompt: PROMPT }).catch((error: unknown) => error);

		expect(failure).toBeInstanceOf(OpenAI.AuthenticationError);
	});

	it('sees a 404 for a model that does not exist', async () => {
		const failure = await client().images.generate({ model: 'gpt-image-9', prompt: PROMPT }).catch((error: unknown) => error);

		expect(failure).toBeInstanceOf(OpenAI.NotFoundError);
		expect(failure).toMatchObject({ code: 'model_not_found' });
	});

	it('sees a 429', async () => {
		sandbox().scriptFaults({ provider: id, on: 'submit', fault: 'status', status: 429, headers: { 'retry-after': '7' } });

		const failure = await client().images.generate({ model: 'gpt-image-2', prompt: PROMPT }).catch((error: unknown) => error);

		expect(failure).toBeInstanceOf(OpenAI.RateLimitError);
		expect((failure as InstanceType<typeof OpenAI.RateLimitError>).headers.get('retry-after')).toBe('7');
	});

	it('repeats a 500 as it does for OpenAI', async () => {
		sandbox().scriptFaults({ provider: id, on: 'submit', fault: 'status', status: 500, headers: { 'retry-after-ms': '1' } });

		const reply = await client().withOptions({ maxRetries: 1 }).images.generate({ model: 'gpt-image-2', prompt: PROMPT });

		expect(await decoded(reply)).toEqual(['1024x1024 png']);
		expect(sandbox().requests().map(({ status }) => status)).toEqual([500, 200]);
	});
});

describe('the openai SDK against OpenAI alone', () => {
	const sandbox = useSandbox();

	it('generates ten images in one call, with the details of their tokens', async () => {
		const client = new OpenAI({ apiKey: sandbox().key('openai'), baseURL: `${sandbox().baseUrl('openai')}/v1`, maxRetries: 0 });

		const reply = await client.images.generate({ model: 'gpt-image-2', prompt: PROMPT, n: 10, size: '1024x1024', quality: 'high' });

		expect(reply.data).toHaveLength(10);
		// 7024 tokens for a 1024x1024 image at high quality, by OpenAI's calculator.
		expect(reply.usage).toMatchObject({ output_tokens: 70_240, input_tokens_details: { image_tokens: 0 } });
	});
});
