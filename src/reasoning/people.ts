import { type Box, isSame } from '../box.ts';
import { looksOf } from '../expression/lexicon/things.ts';
import type { PoseConstraint } from '../expression/query.ts';
import type { Observations, ObservedPerson } from '../observer/observer.ts';
import type { ConstraintScore } from '../verdict.ts';

/** What was observed of the person in a region; undefined where nobody looked, or it is no person. */
export const personAt = (box: Box, observed: Observations | undefined): ObservedPerson | undefined =>
  observed?.people?.find((person) => isSame(person.box, box));

/**
 * Whether a person looks like what a noun says, by the face; undefined where the noun says nothing of it, or the face does not tell.
 * Of "girl" and "mother" it tells one half: it may disprove them, and the rest stays open.
 */
export function judgeLooks(noun: string, person: ObservedPerson | undefined): ConstraintScore | undefined {
  const asked = looksOf(noun);
  if (!asked || person?.woman === undefined) return undefined;
  const score = asked.as === 'woman' ? person.woman : 1 - person.woman;
  const reason = `looks like a ${person.woman >= 0.5 ? 'woman' : 'man'}`;
  const open = !asked.alone && score >= 0.5 && { open: [noun] };
  return { kind: 'category', words: noun, score, reason, ...open };
}

/** Whether a person sits, stands, lies or holds the arms up, by the joints. */
export function scorePose(
  { pose }: Pick<PoseConstraint, 'pose'>,
  person: ObservedPerson | undefined,
): Pick<ConstraintScore, 'score' | 'reason'> {
  const score = person?.poses?.[pose];
  if (score === undefined) return { score, reason: 'the pose cannot be told' };
  return { score, reason: 'by the joints of the body' };
}
