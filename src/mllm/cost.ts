import type { Cost } from './mllm.ts';
import type { Profile } from './profile.ts';

export const NO_COST: Cost = { calls: 0, promptTokens: 0, answerTokens: 0, ms: 0 };

/** What a server says that an answer took, in tokens. */
export interface Usage {
  readonly promptTokens: number;
  readonly answerTokens: number;
}

/** What one answer took; without dollars where no price is known, or the server does not count tokens. */
export function costOf(
  taken: { readonly calls: number; readonly ms: number; readonly usage: Usage | undefined },
  price?: Profile['price'],
): Cost {
  const { calls, ms, usage } = taken;
  const { promptTokens, answerTokens } = usage ?? { promptTokens: 0, answerTokens: 0 };
  const dollars = price && usage && (promptTokens * price.prompt + answerTokens * price.answer) / 1e6;
  return { calls, promptTokens, answerTokens, ms, ...(dollars !== undefined && { dollars }) };
}

/** What several took together; without dollars if it is not known of one of them. */
export function sumCosts(costs: readonly Cost[]): Cost {
  const some = costs.filter(({ calls }) => calls > 0);
  const sum = (of: (cost: Cost) => number): number => some.reduce((total, cost) => total + of(cost), 0);
  const priced = some.length > 0 && some.every(({ dollars }) => dollars !== undefined);
  return {
    calls: sum(({ calls }) => calls),
    promptTokens: sum(({ promptTokens }) => promptTokens),
    answerTokens: sum(({ answerTokens }) => answerTokens),
    ms: sum(({ ms }) => ms),
    ...(priced && { dollars: sum(({ dollars = 0 }) => dollars) }),
  };
}

/** "2 calls, 1310 + 4 tokens, 850 ms, $0.0033" */
export function sayCost({ calls, promptTokens, answerTokens, ms, dollars }: Cost): string {
  const tokens = `${promptTokens} + ${answerTokens} tokens`;
  const money = dollars === undefined ? [] : [`$${dollars.toFixed(dollars < 0.01 ? 6 : 4)}`];
  return [`${calls} call${calls === 1 ? '' : 's'}`, tokens, `${Math.round(ms)} ms`, ...money].join(', ');
}
