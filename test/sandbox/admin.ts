import type { FastifyInstance } from 'fastify';

import { fireCallback, type CallbackOverrides } from './callbacks';
import type { FaultScript } from './faults';
import type { State } from './state';
import { taskRecord } from './tasks';

/** The same knobs over HTTP, for a sandbox in another process. */
export function addAdminRoutes(app: FastifyInstance, state: State): void {
	app.get('/_sandbox/ledger', async () => state.ledger);
	app.get('/_sandbox/requests', async () => state.requests);
	app.get('/_sandbox/tasks', async () => [...state.tasks.values()].map(taskRecord));
	app.post<{ Body: FaultScript[] }>('/_sandbox/faults', async (request) => {
		state.faults.add(request.body);
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
