import { sleep } from 'n8n-workflow';

import type { Clock } from '../core/ports';

/** Resolves when the signal aborts; `forget` lets go of it. */
function aborted(signal: AbortSignal): { happened: Promise<void>; forget: () => void } {
	let forget = (): void => undefined;
	const happened = new Promise<void>((resolve) => {
		const onAbort = (): void => resolve();
		forget = () => signal.removeEventListener('abort', onAbort);
		signal.addEventListener('abort', onAbort, { once: true });
	});
	return { happened, forget };
}

/** n8n's time. Its sleep is raced with the signal, which older versions ignore and newer ones reject on. */
export const n8nClock: Clock = {
	now: () => Date.now(),
	async sleep(milliseconds, signal) {
		if (!signal) return await sleep(milliseconds);
		if (signal.aborted) return;
		const { happened, forget } = aborted(signal);
		await Promise.race([sleep(milliseconds, signal).catch(() => undefined), happened]);
		forget();
	},
};
