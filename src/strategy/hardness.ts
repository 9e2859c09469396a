import type { Query } from '../language/query.ts';
import type { Calibration } from '../verdict/calibration.ts';
import type { Decision } from './strategy.ts';

/** Found with less than this probability of being right, an answer is worth a second opinion. */
const SURE = 0.7;
/** So far below the threshold of absence a presence leaves no doubt, as a share of it. */
const SURELY_ABSENT = 0.8;

/**
 * Whether a question is too hard for reasoning alone: it is undecided, something could not be checked, or the answer is
 * close to a threshold. Not where choosing one of the candidates would not help: there are none, or several are meant.
 */
export function isHard(
  { outcome, considered, unresolved, right, presence }: Decision,
  { target }: Query,
  { absent }: Calibration,
): boolean {
  if (considered.length === 0 || target.plural) return false;
  return {
    undecided: true,
    found: unresolved.length > 0 || right < SURE,
    'not-present': presence > SURELY_ABSENT * absent,
  }[outcome];
}
