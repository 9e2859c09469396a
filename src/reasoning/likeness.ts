import { type Box, isSame } from '../box.ts';
import type { UnresolvedConstraint } from '../expression/query.ts';
import type { Likeness } from '../observer/observer.ts';
import type { ConstraintScore } from '../verdict.ts';

/** Between these a model of pictures and texts decides nothing. */
const SURE = 0.9;
const SURELY_NOT = 0.1;

/** What a model of pictures and texts makes of words that nothing else can judge; undecided where none was asked, or is sure. */
export function scoreLikeness(
  { kind, words }: Pick<UnresolvedConstraint, 'kind' | 'words'>,
  box: Box,
  likenesses: readonly Likeness[] = [],
): ConstraintScore {
  const found = likenesses.find((each) => each.words === words && isSame(each.box, box));
  if (!found) return { kind, words, score: undefined, reason: 'this cannot be judged' };
  const { likely } = found;
  const percent = `${Math.round(100 * likely)} %`;
  if (likely > SURELY_NOT && likely < SURE)
    return {
      kind,
      words,
      score: undefined,
      reason: `compared with the words: ${percent}, which decides nothing`,
    };
  return { kind, words, score: likely, reason: `compared with the words: ${percent}` };
}
