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

function refused(host: string, reason: string): TransportError {
	return new TransportError('blocked', `This n8n instance does not allow connections to ${host}: ${reason}`);
}

/** Judging an address means looking it up, before anything was sent. */
function unknownHost(host: string, error: unknown): TransportError {
	const { code } = error as NodeJS.ErrnoException;
	return new TransportError('unreachable', `${host} could not be looked up${code ? ` (${code})` : ''}`);
}

/** Throws a `blocked` error where the policy does not allow the address, `unreachable` where nobody knows it. */
export async function checkUrl(policy: EgressPolicy | null, url: URL): Promise<void> {
	const verdict = await policy?.validateUrl(url).catch(async (error: unknown) => await Promise.reject(unknownHost(url.host, error)));
	if (verdict && !verdict.ok) throw refused(url.host, verdict.error.message);
}

/** No lookup sees a proxy that is named by its IP address, so it is judged here. */
export function checkProxy(policy: EgressPolicy | null, proxy: string | undefined): void {
	if (!policy || !proxy || !URL.canParse(proxy)) return;
	const url = new URL(proxy);
	const verdict = policy.validateConnectionHost(url.hostname);
	if (!verdict.ok) throw refused(url.host, verdict.error.message);
}

/** The same for a redirect hop, which n8n judges by rules of its own as well. */
export async function checkRedirect(policy: EgressPolicy | null, url: URL): Promise<void> {
	try {
		policy?.validateRedirectSync(url.href);
	} catch (error) {
		return await Promise.reject(refused(url.host, error instanceof Error ? error.message : 'redirect refused'));
	}
	await checkUrl(policy, url);
}

/**
 * The policy's own name lookup, which judges the address a name leads to. `current` is asked each time:
 * the connections that use it outlive the run whose policy they were opened under.
 */
export function policyLookup(current: () => EgressPolicy): LookupFunction {
	return (hostname, options, callback) => {
		current().createSecureLookup()(hostname, options, (error, address, family) => {
			// A name that does not exist has a code; a refusal has none.
			callback(error && error.code === undefined ? refused(hostname, error.message) : error, address, family);
		});
	};
}
