import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import { wireId } from '../../core/catalog/find';
import type { ModelEntry } from '../../core/catalog/schema';
import type { Gateway } from '../../core/providers/provider';
import { RESOLUTIONS } from '../../core/request';
import type { Operation } from '../../core/task';

/** All ids under which a user may name a model. */
export function idsOf(entry: ModelEntry): string[] {
	return [...new Set([entry.model, ...RESOLUTIONS.map((tier) => wireId(entry, tier)), ...entry.aliases])];
}

/** The models of one provider that share a capability, and when the editor shows it. */
interface Group<F> {
	facet: F;
	ids: string[];
}

function groupBy<F>(entries: readonly ModelEntry[], facetOf: (entry: ModelEntry) => F | null): Array<Group<F | null>> {
	const groups = new Map<string, Group<F | null>>();
	for (const entry of entries) {
		const facet = facetOf(entry);
		const key = JSON.stringify(facet);
		const group = groups.get(key) ?? { facet, ids: [] };
		group.ids.push(...idsOf(entry));
		groups.set(key, group);
	}
	return [...groups.values()];
}

interface Variant<F> {
	facet: F;
	providers: string[];
	/** Shown for these models only; undefined for all but the hidden ones. */
	models?: string[];
	hidden?: string[];
}

function variantsOf<F>({ provider, models }: Gateway, facetOf: (entry: ModelEntry) => F | null, operations: readonly Operation[]): Array<Variant<F>> {
	const groups = groupBy(
		models.filter((entry) => entry.operations.some((operation) => operations.includes(operation))),
		facetOf,
	);
	// An id that the catalog does not know is not told what it can do: it sees what the adapter can send.
	const open = facetOf(provider.passthrough('unknown'));
	const openKey = JSON.stringify(open);
	const others = groups.filter(({ facet }) => JSON.stringify(facet) !== openKey);
	const variants = others.flatMap(({ facet, ids }): Array<Variant<F>> => (facet === null ? [] : [{ facet, providers: [provider.id], models: ids }]));
	return open === null ? variants : [...variants, { facet: open, providers: [provider.id], hidden: others.flatMap(({ ids }) => ids) }];
}

/** Providers whose variants are alike share one copy of the parameter. */
function merge<F>(variants: Array<Variant<F>>): Array<Variant<F>> {
	const merged = new Map<string, Variant<F>>();
	for (const variant of variants) {
		const key = JSON.stringify([variant.facet, variant.models, variant.hidden]);
		const same = merged.get(key);
		if (same) same.providers.push(...variant.providers);
		else merged.set(key, variant);
	}
	return [...merged.values()];
}

/** For whom variants are made, and where they stand. */
export interface VariantOptions {
	gateways: readonly Gateway[];
	/** What the node does: models that can do none of it are not considered. */
	operations: readonly Operation[];
	/** Where provider and model stand: `` beside the parameter, `/` from within a collection. */
	root: '' | '/';
	/** Further conditions that all copies share. */
	displayOptions?: IDisplayOptions;
}

/**
 * Copies of one parameter, each shown for the providers and models that share a capability: the editor shows
 * what can be used and nothing else. n8n allows parameters of the same name where only one is shown.
 *
 * @param facetOf the capability of a model, null where the parameter makes no sense for it
 */
export function variants<F>(
	{ gateways, operations, root, displayOptions }: VariantOptions,
	facetOf: (entry: ModelEntry) => F | null,
	describe: (facet: F) => INodeProperties,
): INodeProperties[] {
	return merge(gateways.flatMap((gateway) => variantsOf(gateway, facetOf, operations))).map(
		({ facet, providers, models, hidden }) => ({
			...describe(facet),
			displayOptions: {
				show: {
					...displayOptions?.show,
					[`${root}provider`]: providers,
					...(models && { [`${root}model`]: models }),
				},
				...((displayOptions?.hide || (hidden && hidden.length > 0)) && {
					hide: { ...displayOptions?.hide, ...(hidden && hidden.length > 0 && { [`${root}model`]: hidden }) },
				}),
			},
		}),
	);
}
