import type { ModelEntry, SizeTable, SizingRule } from './catalog/schema';
import { invalidRequest, type ImageError } from './errors';
import { brokenLimits, formatPixels, nearestOf, nearestPixels, parsePixels, type Pixels } from './pixels';
import type { ResolvedSize } from './planned';
import { ASPECT_RATIOS, RESOLUTIONS, type AspectRatio, type Resolution, type SizeChoice } from './request';
import { list } from './wording';

/** A size in the model's terms, and what the user should know about how it came. */
export interface SizeDecision {
	size: ResolvedSize;
	notes: string[];
}

type RatioChoice = Extract<SizeChoice, { sizing: 'aspectRatio' }>;
type PixelChoice = Extract<SizeChoice, { sizing: 'pixels' }>;

/** A size that has a ratio, a tier and known pixels. */
interface NamedSize extends Pixels {
	aspectRatio: AspectRatio;
	resolution: Resolution;
}

const MODEL_DECIDES: ResolvedSize = { pixels: null, aspectRatio: null, resolution: null, expected: null };

/** The sizing parameters as the node has them before anybody touched them. */
const UNTOUCHED: RatioChoice = { sizing: 'aspectRatio', aspectRatio: '1:1', resolution: '1K' };

/** Which ratios a model makes in which tier, whatever its rule. */
export function sizeMenu(rule: SizingRule): Map<Resolution, AspectRatio[]> {
	const menu = new Map<Resolution, AspectRatio[]>();
	for (const resolution of RESOLUTIONS) {
		const ratios = ASPECT_RATIOS.filter((ratio) => offers(rule, ratio, resolution));
		if (ratios.length > 0) menu.set(resolution, ratios);
	}
	return menu;
}

function offers(rule: SizingRule, aspectRatio: AspectRatio, resolution: Resolution): boolean {
	if (rule.rule === 'ratioAndTier') return rule.tiers[resolution]?.includes(aspectRatio) ?? false;
	return tablePixels(rule, aspectRatio, resolution) !== null;
}

function refuseRatio(rule: SizingRule, choice: RatioChoice, name: string): ImageError {
	const menu = sizeMenu(rule);
	const ratios = menu.get(choice.resolution);
	const tiers = [...menu].filter(([, offered]) => offered.includes(choice.aspectRatio)).map(([tier]) => tier);
	const inThisRatio = tiers.length > 0 ? ` It makes ${choice.aspectRatio} in ${list(tiers)}.` : '';
	if (!ratios) {
		return invalidRequest(`${name} makes images in ${list([...menu.keys()])}, not in ${choice.resolution}.${inThisRatio}`);
	}
	return invalidRequest(
		`${name} makes ${choice.resolution} images in ${list(ratios)}, not in ${choice.aspectRatio}.${inThisRatio}`,
	);
}

/** The documented pixels of a ratio in a tier; null where there are none. */
function tablePixels(rule: SizingRule, aspectRatio: AspectRatio, resolution: Resolution): string | null {
	switch (rule.rule) {
		case 'pixels':
			return rule.table[resolution]?.[aspectRatio] ?? null;
		case 'list':
			return rule.sizes.find((size) => size.aspectRatio === aspectRatio && size.resolution === resolution)?.size ?? null;
		case 'ratioAndTier':
			return rule.expected?.[resolution]?.[aspectRatio] ?? null;
		case 'none':
			return null;
	}
}

function byRatio(rule: SizingRule, choice: RatioChoice, name: string): SizeDecision {
	const { aspectRatio, resolution } = choice;
	if (!offers(rule, aspectRatio, resolution)) throw refuseRatio(rule, choice, name);
	const expected = tablePixels(rule, aspectRatio, resolution);
	const pixels = rule.rule === 'ratioAndTier' ? null : expected;
	return { size: { pixels, aspectRatio, resolution, expected }, notes: [] };
}

function snapOrRefuse<T extends Pixels>(choice: PixelChoice, nearest: T, name: string, why: string): { chosen: T; notes: string[] } {
	const [wanted, taken] = [formatPixels(choice), formatPixels(nearest)];
	if (wanted === taken) return { chosen: nearest, notes: [] };
	if (choice.snap) return { chosen: nearest, notes: [`${name} cannot make ${wanted}: ${why}. The nearest size, ${taken}, is used.`] };
	throw invalidRequest(
		`${name} cannot make ${wanted}: ${why}. The nearest size is ${taken}`,
		`Enter ${taken}, or switch Options > Snap Size on to take the nearest size by itself. Nothing was charged.`,
	);
}

/** The sizes of a ratio-and-tier model whose pixels somebody documented. */
function namedSizes(tiers: Partial<Record<Resolution, AspectRatio[]>>, expected: SizeTable): NamedSize[] {
	return RESOLUTIONS.flatMap((resolution) =>
		(tiers[resolution] ?? []).flatMap((aspectRatio) => {
			const pixels = expected[resolution]?.[aspectRatio];
			return pixels ? [{ ...parsePixels(pixels), aspectRatio, resolution }] : [];
		}),
	);
}

function fromMenu(sizes: readonly NamedSize[], choice: PixelChoice, name: string): { chosen: NamedSize; notes: string[] } {
	const [first, ...others] = sizes;
	if (!first) {
		throw invalidRequest(
			`${name} takes an aspect ratio and a resolution instead of pixels`,
			'Set Sizing to Aspect Ratio. Nothing was charged.',
		);
	}
	return snapOrRefuse(choice, nearestOf(choice, [first, ...others]), name, 'it is not one of its sizes');
}

function byPixels(rule: SizingRule, choice: PixelChoice, name: string): SizeDecision {
	switch (rule.rule) {
		case 'pixels': {
			const why = list(brokenLimits(choice, rule.limits));
			const { chosen, notes } = snapOrRefuse(choice, nearestPixels(choice, rule.limits), name, why);
			const pixels = formatPixels(chosen);
			return { size: { pixels, aspectRatio: null, resolution: null, expected: pixels }, notes };
		}
		case 'list': {
			const sizes = rule.sizes.map(({ size, ...names }) => ({ ...parsePixels(size), ...names }));
			const { chosen, notes } = fromMenu(sizes, choice, name);
			const pixels = formatPixels(chosen);
			return { size: { pixels, aspectRatio: chosen.aspectRatio, resolution: chosen.resolution, expected: pixels }, notes };
		}
		case 'ratioAndTier': {
			const { chosen, notes } = fromMenu(namedSizes(rule.tiers, rule.expected ?? {}), choice, name);
			const { aspectRatio, resolution } = chosen;
			return { size: { pixels: null, aspectRatio, resolution, expected: formatPixels(chosen) }, notes };
		}
		case 'none':
			throw refuseAnySize(name);
	}
}

function refuseAnySize(name: string): ImageError {
	return invalidRequest(
		`${name} decides the size itself`,
		'Set Sizing to Auto and describe the format in the prompt, or choose a model with sizes. Nothing was charged.',
	);
}

function isUntouched(choice: SizeChoice): boolean {
	return (
		choice.sizing === 'aspectRatio' &&
		choice.aspectRatio === UNTOUCHED.aspectRatio &&
		choice.resolution === UNTOUCHED.resolution
	);
}

/**
 * Turns the user's size into what the model takes. `name` is how messages call the model.
 * Throws `invalid_request` naming the ratios, tiers or the nearest pixels that are possible.
 * A model without sizes ignores the node's default (1:1, 1K) and refuses any other size, because
 * a picture of another size would be paid for.
 */
export function resolveSize(entry: ModelEntry, choice: SizeChoice, name: string = entry.model): SizeDecision {
	const { sizing: rule } = entry;
	if (rule.rule === 'none') {
		if (choice.sizing === 'auto') return { size: MODEL_DECIDES, notes: [] };
		if (isUntouched(choice)) return { size: MODEL_DECIDES, notes: [`${name} decides the size itself.`] };
		throw refuseAnySize(name);
	}
	switch (choice.sizing) {
		case 'aspectRatio':
			return byRatio(rule, choice, name);
		case 'pixels':
			return byPixels(rule, choice, name);
		case 'auto':
			if (rule.auto) return { size: MODEL_DECIDES, notes: [] };
			throw invalidRequest(
				`${name} needs a size: it has no automatic one`,
				`Set Sizing to Aspect Ratio; it offers ${list([...sizeMenu(rule).keys()])}. Nothing was charged.`,
			);
	}
}
