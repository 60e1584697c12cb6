import type { Gateway } from '../../core/providers/provider';

/** The line below a node on the canvas: "ToAPIs: gpt-image-2, 2K". */
export function subtitleOf(gateways: readonly Gateway[]): string {
	const names = JSON.stringify(Object.fromEntries(gateways.map(({ provider }) => [provider.id, provider.displayName])));
	const model = '($parameter["model"]?.value ?? $parameter["model"])';
	const resolution = '($parameter["resolution"] ? ", " + $parameter["resolution"] : "")';
	return `={{ (${names}[$parameter["provider"]] ?? $parameter["provider"]) + ": " + ${model} + ${resolution} }}`;
}
