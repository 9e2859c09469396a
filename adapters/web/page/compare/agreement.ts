import { iou } from '../../../../src/box.ts';
import type { Answer } from '../shared/types.ts';

export interface Agreement {
  /** How many of the answers have the outcome that most have, and how many answers there are. */
  readonly same: number;
  readonly of: number;
  readonly outcome: Answer['outcome'] | undefined;
  /** IoU of the first boxes of two columns, 0..1; undefined where one has no box or no answer. */
  readonly overlaps: readonly (readonly (number | undefined)[])[];
}

/** How far answers to the same question agree. */
export function agreementOf(answers: readonly (Answer | undefined)[]): Agreement {
  const outcomes = answers.flatMap((answer) => (answer ? [answer.outcome] : []));
  const count = (outcome: Answer['outcome']) => outcomes.filter((other) => other === outcome).length;
  const [outcome] = outcomes.toSorted((a, b) => count(b) - count(a));
  const overlaps = answers.map((a) =>
    answers.map((b) => {
      const [first, second] = [a?.boxes[0], b?.boxes[0]];
      return first && second ? iou(first, second) : undefined;
    }),
  );
  return { same: outcome ? count(outcome) : 0, of: outcomes.length, outcome, overlaps };
}
