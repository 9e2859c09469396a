import { iou } from '../../../../src/box.ts';
import type { Answer } from '../shared/types.ts';
import { OUTCOMES } from '../shared/words.ts';

export interface Agreement {
  /** How many of the answers have the most frequent outcome, and how many answers there are. */
  readonly same: number;
  readonly of: number;
  /** The most frequent outcome; undefined where two are equally frequent, or there is no answer. */
  readonly outcome: Answer['outcome'] | undefined;
  /** IoU of the first boxes of two columns, 0..1; undefined where one has no box or no answer. */
  readonly overlaps: readonly (readonly (number | undefined)[])[];
}

/** How far answers to the same question agree. */
export function agreementOf(answers: readonly (Answer | undefined)[]): Agreement {
  const outcomes = answers.flatMap((answer) => (answer ? [answer.outcome] : []));
  const count = (outcome: Answer['outcome']) => outcomes.filter((other) => other === outcome).length;
  const [first, second] = [...new Set(outcomes)].toSorted((a, b) => count(b) - count(a));
  const same = first ? count(first) : 0;
  const isTie = second !== undefined && count(second) === same;
  const overlaps = answers.map((a) =>
    answers.map((b) => {
      const [one, other] = [a?.boxes[0], b?.boxes[0]];
      return one && other ? iou(one, other) : undefined;
    }),
  );
  return { same, of: outcomes.length, outcome: isTie ? undefined : first, overlaps };
}

/** "2 of 3 say found." */
export function agreementWords({ same, of, outcome }: Omit<Agreement, 'overlaps'>): string {
  if (of < 2) return 'Two answers are needed to compare.';
  return outcome ? `${same} of ${of} say ${OUTCOMES[outcome].toLowerCase()}.` : 'The outcomes differ.';
}
