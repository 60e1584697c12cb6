import type { ILoadOptionsFunctions, INodeListSearchItems, INodeListSearchResult } from 'n8n-workflow';

import type { ModelEntry } from '../core/catalog/schema';
import { formatUsd } from '../core/pricing/money';
import { priceFrom } from '../core/pricing/price-from';
import { registry } from '../core/providers';
import type { Gateway } from '../core/providers/provider';
import type { Operation } from '../core/task';

interface Candidate {
	gateway: Gateway;
	entry: ModelEntry;
}

function priceTag({ gateway, entry }: Candidate): string {
	const from = priceFrom(gateway, entry);
	return from === null ? 'price not known' : `from ${formatUsd(from)}`;
}

function listItem(candidate: Candidate): INodeListSearchItems {
	const { lifecycle, label, model, goodFor } = candidate.entry;
	const going = lifecycle && `${lifecycle.state} since ${lifecycle.since}, use ${lifecycle.successor}`;
	const about = lifecycle?.state === 'retired' ? going : [priceTag(candidate), going].filter(Boolean).join(', ');
	// The editor cuts names off after some fifty characters: what is most wanted stands first.
	return { name: `${label}, ${about}: ${goodFor}`, value: model, description: goodFor };
}

/** Models that are gone stand last; otherwise the catalog's order is kept. */
function byLifecycle(a: Candidate, b: Candidate): number {
	return Number(a.entry.lifecycle?.state === 'retired') - Number(b.entry.lifecycle?.state === 'retired');
}

/** The chosen provider's models, or every provider's while an expression chooses it. */
function candidates(context: ILoadOptionsFunctions, operation: Operation | undefined): Candidate[] {
	const provider = context.getCurrentNodeParameter('provider');
	const chosen = registry.all.filter((gateway) => gateway.provider.id === provider);
	const byId = new Map<string, Candidate>();
	for (const gateway of chosen.length > 0 ? chosen : registry.all) {
		for (const entry of gateway.models) {
			if (operation && !entry.operations.includes(operation)) continue;
			if (!byId.has(entry.model)) byId.set(entry.model, { gateway, entry });
		}
	}
	return [...byId.values()].sort(byLifecycle);
}

/**
 * The model picker's search over the catalog: name, what the model is good for, and what it costs.
 *
 * @param operation leaves out models that cannot do it; undefined for all
 */
export function modelSearch(operation?: Operation) {
	return async function searchModels(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
		const words = (filter ?? '').toLowerCase().split(/\s+/).filter(Boolean);
		const results = candidates(this, operation)
			.filter(({ entry }) => {
				const text = [entry.label, entry.model, entry.goodFor, ...entry.aliases].join(' ').toLowerCase();
				return words.every((word) => text.includes(word));
			})
			.map(listItem);
		return await Promise.resolve({ results });
	};
}
