import type { Query } from '../language/query.ts';
import type { Calibration } from '../verdict/calibration.ts';
import type { Decision } from './strategy.ts';

/** Found with less than this probability of being right, an answer is worth a second opinion. */
const SURE = 0.7;
/** So far below the threshold of absence a presence leaves no doubt, as a share of it. */
const SURELY_ABSENT = 0.8;

/**
 * Why a question is too hard for reasoning alone, in words; undefined where it is easy, or where choosing one of the
 * candidates would not help: there are none, or several are meant.
 */
export function hardness(
  { outcome, considered, unresolved, right, presence }: Decision,
  { target }: Query,
  { absent }: Calibration,
): string | undefined {
  if (considered.length === 0 || target.plural) return undefined;
  const reasons = {
    undecided: () => 'reasoning left it undecided',
    found: () => {
      if (unresolved.length > 0) return `reasoning could not check ${unresolved.join(', ')}`;
      return right < SURE ? `reasoning is right only with ${right.toFixed(2)}` : undefined;
    },
    'not-present': () =>
      presence > SURELY_ABSENT * absent ? 'reasoning nearly left it undecided' : undefined,
  };
  return reasons[outcome]();
}
