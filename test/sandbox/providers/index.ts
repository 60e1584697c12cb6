import type { ProviderDouble } from '../exchange';
import { apiyi } from './apiyi';
import { openai } from './openai';
import { toapis } from './toapis';
import { uniall } from './uniall';
import { unifically } from './unifically';

export const PROVIDERS: readonly ProviderDouble[] = [openai, apiyi, uniall, toapis, unifically];
