import { GPT_IMAGE_2_SIZES } from '../catalog/gpt-image';
import type { ModelEntry } from '../catalog/schema';
import { ASPECT_RATIOS, BACKGROUNDS, OUTPUT_FORMATS, QUALITIES, RESOLUTIONS } from '../request';

/** What must be said of a model that nobody described; the rest is taken to be possible. */
type Known = Pick<ModelEntry, 'provider' | 'route' | 'sizing' | 'imagesPerRequest'> & {
	accepts: ModelEntry['references']['accepts'];
};

/** Any pixels; ratio and tier are translated as for gpt-image-2. */
export const ANY_PIXELS: ModelEntry['sizing'] = {
	rule: 'pixels',
	limits: { multipleOf: 1, maxEdge: 65_536, maxRatio: 65_536, minPixels: 1, maxPixels: 65_536 ** 2 },
	table: GPT_IMAGE_2_SIZES,
	auto: true,
};

/** Any ratio in any tier. */
export const ANY_RATIO: ModelEntry['sizing'] = {
	rule: 'ratioAndTier',
	tiers: Object.fromEntries(RESOLUTIONS.map((resolution) => [resolution, [...ASPECT_RATIOS]])),
	expected: GPT_IMAGE_2_SIZES,
	auto: true,
};

/** The entry for a model id that the catalog does not know: everything is sent on, the provider judges. */
export function passthroughEntry(model: string, { accepts, ...known }: Known): ModelEntry {
	return {
		...known,
		model,
		wireModel: model,
		aliases: [],
		label: model,
		goodFor: 'Not in the catalog',
		operations: ['generate', 'edit'],
		references: { max: 16, maxMegabytes: 100, formats: [...OUTPUT_FORMATS], accepts },
		mask: { maxMegabytes: 100 },
		qualities: [...QUALITIES],
		outputFormats: [...OUTPUT_FORMATS],
		outputCompression: true,
		backgrounds: [...BACKGROUNDS],
		moderation: true,
		maxPromptLength: 1_000_000,
		typicalSeconds: 40,
		price: { basis: 'unknown', source: 'Not in the catalog', asOf: '2026-11', confidence: 'unknown' },
		source: 'Not in the catalog',
		asOf: '2026-11',
		verified: false,
		notes: [],
	};
}
