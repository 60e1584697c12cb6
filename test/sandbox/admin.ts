import type { FastifyInstance } from 'fastify';

import { fireCallback, type CallbackOverrides } from './callbacks';
import type { State } from './state';
import { FAULTS, type FaultScript } from './types';

/** The same knobs over HTTP, for a sandbox in another process. */
export function addAdminRoutes(app: FastifyInstance, state: State): void {
	app.get('/_sandbox/ledger', async () => state.ledger);
	app.get('/_sandbox/requests', async () => state.requests);
	app.get('/_sandbox/tasks', async () =>
		[...state.tasks.values()].map(({ id, provider, model, createdAt, finishesAt, clientReference, callbackUrl, failed }) => ({
			id, provider, model, createdAt, finishesAt, clientReference, callbackUrl, failed,
		})),
	);
	app.post<{ Body: FaultScript[] }>('/_sandbox/faults', async (request, reply) => {
		const unknown = request.body.find(({ fault }) => !FAULTS.includes(fault));
		if (unknown) return await reply.code(400).send({ error: `Unknown fault "${unknown.fault}"; known: ${FAULTS.join(', ')}` });
		state.addFaults(request.body);
		return { added: request.body.length };
	});
	app.post('/_sandbox/reset', async () => {
		state.reset();
		return { reset: true };
	});
	app.post<{ Body: { taskId: string } & CallbackOverrides }>('/_sandbox/callback', async (request) => {
		const { taskId, ...overrides } = request.body;
		return { status: await fireCallback(state, taskId, overrides) };
	});
}
