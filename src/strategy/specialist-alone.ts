import { found, notPresent, undecided } from './conclude.ts';
import { CONSIDERED, type Proposed, propose } from './propose.ts';
import type { Asked, Decision, Strategy } from './strategy.ts';

/** From this certainty on the top region is marked. */
const SURE = 0.5;

/**
 * The baseline: what a detector makes of the whole expression, without any reasoning; its best region is the answer.
 * Unlike the published baseline it marks nothing that its score does not speak for.
 */
export const specialistAlone: Strategy = async (asked, { specialist }, tracer) => {
  return concludeFrom(await propose(asked, specialist, { k: CONSIDERED }, tracer), asked);
};

/** The answer that detector scores alone give. */
export function concludeFrom({ candidates, known, provesAbsence }: Proposed, { query }: Asked): Decision {
  const best = candidates[0];
  const presence = best?.certainty ?? 0;
  const conclusion = { query, considered: candidates, presence, route: 'specialist' as const };
  if (!known) return undecided(conclusion, `the detector does not know what "${query.phrase}" is`);
  if (!best) {
    const seesNone = `the detector sees no ${query.target.nouns[0] ?? 'such thing'}`;
    return provesAbsence
      ? notPresent(conclusion, seesNone)
      : undecided(conclusion, `${seesNone} of the kinds it knows`);
  }
  if (presence >= SURE) return found(conclusion, best);
  return undecided(conclusion, `the detector is not sure of any "${query.phrase}"`);
}
