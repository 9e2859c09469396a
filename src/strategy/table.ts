import type { StrategyName } from '../config.ts';
import { auto } from './auto.ts';
import { detectorAlone, mllmAlone } from './baselines.ts';
import { crs } from './crs.ts';
import { sfa } from './sfa.ts';
import type { Strategy } from './strategy.ts';

export const STRATEGIES: Readonly<Record<StrategyName, Strategy>> = {
  auto,
  crs,
  sfa,
  specialist: detectorAlone,
  mllm: mllmAlone,
};
