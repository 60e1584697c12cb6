import { invalidRequest } from '../errors';
import { list } from '../wording';
import type { Gateway } from './provider';

/** The gateways that a run can choose from. */
export class Registry {
	private readonly byId: ReadonlyMap<string, Gateway>;

	constructor(readonly all: readonly Gateway[]) {
		this.byId = new Map(all.map((gateway) => [gateway.provider.id, gateway]));
	}

	/** Throws `invalid_request` naming the ids there are. */
	gateway(id: string): Gateway {
		const gateway = this.byId.get(id);
		if (!gateway) throw invalidRequest(`There is no provider "${id}"; there are ${list([...this.byId.keys()])}`);
		return gateway;
	}
}
