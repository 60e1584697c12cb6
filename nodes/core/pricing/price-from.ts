import type { ModelEntry } from '../catalog/schema';
import { planRequest } from '../plan';
import type { Gateway } from '../providers/provider';
import type { SizeChoice } from '../request';
import { sizeMenu } from '../sizing';
import { minUsd, type Usd } from './money';
import { quoteRequest } from './quote';

/** Each tier once: within a tier the first ratio stands for the others. */
function sizesOf({ sizing }: ModelEntry): SizeChoice[] {
	const sizes = [...sizeMenu(sizing)].flatMap(([resolution, [aspectRatio]]): SizeChoice[] =>
		aspectRatio ? [{ sizing: 'aspectRatio', aspectRatio, resolution }] : [],
	);
	return sizes.length > 0 ? sizes : [{ sizing: 'auto' }];
}

function priceAt(gateway: Gateway, entry: ModelEntry, size: SizeChoice): Usd[] {
	const planned = planRequest(gateway, {
		provider: gateway.provider.id,
		model: entry.model,
		operation: entry.operations[0] ?? 'generate',
		prompt: 'image',
		size,
		quality: entry.qualities.find((quality) => quality === 'low') ?? 'auto',
		count: 1,
		images: entry.operations.includes('generate') ? [] : [{ kind: 'url', url: 'https://example.com/image.png' }],
	});
	const { total } = quoteRequest(planned);
	return total === null ? [] : [total];
}

/** The least that one image of a model can cost, US dollars; null where no price is known or the model is gone. */
export function priceFrom(gateway: Gateway, entry: ModelEntry): Usd | null {
	if (entry.lifecycle?.state === 'retired') return null;
	const [first, ...others] = sizesOf(entry).flatMap((size) => priceAt(gateway, entry, size));
	return first === undefined ? null : minUsd(first, ...others);
}
