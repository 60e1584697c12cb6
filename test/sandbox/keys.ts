import type { ProviderId } from './types';

/** The one key each provider accepts. */
export function apiKey(provider: ProviderId): string {
	return `sandbox-${provider}-key`;
}

export const APIYI_SYSTEM_TOKEN = 'sandbox-apiyi-system-token';

export const TOAPIS_WEBHOOK_SECRET = 'sandbox-webhook-secret';
