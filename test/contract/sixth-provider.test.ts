import type { AddressInfo } from 'node:net';

import Fastify, { type FastifyInstance } from 'fastify';
import { z } from 'zod';

import { modelEntrySchema, type ModelEntry } from '../../nodes/core/catalog/schema';
import { ImageError } from '../../nodes/core/errors';
import { parsePixels } from '../../nodes/core/pixels';
import { planRequest } from '../../nodes/core/plan';
import { gateways, Registry } from '../../nodes/core/providers';
import type { Gateway, Provider } from '../../nodes/core/providers/provider';
import type { ImageRequest } from '../../nodes/core/request';
import type { Account, Outcome } from '../../nodes/core/result';
import { runJobs } from '../../nodes/core/run';
import { credentialsOf, providerProperty } from '../../nodes/n8n/descriptions/model';
import type { SavedFile } from '../support/memory-store';
import { bytesOf, completed, decode, failures, jobFor, picture, PROMPT, RUN, surroundingsWith } from './support';

/** A gateway that resembles none of the five: its own fields, its own task words, its own errors. */
const canvas: ModelEntry = {
	provider: 'atelier',
	model: 'canvas-1',
	wireModel: 'oil',
	aliases: [],
	label: 'Canvas 1',
	goodFor: 'Proving a point',
	route: 'paintings',
	operations: ['generate'],
	sizing: { rule: 'list', sizes: [{ size: '96x64', aspectRatio: '3:2', resolution: '1K' }], auto: false },
	references: { max: 0, maxMegabytes: 1, formats: [], accepts: 'url' },
	mask: null,
	imagesPerRequest: 1,
	qualities: [],
	outputFormats: [],
	outputCompression: false,
	backgrounds: [],
	moderation: false,
	maxPromptLength: 1_000,
	typicalSeconds: 2,
	price: { basis: 'perImage', flat: '0.01', source: 'Invented', asOf: '2026-11', confidence: 'exact' },
	source: 'Invented',
	asOf: '2026-11',
	verified: true,
	notes: [],
};

const ticketSchema = z.object({ ticket: z.string() });
const paintingSchema = z.object({ state: z.enum(['drying', 'hung']), seen_at: z.string().optional() });
const refusalSchema = z.object({ refused_because: z.string() });

const provider: Provider = {
	id: 'atelier',
	displayName: 'Atelier',
	credentialType: 'atelierApi',
	billing: { failuresAreFree: true, source: 'Invented' },
	passthrough: (model) => ({ ...canvas, model, wireModel: model }),
	submit: ({ wireModel, request, size }) => ({
		kind: 'submit',
		method: 'POST',
		path: '/paintings',
		body: { type: 'json', value: { paint: wireModel, words: request.prompt, ...parsePixels(size.pixels ?? '1x1') } },
	}),
	parseSubmit: ({ json }) => ({ state: 'accepted', taskId: ticketSchema.parse(json).ticket, progress: null }),
	classify: ({ json, status, requestId }) =>
		new ImageError({ kind: 'moderation', message: `Atelier: ${refusalSchema.parse(json).refused_because}`, httpStatus: status, requestId }),
	task: {
		status: (taskId) => ({ kind: 'status', method: 'GET', path: `/paintings/${taskId}` }),
		parseStatus({ json }) {
			const { state, seen_at: url } = paintingSchema.parse(json);
			if (state === 'drying' || url === undefined) return { state: 'pending', progress: null };
			return { state: 'completed', images: [{ url, expiresAt: null }], usage: null, chargedUsd: null };
		},
	},
};

const atelier: Gateway = { provider, models: [canvas] };

const registry = new Registry([...gateways, atelier]);

/** Atelier's service. A painting is dry at the second look. */
function startAtelier(painting: Buffer, received: unknown[]): FastifyInstance {
	const looks = new Map<string, number>();
	const app = Fastify({ forceCloseConnections: true });
	app.addHook('preHandler', async (request, reply) => {
		const open = request.url.startsWith('/gallery');
		if ((request.headers.authorization === 'Bearer atelier-key') === open) await reply.code(401).send({ refused_because: 'the wrong key' });
	});
	app.post<{ Body: { words: string } }>('/paintings', async ({ body }, reply) => {
		received.push(body);
		if (body.words.includes('forgery')) return await reply.code(451).send({ refused_because: 'we do not forge' });
		return { ticket: `t-${received.length}` };
	});
	app.get<{ Params: { ticket: string } }>('/paintings/:ticket', async ({ params: { ticket }, host }) => {
		looks.set(ticket, (looks.get(ticket) ?? 0) + 1);
		return looks.get(ticket) === 1 ? { state: 'drying' } : { state: 'hung', seen_at: `http://${host}/gallery/${ticket}` };
	});
	app.get('/gallery/:ticket', async (_request, reply) => await reply.type('image/jpeg').send(painting));
	return app;
}

describe('a sixth provider, from one adapter and one catalog entry', () => {
	const received: unknown[] = [];
	let app: FastifyInstance;

	beforeAll(async () => {
		app = startAtelier(await picture('gold', { width: 96, height: 64, format: 'jpeg' }), received);
		await app.listen({ host: '127.0.0.1', port: 0 });
	});
	afterAll(async () => await app.close());

	async function paint(changes: Partial<ImageRequest> = {}): Promise<Outcome<SavedFile>[]> {
		const planned = planRequest(registry.gateway('atelier'), {
			provider: 'atelier',
			model: 'canvas-1',
			operation: 'generate',
			prompt: PROMPT,
			size: { sizing: 'aspectRatio', aspectRatio: '3:2', resolution: '1K' },
			quality: 'auto',
			count: 1,
			images: [],
			...changes,
		});
		const { port } = app.server.address() as AddressInfo;
		const account: Account = { provider, baseUrl: `http://127.0.0.1:${port}`, secrets: { apiKey: 'atelier-key' } };
		const [result] = await runJobs([jobFor(account, planned)], RUN, surroundingsWith());
		return result?.outcomes ?? [];
	}

	it('has an entry that the catalog\'s schema accepts', () => {
		expect(modelEntrySchema.parse(canvas)).toEqual(canvas);
	});

	it('generates an image', async () => {
		const outcome = completed(await paint());

		expect(received.at(-1)).toEqual({ paint: 'oil', words: PROMPT, width: 96, height: 64 });
		expect(await decode(bytesOf(outcome.images[0]))).toBe('96x64 jpeg');
		expect(outcome).toMatchObject({ task: { provider: 'atelier', model: 'canvas-1' }, timing: { attempts: 1, polls: 2 } });
	});

	it('has the wishes it cannot fulfil refused before they cost anything', async () => {
		const before = received.length;

		await expect(paint({ size: { sizing: 'aspectRatio', aspectRatio: '1:1', resolution: '4K' } })).rejects.toMatchObject({ kind: 'invalid_request' });

		expect(received).toHaveLength(before);
	});

	it('has its own refusals told', async () => {
		const [failure] = failures(await paint({ prompt: 'A forgery of the Mona Lisa' }));

		expect(failure?.error.report).toMatchObject({ kind: 'moderation', message: 'Atelier: we do not forge', httpStatus: 451, billed: 'no' });
	});

	it('stands in the nodes by being in the registry', () => {
		expect(providerProperty(registry.all).options).toContainEqual({ name: 'Atelier', value: 'atelier' });
		expect(credentialsOf(registry.all).map(({ name }) => name)).toContain('atelierApi');
	});
});
