import type { LookupFunction } from 'node:net';

import { TransportError } from '../core/ports';

type Verdict = { ok: true } | { ok: false; error: Error };

/**
 * The instance's rules for outgoing connections, in the form in which n8n hands them to nodes that bring
 * their own client (`NodeEgressFilter` of n8n-workflow, n8n 2.40).
 */
export interface EgressPolicy {
	validateUrl(url: string | URL): Promise<Verdict>;
	validateConnectionHost(host: string): Verdict;
	createSecureLookup(): LookupFunction;
	validateRedirectSync(url: string): void;
}

function refused(url: URL, reason: string): TransportError {
	return new TransportError('blocked', `This n8n instance does not allow connections to ${url.host}: ${reason}`);
}

/** Throws a `blocked` error where the policy does not allow the address. */
export async function checkUrl(policy: EgressPolicy | null, url: URL): Promise<void> {
	const verdict = await policy?.validateUrl(url);
	if (verdict && !verdict.ok) throw refused(url, verdict.error.message);
}

/** No lookup sees a proxy that is named by its IP address, so it is judged here. */
export function checkProxy(policy: EgressPolicy | null, proxy: string | undefined): void {
	if (!policy || !proxy || !URL.canParse(proxy)) return;
	const url = new URL(proxy);
	const verdict = policy.validateConnectionHost(url.hostname);
	if (!verdict.ok) throw refused(url, verdict.error.message);
}

/** The same for a redirect hop, which n8n judges by rules of its own as well. */
export async function checkRedirect(policy: EgressPolicy | null, url: URL): Promise<void> {
	try {
		policy?.validateRedirectSync(url.href);
	} catch (error) {
		return await Promise.reject(refused(url, error instanceof Error ? error.message : 'redirect refused'));
	}
	await checkUrl(policy, url);
}
