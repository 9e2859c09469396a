import { OFFERED } from '../config.ts';
import type { Detector } from '../detector/detector.ts';
import type { Routing } from '../explanation.ts';
import type { Query } from '../expression/query.ts';
import type { Known } from '../mllm/multiple-choice.ts';
import { answeredBy, answerQuestion, answerUnseen } from '../reasoning/answer-question.ts';
import type { Calibration } from '../reasoning/calibration.ts';
import { decide } from '../reasoning/decide.ts';
import { detectNouns, type Scene } from '../reasoning/detections.ts';
import { formatObserved, observeScene } from '../reasoning/observe.ts';
import { groundInThread } from '../reasoning/reasoner.ts';
import { whatWasSeen } from '../reasoning/sentences.ts';
import type { Tracer } from '../tracer.ts';
import { type Candidate, type Cost, type Decision, sumCosts } from '../verdict.ts';
import { askWhichCandidate, type Selection, timeBudgetOf } from './asking.ts';
import {
  type Conclusion,
  combinedPresence,
  found,
  notPresent,
  ofNoUse,
  outOf,
  undecided,
  withoutMllm,
} from './conclude.ts';
import { asCandidate, proposals } from './propose.ts';
import type { Asked, MllmUse, Strategy } from './strategy.ts';

/**
 * The usual way: the detector proposes regions for all nouns, geometry and pixels judge them, a calibration decides;
 * and only for what that leaves open the MLLM is asked, told what is known already.
 */
export const auto: Strategy = async (asked, { detector, observers, calibration, mllm }, tracer) => {
  const { query, picture, options } = asked;
  if (query.question?.kind === 'unseen' || query.question?.nameless) return answerUnseen(query);
  const detected = await tracer.step(
    'specialist',
    () => detectNouns(query, picture, detector, options),
    ({ seen }) => `${detector.id} is sure of ${seen.length} things`,
  );
  const asksForMore = (observers?.wanted(query) ?? []).length > 0;
  const scene = !asksForMore
    ? detected
    : await tracer.step('observing', () => observeScene(query, detected, observers, options), formatObserved);
  tracer.noted.scene = scene;
  const candidates = await tracer.step(
    'reasoning',
    () => groundInThread(query.target, scene, options),
    (all) => `${all.length} candidates`,
  );
  const decision = await tracer.step(
    'verdict',
    () => (query.question ? answerQuestion : decide)(query, candidates, scene, calibration),
    ({ sentence }) => sentence,
  );
  tracer.noted.reasoned = decision;
  const open = withWhatIsSeen(decision, scene, query, detector);
  const routing = routeOf(open, query, calibration);
  tracer.noted.routing = mllm
    ? routing
    : { ...routing, reason: `${routing.reason}; no language model is configured` };
  if (!mllm || !routing.hard) return decision;
  const chosen = await askMllmToChoose({ asked, scene, decision: open }, mllm, tracer);
  return query.question ? answeredBy(query, chosen) : chosen;
};

/** Questions that are answered by choosing one of the candidates, or none. */
const BY_CHOOSING: ReadonlySet<string> = new Set(['exists', 'which']);

/** What has no name among those the detector knows may go by another one: then whatever it sees is considered. */
function withWhatIsSeen(decision: Decision, scene: Scene, { target }: Query, detector: Detector): Decision {
  if (decision.considered.length > 0 || scene.detections.get(target)?.match !== 'unknown') return decision;
  return { ...decision, considered: scene.seen.map((region) => asCandidate(region, detector)) };
}

/** Found with less than this probability of being right, an answer is worth a second opinion. */
const SURELY_RIGHT = 0.7;
/** So far below the threshold of absence a presence leaves no doubt, as a share of it. */
const SURELY_ABSENT = 0.8;

const easy = (reason: string): Routing => ({ hard: false, reason });
const hard = (reason: string): Routing => ({ hard: true, reason });

/**
 * Whether a question is too hard for reasoning alone: it is undecided, something could not be checked, or the answer is
 * close to a threshold. Not where choosing one of the candidates would not help: there are none, or several are meant.
 */
function routeOf(decision: Decision, { target, question }: Query, { absent }: Calibration): Routing {
  const { outcome, considered, unresolved, right, presence } = decision;
  if (considered.length === 0) return easy('there is no candidate to choose');
  if (target.plural) return easy('several are meant, and one cannot be chosen');
  if (question && !BY_CHOOSING.has(question.kind))
    return easy('the question is not answered by choosing one');
  if (outcome === 'undecided') return hard('reasoning leaves it undecided');
  if (question) return easy('reasoning answers the question');
  if (outcome === 'found') {
    if (unresolved.length > 0) return hard(`found, but not all could be checked: ${unresolved.join(', ')}`);
    const sure = `found with a probability of ${right.toFixed(2)} of being right`;
    return right < SURELY_RIGHT ? hard(`${sure}, below ${SURELY_RIGHT}`) : easy(sure);
  }
  const doubt = SURELY_ABSENT * absent;
  const there = `not present, with a presence of ${presence.toFixed(3)}`;
  return presence > doubt ? hard(`${there}, above ${doubt.toFixed(3)}`) : easy(there);
}

/** What reasoning leaves to the MLLM. */
export interface HardCase {
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
async function askMllmToChoose(given: HardCase, use: MllmUse, tracer: Tracer): Promise<Decision> {
  const { asked, decision } = given;
  const k = use.k ?? OFFERED;
  const budget = timeBudgetOf(use);
  const all = proposals(decision.considered, decision.considered.length);
  const known = knownFrom(given);
  const near = all.slice(0, k);
  const first = await budget.spend(askWhichCandidate(asked, near, { ...budget.use(), k }, tracer, known));
  if ('down' in first) return withoutMllm(decision, first.down.message, first.cost);
  const far = all.slice(k, k + WIDER).filter(({ certainty }) => certainty >= WORTH_OFFERING);
  if (first.answer.choice.kind !== 'none' || far.length === 0) return weigh(given, first.answer, near.length);
  const second = await budget.spend(
    askWhichCandidate(asked, far, { ...budget.use(), k: WIDER }, tracer, known),
  );
  const cost = sumCosts([first.cost, second.cost]);
  if ('down' in second) return halfAsked(given, near.length, second.down.message, cost);
  return weigh(given, { ...second.answer, cost }, near.length + far.length);
}

function weigh(
  { asked, scene, decision }: HardCase,
  selection: Selection<Candidate>,
  offered: number,
): Decision {
  const { query } = asked;
  const { choice, cost } = selection;
  // An answer that is none leaves everything as it was.
  if (choice.kind === 'unreadable') return withoutMllm(decision, `But ${ofNoUse(choice)}.`, cost);
  const presence = combinedPresence(decision.presence, selection.presence);
  const conclusion: Conclusion = { query, considered: decision.considered, presence, route: 'mllm', cost };
  if (choice.kind === 'none') {
    const { match, noun } = scene.detections.get(query.target)!;
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
function halfAsked(given: HardCase, offered: number, why: string, cost: Cost): Decision {
  const { query } = given.asked;
  const { considered, presence } = given.decision;
  const none = `of the ${offered} likeliest candidates the language model takes none, and others are left`;
  const decision = undecided({ query, considered, presence, route: 'mllm', cost }, none);
  return { ...decision, sentence: `${decision.sentence} ${why}`, degraded: true };
}

/** What reasoning tells about the candidates, and what it could not judge. */
function knownFrom({ decision, scene }: HardCase): Known<Candidate> {
  const seen = whatWasSeen(scene.seen);
  const facts = decision.considered.flatMap((candidate) => [
    { candidate, words: `a detector takes it for: ${candidate.label}` },
    // A score of what must not be so says already that it is not so.
    ...candidate.judgements.flatMap(({ words, score, negated }) =>
      score === undefined ? [] : [{ candidate, words: `${negated ? 'not ' : ''}"${words}" ${holds(score)}` }],
    ),
  ]);
  const about = seen ? [{ words: `surely seen in the picture: ${seen}` }] : [];
  return { facts: [...about, ...facts], open: decision.unresolved };
}

const holds = (score: number): string =>
  score >= 0.7 ? 'holds' : score <= 0.3 ? 'does not hold' : 'is doubtful';
