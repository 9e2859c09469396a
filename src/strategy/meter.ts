import { sumCosts } from '../mllm/cost.ts';
import type { Cost, Mllm } from '../mllm/mllm.ts';
import type { MllmUse } from './strategy.ts';

/** For all that one question asks of a language model, in milliseconds. */
export const BUDGET_MS = 30_000;

/** What is left of a budget that begins to run now: for a question that asks more than once. */
export function spending(use: MllmUse): () => MllmUse {
  const { budgetMs = BUDGET_MS } = use;
  const start = performance.now();
  return () => ({ ...use, budgetMs: Math.max(0, budgetMs - (performance.now() - start)) });
}

/** The same model, which knows how long it has for everything it is asked, and counts what that takes. */
export function meter(mllm: Mllm, budgetMs: number): { readonly metered: Mllm; readonly cost: () => Cost } {
  const end = performance.now() + budgetMs;
  const costs: Cost[] = [];
  const ask: Mllm['ask'] = (request) =>
    mllm.ask({
      ...request,
      timeoutMs: Math.max(1, end - performance.now()),
      onCost: (cost) => costs.push(cost),
    });
  return { metered: { ...mllm, ask }, cost: () => sumCosts(costs) };
}
