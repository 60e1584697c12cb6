import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import type { Surroundings } from '../core/ports';
import { n8nClock } from './clock';
import { createImageStore } from './image-store';
import { createN8nTransport } from './transport';

/** What the core needs from outside, as n8n provides it. */
export function n8nSurroundings(context: IExecuteFunctions): Surroundings<IBinaryData> {
	return {
		transport: createN8nTransport(context),
		clock: n8nClock,
		store: createImageStore(context),
		random: Math.random,
		signal: context.getExecutionCancelSignal(),
	};
}
