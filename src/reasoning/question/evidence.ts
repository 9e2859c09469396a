import { area, centre } from '../../box.ts';
import type { AskedOf, Query } from '../../expression/query.ts';
import type { Candidate, ConstraintScore, Decision, Outcome, QuestionAnswer } from '../../verdict.ts';
import { holds, leastOf } from '../candidates.ts';
import type { NounDetections, Scene } from '../detections.ts';
import { counted, isColourless, MAX_SHOWN, quoted } from '../sentences.ts';

/** What a question is answered from. */
export interface Given {
  readonly query: Query;
  readonly asked: AskedOf;
  readonly candidates: readonly Candidate[];
  readonly scene: Scene;
  readonly detections: NounDetections;
  /** What the expression alone comes to. */
  readonly decision: Decision;
  /** From which presence a thing counts as found. */
  readonly found: number;
}

/** An answer in the making. */
export interface Answered extends Omit<QuestionAnswer, 'kind'> {
  readonly outcome: Outcome;
  /** What is marked, in the order of its numbers. */
  readonly candidates: readonly Candidate[];
  /** One sentence without its full stop. */
  readonly sentence: string;
  /** How probable it is that this is right, 0..1; not told of what is undecided. */
  readonly sure?: number;
}

/** Certainty from which a thing is counted where no other may be one. */
const SURE = 0.8;
/** A lower bound is as many, of at least that certainty, as are all there more probably than not. */
const COUNTED = 0.6;
const EVEN = 0.5;
/** As a share of the largest that is sure. */
const SPECK = 0.02;
/** Certainty from which there is one at all. */
export const THERE = 0.6;
/** There may be another one: with such a one, a number is only "at least". */
export const PERHAPS = 0.2;
/** A constraint that was judged may hold from here. */
const MAY_HOLD = 0.1;

/** What was said of it and could not be judged, its name included. */
export const unjudged = ({ judgements }: Candidate): ConstraintScore[] =>
  judgements.filter(({ score, open }) => score === undefined || open !== undefined);

export const mayHold = (k: Candidate): boolean => k.certainty >= PERHAPS && leastOf(k) >= MAY_HOLD;
export const isThere = (k: Candidate): boolean =>
  k.certainty >= THERE && holds(k) && unjudged(k).length === 0;

/** What may be counted. */
export interface Weighed {
  /** So many are there at least, from left to right, and how probable that is. */
  readonly least: readonly Candidate[];
  readonly probability: number;
  /** There may be more of them, likeliest first. */
  readonly perhaps: readonly Candidate[];
  /** Nothing else may be one of them: the number is exact. */
  readonly exact: boolean;
}

export function weighed({ candidates }: Given): Weighed {
  const likeliest = candidates.toSorted((a, b) => b.certainty - a.certainty);
  const counted: Candidate[] = [];
  let probability = 1;
  const largest = Math.max(0, ...likeliest.filter((k) => k.certainty >= SURE).map(({ box }) => area(box)));
  for (const k of likeliest.filter((k) => k.certainty >= COUNTED && holds(k) && unjudged(k).length === 0)) {
    // What is sure is counted, however many there are; a speck beside it is not.
    if (k.certainty < SURE && (probability * k.certainty < EVEN || area(k.box) < SPECK * largest)) break;
    counted.push(k);
    probability *= k.certainty;
  }
  const perhaps = likeliest.filter(
    (k) => !counted.includes(k) && (mayHold(k) || (isMistakable(k, counted) && leastOf(k) >= MAY_HOLD)),
  );
  const least = counted.toSorted((a, b) => centre(a.box)[0] - centre(b.box)[0]);
  const exact = perhaps.length === 0 && counted.every((k) => k.certainty >= SURE);
  return { least, probability, perhaps, exact };
}

/** It looks more like something akin, such as a truck, that is seen there about as clearly as what is counted. */
const isMistakable = ({ rival, detection }: Candidate, sure: readonly Candidate[]): boolean =>
  rival >= 1 && rival <= 2.5 && sure.some((k) => rival * detection >= 0.5 * k.detection);

/** Why nothing can be told of the thing; undefined where it can. */
export function whyNot({ query, candidates, scene, detections }: Given): string | undefined {
  const { noun, match } = detections;
  if (match === 'unknown') return `I do not know what "${noun}" is`;
  if (isColourless(query.target, scene)) return 'the picture has no colours';
  const [best] = candidates.toSorted((a, b) => b.certainty * leastOf(b) - a.certainty * leastOf(a));
  if (!best || best.certainty < PERHAPS || !holds(best)) return undefined;
  const open = unjudged(best);
  if (open[0]?.kind === 'category')
    return formatUnchecked(
      best.label,
      Math.max(1, candidates.filter((k) => k.certainty >= THERE && holds(k)).length),
      noun,
    );
  if (open.length === 0) return undefined;
  return `I cannot judge ${quoted([...new Set(open.flatMap((j) => j.open ?? [j.words]))])}`;
}

/** "I see 2 people, and cannot tell whether they are women" */
function formatUnchecked(label: string, n: number, noun: string): string {
  const whether = n === 1 ? `it is ${counted(noun, 1)}` : `they are ${counted(noun, 2).slice(2)}`;
  return `I see ${counted(label, n)}, and cannot tell whether ${whether}`;
}

export const undecided = (why: string, candidates: readonly Candidate[] = []): Answered => ({
  outcome: 'undecided',
  value: null,
  candidates: candidates.slice(0, MAX_SHOWN),
  sentence: `Undecided: ${why}`,
});

/** What was asked about is not there. @param lead "No, ", "None: " */
export const absent = (
  { decision }: Given,
  lead: string,
  value: QuestionAnswer['value'] = null,
): Answered => ({
  outcome: 'not-present',
  value,
  candidates: [],
  sentence: lead + decision.sentence.replace(/^Not present: /, '').replace(/\.(?: I (?:took|read) .*)?$/, ''),
  sure: 1 - decision.presence,
});

export const product = (of: readonly number[]): number => of.reduce((all, p) => all * p, 1);
