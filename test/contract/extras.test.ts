import { askProvider } from '../../nodes/core/run';
import type { Balance } from '../../nodes/core/providers/provider';
import { APIYI_SYSTEM_TOKEN, type ProviderId, type Sandbox } from '../sandbox';
import { accountOf, completed, decode, bytesOf, failures, paidRequests, planFor, PROMPT, REFERENCE, run, surroundingsWith, useSandbox } from './support';

const GPT = { model: 'gpt-image-2', prompt: PROMPT };

describe('Extra Parameters', () => {
	const sandbox = useSandbox();

	it('have the last word in JSON', async () => {
		completed(await run(sandbox(), 'openai', { quality: 'high', outputFormat: 'png', extraParameters: { quality: 'low', user: 'shop-7' } }));

		expect(paidRequests(sandbox())[0]?.body).toEqual({ ...GPT, size: '1024x1024', quality: 'low', output_format: 'png', user: 'shop-7' });
	});

	it('have the last word in a form', async () => {
		const images = [{ kind: 'url' as const, url: `${sandbox().filesUrl}/samples/red-mug.png` }];

		completed(await run(sandbox(), 'openai', { operation: 'edit', images, quality: 'high', extraParameters: { quality: 'low', user: 'shop-7' } }));

		expect(paidRequests(sandbox())[0]?.body).toMatchObject({ fields: { ...GPT, size: '1024x1024', quality: 'low', user: 'shop-7' } });
	});

	it('reach into objects without replacing them', async () => {
		const extraParameters = { input: { aspect_ratio: '3:2' }, callback_url: 'https://shop.example/later' };

		completed(await run(sandbox(), 'unifically', { extraParameters }));

		expect(paidRequests(sandbox())[0]?.body).toEqual({
			model: 'openai/gpt-image-2',
			input: { prompt: PROMPT, resolution: '1k', aspect_ratio: '3:2' },
			callback_url: 'https://shop.example/later',
		});
	});

	it('bring fields that the node has no name for', async () => {
		completed(await run(sandbox(), 'toapis', { extraParameters: { metadata: { orientation: 'square' } } }));

		expect(paidRequests(sandbox())[0]?.body).toMatchObject({ metadata: { orientation: 'square' }, size: '1:1', resolution: '1k' });
	});

	it('earn the provider\'s own 400 where it does not know them', async () => {
		const [failure] = failures(await run(sandbox(), 'openai', { extraParameters: { input_fidelity: 'high' } }));

		expect(failure?.error.report).toMatchObject({ kind: 'invalid_request', httpStatus: 400, code: 'invalid_value', billed: 'no' });
		expect(failure?.error.message).toContain("'input_fidelity'");
		expect(failure?.error.report.requestId).toMatch(/^req_/);
	});
});

describe('a model that the catalog does not know', () => {
	const sandbox = useSandbox();

	it('is passed on and works where the provider has it', async () => {
		const outcome = completed(await run(sandbox(), 'openai', { model: 'chatgpt-image-latest', quality: 'medium' }));

		expect(paidRequests(sandbox())[0]?.body).toEqual({ model: 'chatgpt-image-latest', prompt: PROMPT, size: '1024x1024', quality: 'medium' });
		expect(await decode(bytesOf(outcome.images[0]))).toBe('1024x1024 png');
	});

	const picture = { prompt: PROMPT, quality: 'high', output_format: 'webp', background: 'opaque', moderation: 'low' };

	it.each<[ProviderId, unknown, object]>([
		['openai', { ...picture, model: 'new-9', size: '2048x1152' }, { kind: 'invalid_request', httpStatus: 404, code: 'model_not_found' }],
		['apiyi', { ...picture, model: 'new-9', size: '2048x1152' }, { kind: 'invalid_request', httpStatus: 404, code: 'model_not_found' }],
		['uniall', { ...picture, model: 'new-9', size: '2048x1152', response_format: 'url' }, { kind: 'invalid_request', httpStatus: 400 }],
		[
			'toapis',
			{ ...picture, model: 'new-9', size: '16:9', resolution: '2k', response_format: 'url', client_business_id: REFERENCE },
			{ kind: 'invalid_request', httpStatus: 400, code: '400' },
		],
		[
			'unifically',
			{ model: 'new-9', input: { ...picture, resolution: '2k', aspect_ratio: '16:9' } },
			{ kind: 'invalid_request', httpStatus: 422, code: 'validation_error' },
		],
	])('goes to %s with all that was set, and comes back with the provider\'s own refusal', async (id, body, report) => {
		const [failure] = failures(
			await run(sandbox(), id, {
				model: 'new-9',
				size: { sizing: 'aspectRatio', aspectRatio: '16:9', resolution: '2K' },
				quality: 'high',
				outputFormat: 'webp',
				background: 'opaque',
				moderation: 'low',
			}),
		);

		expect(paidRequests(sandbox()).map((request) => request.body)).toEqual([body]);
		expect(failure?.error.report).toMatchObject({ ...report, billed: 'no' });
		expect(failure?.error.message).toContain('new-9');
	});
});

async function balanceOf(sandbox: Sandbox, id: ProviderId, secrets: Record<string, string> = {}): Promise<Balance> {
	const known = accountOf(sandbox, id);
	const account = { ...known, secrets: { ...known.secrets, ...secrets } };
	const api = account.provider.account;
	if (!api) throw new Error(`${id} has no balance`);
	return await askProvider(account, api.call(), api.parse, surroundingsWith());
}

describe('the balance', () => {
	const sandbox = useSandbox();

	it.each<[ProviderId, string, string, string]>([
		// 500,000 of quota are one dollar; the system token goes without "Bearer" (APIYI balance query page).
		['apiyi', '/apiyi/api/user/self', APIYI_SYSTEM_TOKEN, '50'],
		// 200 credits are one dollar (ToAPIs docs, token balance).
		['toapis', '/toapis/v1/balance', 'Bearer sandbox-toapis-key', '10.5'],
		['unifically', '/unifically/account', 'Bearer sandbox-unifically-key', '100.5'],
	])('of %s is read from %s', async (id, path, authorization, usd) => {
		expect((await balanceOf(sandbox(), id)).usd).toBe(usd);

		expect(sandbox().requests()).toMatchObject([{ method: 'GET', path, headers: { authorization } }]);
	});

	it('goes down by what an image costs', async () => {
		completed(await run(sandbox(), 'unifically', { size: { sizing: 'aspectRatio', aspectRatio: '1:1', resolution: '2K' } }));

		expect((await balanceOf(sandbox(), 'unifically')).usd).toBe('100.45');
	});

	it.each<[ProviderId, Record<string, string>]>([
		['apiyi', { systemToken: 'sk-not-the-system-token' }],
		['toapis', { apiKey: 'wrong' }],
		['unifically', { apiKey: 'wrong' }],
	])('of %s is refused to a wrong key as such, even with HTTP 200', async (id, secrets) => {
		await expect(balanceOf(sandbox(), id, secrets)).rejects.toMatchObject({ kind: 'authentication' });
	});
});

describe('a dry run at Unifically', () => {
	const sandbox = useSandbox();

	it('tells the price of exactly the request that would be sent, and makes nothing', async () => {
		const account = accountOf(sandbox(), 'unifically');
		const { price } = account.provider;
		const planned = planFor('unifically', { size: { sizing: 'aspectRatio', aspectRatio: '3:2', resolution: '4K' } });

		const usd = price && (await askProvider(account, price.call(planned), price.parse, surroundingsWith()));

		expect(usd).toBe('0.06');
		expect(paidRequests(sandbox()).map(({ body }) => body)).toEqual([
			{ model: 'openai/gpt-image-2', input: { prompt: PROMPT, resolution: '4k', aspect_ratio: '3:2' }, dry_run: true },
		]);
		expect(sandbox().tasks()).toEqual([]);
		expect(sandbox().ledger()).toEqual([]);
	});
});
