/** Every strategy; the first is the usual one. */
export const STRATEGY_NAMES = ['auto', 'crs', 'sfa', 'specialist', 'mllm'] as const;
export type StrategyName = (typeof STRATEGY_NAMES)[number];
