import type { Query, QuestionKind } from '../expression/query.ts';
import { percent } from '../text.ts';
import { type Candidate, type Decision, NO_COST } from '../verdict.ts';
import type { Calibration } from './calibration.ts';
import { decide } from './decide.ts';
import type { Scene } from './detections.ts';
import type { Answered, Given } from './question/evidence.ts';
import { answerCount, answerExists, answerWhich } from './question/numbers.ts';
import { answerColour, answerReads, answerSeen, answerSide } from './question/words.ts';
import { misread } from './sentences.ts';

const ANSWERS: Readonly<Record<QuestionKind, (given: Given) => Answered>> = {
  exists: answerExists,
  count: answerCount,
  which: answerWhich,
  side: answerSide,
  colour: answerColour,
  reads: answerReads,
  seen: answerSeen,
};

/** So many regions are marked at most. */
const MAX_MARKED = 20;
/** No answer is surer. */
const SUREST = 0.99;
/** Of what is undecided, the likeliest candidate is right no more often. */
const EVEN = 0.5;

/**
 * Answers a question from the regions that reasoning has judged: yes, numbers and names are `found`, no and none
 * `not-present`, and whatever cannot be told is `undecided`. Pure: the same regions give the same answer.
 *
 * @example
 * const decision = answerQuestion(query, candidates, scene, calibration);
 * decision.sentence; // There are 2 dogs (89 % sure).
 * decision.question; // { kind: 'count', value: 2 }
 */
export function answerQuestion(
  query: Query,
  candidates: readonly Candidate[],
  scene: Scene,
  calibration: Calibration,
): Decision {
  const asked = query.question!;
  const kind = asked.kind as QuestionKind;
  const decision = decide(query, candidates, scene, calibration);
  const detections = scene.detections.get(query.target)!;
  const given: Given = { query, asked, candidates, scene, detections, decision, found: calibration.found };
  const { outcome, sentence, sure, candidates: marked, ...value } = ANSWERS[kind](given);
  const right = sure === undefined ? Math.min(decision.right, EVEN) : Math.min(sure, SUREST);
  const told = sure === undefined ? '' : ` (${percent(right)} sure)`;
  return {
    ...{ ...decision, outcome, right },
    candidates: marked.slice(0, MAX_MARKED),
    sentence: `${sentence}${told}.${misread(query)}`,
    question: { kind, ...value },
  };
}

const UNNAMED = 'I cannot tell what that is about; name the thing, such as "the dog"';
const UNSEEN =
  'that is no question that I can answer from what I see; ask what is there, how many, which, where, or in what colour';

/** What no picture answers, or what names nothing, is told so without looking. */
export const answerUnseen = ({ question }: Query): Decision => ({
  ...{ outcome: 'undecided', candidates: [], considered: [], presence: EVEN, right: 0, unresolved: [] },
  sentence: `Undecided: ${question?.nameless ? UNNAMED : UNSEEN}.`,
  ...{ route: 'reasoning', cost: NO_COST },
});

/**
 * A question as the language model's choice answers it.
 * @param decision about the expression in the question
 */
export function answeredBy(query: Query, decision: Decision): Decision {
  const kind = query.question!.kind as QuestionKind;
  const { outcome, sentence, right, candidates } = decision;
  if (outcome === 'undecided') return { ...decision, question: { kind, value: null } };
  const isThere = outcome === 'found';
  const sure = isThere ? sentence.replace(/\.$/, ` (${percent(right)} sure).`) : sentence;
  if (kind !== 'exists')
    return { ...decision, sentence: sure, question: { kind, value: isThere ? candidates[0]!.label : null } };
  const said = isThere
    ? `Yes: ${sure.charAt(0).toLowerCase()}${sure.slice(1)}`
    : `No, ${sure.replace(/^Not present: /, '')}`;
  return { ...decision, sentence: said, question: { kind, value: isThere } };
}
