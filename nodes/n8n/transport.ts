import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

import type { Transport } from '../core/ports';
import type * as transportRoom from '../transport';

type TransportRoom = typeof transportRoom;

/** Loaded on first use, so that n8n starts without undici and an offline quote never needs it. */
async function room(): Promise<TransportRoom> {
	return await import('../transport');
}

/** A Node stream of the bytes, as n8n's binary store takes them. */
export async function toReadable(bytes: AsyncIterable<Uint8Array>): Promise<ReturnType<TransportRoom['toReadable']>> {
	return (await room()).toReadable(bytes);
}

/** The package's HTTP client under the instance's egress policy. */
export function createN8nTransport(context: IExecuteFunctions | IWebhookFunctions): Transport {
	// Older n8n has neither the filter nor a policy to keep.
	const helpers: Partial<Pick<IExecuteFunctions['helpers'], 'getSecureEgressFilter'>> = context.helpers;
	const policy = helpers.getSecureEgressFilter?.() ?? null;
	let transport: Transport | undefined;
	return {
		async send(request) {
			transport ??= (await room()).createTransport(policy);
			return await transport.send(request);
		},
	};
}
