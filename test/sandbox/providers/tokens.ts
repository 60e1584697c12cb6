const QUALITY_FACTOR = { low: 16, medium: 48, high: 96 } as const;

export type PricedQuality = keyof typeof QUALITY_FACTOR;

/** Output tokens of one gpt-image-2 image, by the formula behind OpenAI's calculator (community.openai.com, June 2026). */
export function outputTokens(width: number, height: number, quality: PricedQuality): number {
	const factor = QUALITY_FACTOR[quality];
	const long = Math.max(width, height);
	const short = Math.min(width, height);
	const side = Math.floor((2 * factor * short + long) / (2 * long));
	return Math.ceil((factor * side * (2_000_000 + width * height)) / 4_000_000);
}

/** Tokens of 1024x1024, 1024x1536 and 1536x1024, the sizes of the models before gpt-image-2 (community.openai.com, 2025). */
const FIXED_SIZE_TOKENS: Readonly<Record<PricedQuality, readonly [number, number, number]>> = {
	low: [272, 408, 400],
	medium: [1_056, 1_584, 1_568],
	high: [4_160, 6_240, 6_208],
};

/** Output tokens of one image of a model with three fixed sizes. */
export function fixedSizeTokens(width: number, height: number, quality: PricedQuality): number {
	const [square, portrait, landscape] = FIXED_SIZE_TOKENS[quality];
	return width === height ? square : width < height ? portrait : landscape;
}

/** About what a prompt counts: the sandbox only has to be plausible here. */
export function promptTokens(prompt: string): number {
	return Math.ceil(prompt.length / 4) + 6;
}

/** Tokens of a reference image: 32-pixel patches, at most 1536. */
export function referenceTokens(width: number, height: number): number {
	return Math.min(1_536, Math.ceil(width / 32) * Math.ceil(height / 32));
}
