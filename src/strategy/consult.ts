import { sumCosts } from '../mllm/cost.ts';
import type { Cost } from '../mllm/mllm.ts';
import type { Candidate } from '../reasoning/candidate.ts';
import type { Scene } from '../reasoning/sighting.ts';
import type { Tracer } from '../trace.ts';
import { whatWasSeen } from '../verdict/sentence.ts';
import { askWhich } from './asking.ts';
import { type Conclusion, found, notPresent, ofNoUse, outOf, undecided, withoutMllm } from './conclude.ts';
import { budgetOf } from './meter.ts';
import { OFFERED } from './offer.ts';
import type { Known } from './offer-text.ts';
import { combinedPresence } from './presence.ts';
import { proposals } from './router.ts';
import type { Selection } from './select.ts';
import type { Asked, Decision, MllmUse } from './strategy.ts';

/** What reasoning leaves to the MLLM. */
export interface Case {
  readonly asked: Asked;
  readonly scene: Scene;
  readonly decision: Decision;
}

/** None of the first few is not none at all: once more, with what is left. */
const WIDER = 10;
/** What is likelier not there than this is not worth being offered in the wider round. */
const WORTH_OFFERING = 0.05;
const EVEN = 0.5;

/** Lets the MLLM choose among the candidates of reasoning, and weighs its answer with what reasoning thinks. */
export async function consult(given: Case, use: MllmUse, tracer: Tracer): Promise<Decision> {
  const { asked, decision } = given;
  const k = use.k ?? OFFERED;
  const budget = budgetOf(use);
  const all = proposals(decision.considered, decision.considered.length);
  const known = knownFrom(given);
  const near = all.slice(0, k);
  const first = await budget.spend(askWhich(asked, near, { ...budget.use(), k }, tracer, known));
  if ('down' in first) return withoutMllm(decision, first.down.message, first.cost);
  const far = all.slice(k, k + WIDER).filter(({ certainty }) => certainty >= WORTH_OFFERING);
  if (first.answer.choice.kind !== 'none' || far.length === 0) return weigh(given, first.answer, near.length);
  const second = await budget.spend(askWhich(asked, far, { ...budget.use(), k: WIDER }, tracer, known));
  const cost = sumCosts([first.cost, second.cost]);
  if ('down' in second) return halfAsked(given, near.length, second.down.message, cost);
  return weigh(given, { ...second.answer, cost }, near.length + far.length);
}

function weigh({ asked, scene, decision }: Case, selection: Selection<Candidate>, offered: number): Decision {
  const { query } = asked;
  const { choice, cost } = selection;
  // An answer that is none leaves everything as it was.
  if (choice.kind === 'unreadable') return withoutMllm(decision, `But ${ofNoUse(choice)}.`, cost);
  const presence = combinedPresence(decision.presence, selection.presence);
  const conclusion: Conclusion = { query, considered: decision.considered, presence, route: 'mllm', cost };
  if (choice.kind === 'none') {
    const { match, noun } = scene.sightings.get(query.target)!;
    if (match === 'unknown') {
      return undecided(
        conclusion,
        `the language model sees it in no region, and I do not know what "${noun}" is`,
      );
    }
    if (presence > EVEN)
      return undecided(conclusion, 'the language model sees none that fits, but I am not so sure');
    const seen = whatWasSeen(scene.seen);
    const among = `of ${offered === 1 ? 'one candidate' : `${offered} candidates`} the language model takes none`;
    return notPresent(conclusion, seen ? `I see ${seen}, but ${among}` : among);
  }
  const sure = selection.probabilities?.byLetter[choice.letter] ?? 0;
  const chosenFirst = [choice.candidate, ...decision.considered.filter((k) => k !== choice.candidate)];
  const chosen = { ...conclusion, considered: chosenFirst, right: sure };
  if (sure < EVEN || presence < EVEN) return undecided(chosen, 'the language model is not sure either');
  return found(chosen, choice.candidate, `, ${outOf(offered)}, with the language model's help`);
}

/** None of the first few, and nobody to ask about the rest: no proof that it is not there. */
function halfAsked(given: Case, offered: number, why: string, cost: Cost): Decision {
  const { query } = given.asked;
  const { considered, presence } = given.decision;
  const none = `of the ${offered} likeliest candidates the language model takes none, and others are left`;
  const decision = undecided({ query, considered, presence, route: 'mllm', cost }, none);
  return { ...decision, sentence: `${decision.sentence} ${why}`, degraded: true };
}

/** What reasoning tells about the candidates, and what it could not judge. */
function knownFrom({ decision, scene }: Case): Known<Candidate> {
  const seen = whatWasSeen(scene.seen);
  const facts = decision.considered.flatMap((candidate) => [
    { candidate, words: `a detector takes it for: ${candidate.label}` },
    ...candidate.judgements.flatMap(({ words, score }) =>
      score === undefined ? [] : [{ candidate, words: `"${words}" ${holds(score)}` }],
    ),
  ]);
  const about = seen ? [{ words: `surely seen in the picture: ${seen}` }] : [];
  return { facts: [...about, ...facts], open: decision.unresolved };
}

const holds = (score: number): string =>
  score >= 0.7 ? 'holds' : score <= 0.3 ? 'does not hold' : 'is doubtful';
