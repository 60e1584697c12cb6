import { apiyiModels } from '../catalog/apiyi';
import { openaiModels } from '../catalog/openai';
import { toapisModels } from '../catalog/toapis';
import { uniallModels } from '../catalog/uniall';
import { unificallyModels } from '../catalog/unifically';
import { apiyi } from './apiyi';
import { openai } from './openai';
import type { Gateway } from './provider';
import { Registry } from './registry';
import { toapis } from './toapis';
import { uniall } from './uniall';
import { unifically } from './unifically';

export { Registry } from './registry';

/** Every gateway of the package, in the order in which users see them. */
export const gateways: readonly Gateway[] = [
	{ provider: openai, models: openaiModels },
	{ provider: apiyi, models: apiyiModels },
	{ provider: uniall, models: uniallModels },
	{ provider: toapis, models: toapisModels },
	{ provider: unifically, models: unificallyModels },
];

/** The gateways that this package ships. */
export const registry = new Registry(gateways);
