import { auto } from './auto.ts';
import { crs } from './crs.ts';
import { mllmAlone } from './mllm-alone.ts';
import type { StrategyName } from './names.ts';
import { sfa } from './sfa.ts';
import { specialistAlone } from './specialist-alone.ts';
import type { Strategy } from './strategy.ts';

export const STRATEGIES: Readonly<Record<StrategyName, Strategy>> = {
  auto,
  crs,
  sfa,
  specialist: specialistAlone,
  mllm: mllmAlone,
};
