import type { Cost } from '../../mllm/mllm.ts';
import type { Family, OfImage, Unit } from './figure.ts';
import { shares } from './share.ts';
import { split, sumsByImage } from './sums.ts';

/** What a language model took for an answer. */
export interface Costly extends OfImage, Omit<Cost, 'ms'> {}

/** The share of the answers for which a language model was asked. */
export const asked = (group: string, answers: readonly Costly[]): Family =>
  shares(group, answers, [
    { metric: 'asked a language model', better: 'lower', test: ({ calls }) => calls > 0 },
  ]);

/** What is taken per answer, those that took nothing included. Dollars only where they are known of all that took some. */
export function costPerAnswer(group: string, answers: readonly Costly[]): Family {
  const paid = answers.filter(({ calls }) => calls > 0);
  const priced = paid.length > 0 && paid.every(({ dollars }) => dollars !== undefined);
  const kinds: readonly { metric: string; unit: Unit; of: (cost: Costly) => number }[] = [
    { metric: 'prompt tokens per answer', unit: 'tokens', of: (c) => c.promptTokens },
    { metric: 'answer tokens per answer', unit: 'tokens', of: (c) => c.answerTokens },
    ...(priced
      ? [{ metric: 'dollars per answer', unit: 'dollars', of: (c: Costly) => c.dollars ?? 0 } as const]
      : []),
  ];
  const sums = sumsByImage(answers, [() => 1, ...kinds.map(({ of }) => of)]);
  return {
    subjects: kinds.map(({ metric, unit }) => ({
      metric,
      group,
      unit,
      better: 'lower',
      count: { part: paid.length, of: answers.length },
    })),
    statistic(weights) {
      const [total, taken] = split(sums.of(weights));
      return taken.map((sum) => sum / total);
    },
  };
}
