import type { Gateway } from '../../core/providers/provider';

/** For expressions of the editor: the id of the chosen model, whose parameter may also be a plain id. */
export const MODEL_ID = '($parameter["model"]?.value ?? $parameter["model"])';

/** The line below a node on the canvas: "ToAPIs: gpt-image-2, 2K". */
export function subtitleOf(gateways: readonly Gateway[]): string {
	const names = JSON.stringify(Object.fromEntries(gateways.map(({ provider }) => [provider.id, provider.displayName])));
	const resolution = '($parameter["resolution"] ? ", " + $parameter["resolution"] : "")';
	return `={{ (${names}[$parameter["provider"]] ?? $parameter["provider"]) + ": " + ${MODEL_ID} + ${resolution} }}`;
}
