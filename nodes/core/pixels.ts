import type { PixelLimits } from './catalog/schema';

/** Width and height in pixels. */
export interface Pixels {
	width: number;
	height: number;
}

/** `WxH`, as providers write it. */
export function formatPixels({ width, height }: Pixels): string {
	return `${width}x${height}`;
}

/** Reads the `WxH` of the catalog. */
export function parsePixels(size: string): Pixels {
	const cross = size.indexOf('x');
	return { width: Number(size.slice(0, cross)), height: Number(size.slice(cross + 1)) };
}

/** What a size breaks, in words; empty where it is within the limits. */
export function brokenLimits({ width, height }: Pixels, limits: PixelLimits): string[] {
	const [long, short] = [Math.max(width, height), Math.min(width, height)];
	const broken = [];
	if (width % limits.multipleOf !== 0 || height % limits.multipleOf !== 0) {
		broken.push(`both edges must be multiples of ${limits.multipleOf}`);
	}
	if (long > limits.maxEdge) broken.push(`no edge may be longer than ${limits.maxEdge}`);
	if (long > limits.maxRatio * short) broken.push(`the ratio may be ${limits.maxRatio}:1 at most`);
	const area = width * height;
	if (area < limits.minPixels || area > limits.maxPixels) {
		broken.push(
			`width x height must be ${limits.minPixels.toLocaleString('en')} to ${limits.maxPixels.toLocaleString('en')} pixels`,
		);
	}
	return broken;
}

/** How different two sizes look: shape counts twice as much as area. */
function distance(a: Pixels, b: Pixels): number {
	const [width, height] = [Math.log(a.width / b.width), Math.log(a.height / b.height)];
	return Math.abs(width + height) + 2 * Math.abs(width - height);
}

function clamp(value: number, low: number, high: number): number {
	return Math.min(Math.max(value, low), high);
}

/** The nearest of some sizes; the first of equals. */
export function nearestOf<T extends Pixels>(wanted: Pixels, sizes: readonly [T, ...T[]]): T {
	let best = sizes[0];
	for (const size of sizes) {
		if (distance(size, wanted) < distance(best, wanted)) best = size;
	}
	return best;
}

/** Steps around the ideal edge within which a size that fulfils all limits is found. */
const SEARCH_STEPS = [-2, -1, 0, 1, 2, 3];

/**
 * The valid size nearest to the wanted one: its ratio and area brought within the limits, then
 * rounded to the grid. A valid size is its own nearest.
 */
export function nearestPixels(wanted: Pixels, limits: PixelLimits): Pixels {
	if (brokenLimits(wanted, limits).length === 0) return wanted;
	const ratio = clamp(wanted.width / wanted.height, 1 / limits.maxRatio, limits.maxRatio);
	const largest = Math.min(limits.maxPixels, limits.maxEdge ** 2 / Math.max(ratio, 1 / ratio));
	const area = clamp(wanted.width * wanted.height, limits.minPixels, largest);
	const ideal = { width: Math.sqrt(area * ratio), height: Math.sqrt(area / ratio) };

	const step = limits.multipleOf;
	const around = (edge: number) => SEARCH_STEPS.map((offset) => (Math.floor(edge / step) + offset) * step);
	const candidates = around(ideal.width)
		.flatMap((width) => around(ideal.height).map((height) => ({ width, height })))
		.filter((size) => size.width > 0 && size.height > 0 && brokenLimits(size, limits).length === 0);
	const [first, ...others] = candidates;
	return first ? nearestOf(ideal, [first, ...others]) : ideal;
}
