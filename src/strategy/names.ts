/** Every strategy; the first is the usual one. */
export const STRATEGY_NAMES = ['auto', 'crs', 'sfa', 'specialist', 'mllm'] as const;
export type StrategyName = (typeof STRATEGY_NAMES)[number];

/** The same way without a language model, to be compared with. */
export const WITHOUT = {
  auto: 'auto',
  crs: 'specialist',
  sfa: 'specialist',
  specialist: 'specialist',
  mllm: 'specialist',
} as const satisfies Record<StrategyName, StrategyName>;
