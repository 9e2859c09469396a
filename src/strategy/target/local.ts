import { readExpression } from '../../language/read.ts';
import type { Target } from './target.ts';

/**
 * The target phrase by grammar: without a network, in under a millisecond.
 * @param why that it was not the MLLM, where that was asked
 */
export function localTarget(expression: string, why?: string): Target {
  const phrase = readExpression(expression).phrase.trim() || expression.trim();
  return { phrase, by: 'local', ...(why === undefined ? {} : { why }) };
}
