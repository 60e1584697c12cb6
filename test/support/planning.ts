import type { ModelEntry } from '../../nodes/core/catalog/schema';
import { apiyiModels } from '../../nodes/core/catalog/apiyi';
import { openaiModels } from '../../nodes/core/catalog/openai';
import { toapisModels } from '../../nodes/core/catalog/toapis';
import { uniallModels } from '../../nodes/core/catalog/uniall';
import { unificallyModels } from '../../nodes/core/catalog/unifically';
import { planRequest } from '../../nodes/core/plan';
import type { PlannedRequest } from '../../nodes/core/planned';
import type { Gateway, Provider } from '../../nodes/core/providers/provider';
import type { ImageRequest } from '../../nodes/core/request';

function unused(): never {
	throw new Error('Planning and pricing never speak to a provider');
}

/** The tolerant entry that planning uses for ids the catalog does not know. */
function tolerant(provider: string, model: string): ModelEntry {
	return {
		provider,
		model,
		wireModel: model,
		aliases: [],
		label: model,
		goodFor: 'Unknown',
		route: 'any',
		operations: ['generate', 'edit'],
		sizing: { rule: 'ratioAndTier', tiers: { '1K': ['1:1'], '4K': ['1:1', '16:9'] }, auto: true },
		references: { max: 99, maxMegabytes: 99, formats: ['png', 'jpeg', 'webp'], accepts: 'url' },
		mask: { maxMegabytes: 99 },
		imagesPerRequest: 1,
		qualities: ['low', 'medium', 'high'],
		outputFormats: ['png', 'jpeg', 'webp'],
		outputCompression: true,
		backgrounds: ['auto', 'opaque', 'transparent'],
		moderation: true,
		maxPromptLength: 1,
		typicalSeconds: 1,
		price: { basis: 'unknown', source: 'none', asOf: '2026-01', confidence: 'unknown' },
		source: 'none',
		asOf: '2026-01',
		verified: false,
		notes: [],
	};
}

function provider(id: string, displayName: string): Provider {
	return {
		id,
		displayName,
		credentialType: 'none',
		billing: { failuresAreFree: false, source: 'none' },
		passthrough: (model) => tolerant(id, model),
		submit: unused,
		parseSubmit: unused,
		classify: unused,
	};
}

/** The catalog's models behind providers that can only be planned for. */
export const plannable = {
	openai: { provider: provider('openai', 'OpenAI'), models: openaiModels },
	apiyi: { provider: provider('apiyi', 'APIYI'), models: apiyiModels },
	uniall: { provider: provider('uniall', 'UniAll AI'), models: uniallModels },
	toapis: { provider: provider('toapis', 'ToAPIs'), models: toapisModels },
	unifically: { provider: provider('unifically', 'Unifically'), models: unificallyModels },
} satisfies Record<string, Gateway>;

export type PlannableId = keyof typeof plannable;

export const PROVIDER_IDS = Object.keys(plannable) as PlannableId[];

export const ALL_MODELS: readonly ModelEntry[] = Object.values(plannable).flatMap(({ models }) => models);

/** A model of the catalog that must be there. */
export function entryOf(id: PlannableId, model: string): ModelEntry {
	const entry = plannable[id].models.find((candidate) => candidate.model === model);
	if (!entry) throw new Error(`${id} has no ${model}`);
	return entry;
}

/** A request as the node's defaults make it. */
export function imageRequest(changes: Partial<ImageRequest> = {}): ImageRequest {
	return {
		provider: 'openai',
		model: 'gpt-image-2',
		operation: 'generate',
		prompt: 'A small blue glass sphere on a clean white desk',
		size: { sizing: 'aspectRatio', aspectRatio: '1:1', resolution: '1K' },
		quality: 'auto',
		count: 1,
		images: [],
		...changes,
	};
}

/** Plans a request for `provider/model`. */
export function plan(path: `${PlannableId}/${string}`, changes: Partial<ImageRequest> = {}): PlannedRequest {
	const [id = '', ...model] = path.split('/');
	return planRequest(plannable[id as PlannableId], imageRequest({ provider: id, model: model.join('/'), ...changes }));
}
