import { readExpression } from '../../language/read.ts';
import { NO_COST } from '../../mllm/cost.ts';
import type { Target, TargetExtractor } from './target.ts';

/** By grammar: without a network, in under a millisecond. */
export const localTargets: TargetExtractor = {
  id: 'local',
  async extract(expressions) {
    return { targets: expressions.map((expression) => localTarget(expression)), cost: NO_COST };
  },
};

/** @param why that it was not the MLLM, where that was asked */
export function localTarget(expression: string, why?: string): Target {
  const phrase = readExpression(expression).phrase.trim() || expression.trim();
  return { phrase, by: 'local', ...(why === undefined ? {} : { why }) };
}
