import { readQuery } from '../../language/expression-reader.ts';
import type { Target } from './target.ts';

/**
 * The target phrase by grammar: without a network, in under a millisecond.
 * @param why that it was not the MLLM, where that was asked
 */
export async function localTarget(expression: string, why?: string, signal?: AbortSignal): Promise<Target> {
  const phrase = (await readQuery(expression, { signal })).phrase.trim() || expression.trim();
  return { phrase, by: 'local', ...(why === undefined ? {} : { why }) };
}
