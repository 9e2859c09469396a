import { auto } from './auto.ts';
import { crs } from './crs.ts';
import { mllmAlone } from './mllm-alone.ts';
import { sfa } from './sfa.ts';
import { specialistAlone } from './specialist-alone.ts';
import type { Strategy } from './strategy.ts';

/** Every strategy by its name; the first is the usual one. */
export const STRATEGIES = {
  auto,
  crs,
  sfa,
  specialist: specialistAlone,
  mllm: mllmAlone,
} as const satisfies Record<string, Strategy>;

export type StrategyName = keyof typeof STRATEGIES;
export const STRATEGY_NAMES = Object.keys(STRATEGIES) as readonly StrategyName[];
