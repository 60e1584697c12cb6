import type { ModelEntry } from '../catalog/schema';
import { invalidRequest } from '../errors';
import type { Operation } from '../task';
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

	/** A provider's models, all of them or those that can do `operation`. Throws like `gateway`. */
	models(providerId: string, operation?: Operation): readonly ModelEntry[] {
		const { models } = this.gateway(providerId);
		return operation ? models.filter(({ operations }) => operations.includes(operation)) : models;
	}
}
