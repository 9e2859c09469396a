import { OFFERED } from '../config.ts';
import type { Detector } from '../detector/detector.ts';
import type { Candidate } from '../verdict.ts';
import { askWhichCandidate, needMllm } from './asking.ts';
import { concludeFrom } from './baselines.ts';
import { found, notPresent, ofNoUse, outOf, unasked, undecided } from './conclude.ts';
import { asCandidate, proposeCandidates } from './propose.ts';
import type { Asked, Strategy } from './strategy.ts';

/**
 * Candidate region selection (FineCops-Ref, TPAMI 2025): the detector proposes, the MLLM chooses one or None.
 * Presence is 1 - P(None). As published, None is "not present", although no wider search was tried; the answer says
 * so. Where nothing is proposed and that proves absence, nobody is asked; where the detector does not know such things,
 * the whole picture is the only candidate.
 */
export const crs: Strategy = async (asked, deps, tracer) => {
  const use = needMllm(deps, 'crs');
  const { query } = asked;
  const proposed = await proposeCandidates(asked, deps.detector, { k: use.k ?? OFFERED }, tracer);
  const { provesAbsence } = proposed;
  const nothing = proposed.candidates.length === 0;
  if (nothing && provesAbsence) return concludeFrom(proposed, asked);
  const candidates = nothing ? [everything(asked, deps.detector)] : proposed.candidates;
  const heard = await askWhichCandidate(asked, candidates, use, tracer);
  if ('down' in heard) return unasked(query, candidates, heard);
  const { choice, presence = 0.5, probabilities, cost } = heard.answer;
  const conclusion = { query, considered: candidates, presence, route: 'mllm' as const, cost };
  if (choice.kind === 'unreadable') return { ...undecided(conclusion, ofNoUse(choice)), degraded: true };
  // A letter that its own probabilities speak against was not chosen by them.
  const against = choice.kind === 'none' ? presence > EVEN : presence < EVEN;
  if (against) return undecided(conclusion, CONTRADICTS);
  if (choice.kind === 'none')
    return notPresent(conclusion, `${amongProposed(candidates.length)} the language model takes none`);
  const right = probabilities?.byLetter[choice.letter] ?? presence;
  const said = `, ${outOf(candidates.length)}, says the language model`;
  return found({ ...conclusion, right }, choice.candidate, said);
};

const EVEN = 0.5;
const CONTRADICTS = "the language model's answer and its own probabilities contradict each other";

const amongProposed = (n: number): string =>
  n === 1 ? 'of the only region that the detector proposes' : `of ${n} regions that the detector proposes`;

const everything = ({ picture: { width, height } }: Asked, detector: Detector): Candidate =>
  asCandidate({ box: [0, 0, width, height], label: 'the whole picture', score: 0 }, detector);
