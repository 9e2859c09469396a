import { sumCosts } from '../mllm/cost.ts';
import type { Cost, Mllm } from '../mllm/mllm.ts';
import type { MllmUse } from './strategy.ts';

/** For all that one question asks of a language model, in milliseconds. */
export const BUDGET_MS = 30_000;

/** The time of a question that asks more than once: what happens between its calls costs none of it. */
export interface Budget {
  /** How it is asked with what is left, or with a share of that. */
  use(share?: number): MllmUse;
  /** Counts the time of a call. */
  spend<T>(call: Promise<T>): Promise<T>;
}

export function budgetOf(use: MllmUse): Budget {
  let left = use.budgetMs ?? BUDGET_MS;
  return {
    use: (share = 1) => ({ ...use, budgetMs: Math.max(0, left * share) }),
    async spend(call) {
      const start = performance.now();
      try {
        return await call;
      } finally {
        left -= performance.now() - start;
      }
    },
  };
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
