import { askWhich, needMllm } from './asking.ts';
import { found, notPresent, outOf, UNREADABLE, unasked, undecided } from './conclude.ts';
import { OFFERED } from './offer.ts';
import { propose } from './propose.ts';
import { concludeFrom } from './specialist-alone.ts';
import type { Strategy } from './strategy.ts';

/**
 * Candidate region selection (FineCops-Ref, TPAMI 2025): the specialist proposes, the MLLM chooses one or None.
 * Presence is 1 - P(None). As published, None is "not present", although no wider search was tried; the answer says
 * so. Where nothing is proposed, nobody is asked.
 */
export const crs: Strategy = async (asked, deps, tracer) => {
  const use = needMllm(deps, 'crs');
  const { query } = asked;
  const proposed = await propose(asked, deps.specialist, { k: use.k ?? OFFERED }, tracer);
  const { candidates } = proposed;
  if (candidates.length === 0) return concludeFrom(proposed, asked);
  const heard = await askWhich(asked, candidates, use, tracer);
  if ('down' in heard) return unasked(query, candidates, heard.down);
  const { choice, presence = 0.5, cost } = heard.answer;
  const conclusion = { query, considered: candidates, presence, route: 'mllm' as const, cost };
  switch (choice.kind) {
    case 'option':
      return found(conclusion, choice.candidate, `, ${outOf(candidates.length)}, says the language model`);
    case 'none':
      return notPresent(conclusion, `${amongProposed(candidates.length)} the language model takes none`);
    case 'unreadable':
      return undecided(conclusion, UNREADABLE);
  }
};

const amongProposed = (n: number): string =>
  n === 1 ? 'of the only region that the detector proposes' : `of ${n} regions that the detector proposes`;
