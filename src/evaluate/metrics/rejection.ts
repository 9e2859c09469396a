import type { Family, OfImage } from './figure.ts';
import { shares } from './share.ts';

/** A question with what became of it. */
export interface Answered extends OfImage {
  readonly rejected: boolean;
  /** Undefined where there is no answer, which rejects nothing. */
  readonly presence: number | undefined;
}

/** Name of what is done to negatives, which is right, and to positives, which is wrong. */
const KINDS = {
  negatives: { metric: 'rejection', better: 'higher' },
  positives: { metric: 'false rejection', better: 'lower' },
} as const;

/**
 * The share that is called not present: by the outcome, which is the threshold that the system was run with, and where
 * presence is at most the threshold, if there is one. Questions without an answer are in the denominator, and not
 * rejected.
 */
export function rejection(
  kind: keyof typeof KINDS,
  group: string,
  questions: readonly Answered[],
  threshold: number | undefined,
): Family {
  const { metric, better } = KINDS[kind];
  const byOutcome = { metric, better, test: ({ rejected }: Answered) => rejected };
  if (threshold === undefined) return shares(group, questions, [byOutcome]);
  const isBelow = ({ presence }: Answered) => presence !== undefined && presence <= threshold;
  return shares(group, questions, [byOutcome, { metric: `${metric} by presence`, better, test: isBelow }]);
}
