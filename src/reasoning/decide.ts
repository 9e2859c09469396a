import { SpotterError } from '../errors.ts';
import { SORTS_OF_PEOPLE } from '../expression/lexicon/things.ts';
import type { NounPhrase, Query } from '../expression/query.ts';
import { isLong, rasterScale } from '../picture/picture.ts';
import {
  type Candidate,
  type Decision,
  isForChoosing,
  NO_COST,
  type QuestionAnswer,
  type Verdict,
} from '../verdict.ts';
import {
  type Calibration,
  type Features,
  featuresOf,
  presenceOf,
  rightnessOf,
  type Scale,
  scaled,
  stands,
} from './calibration.ts';
import { holds, isContradicted, isNameChecked, leastOf, SURELY_THERE, unjudged } from './candidates.ts';
import type { NounDetections, Scene } from './detections.ts';
import {
  formatAbsent,
  formatFound,
  formatTooSmall,
  formatUnchecked,
  formatUndecided,
  formatUnsure,
  isColourless,
  MAX_SHOWN,
} from './sentences.ts';

const WORTH_SHOWING = 0.35;
/** Less certain regions are not taken for another one of the kind. */
const POSSIBLE = 0.2;
/** A second candidate this close fits as well: choosing the first would be a guess. */
const TIE = 0.93;
/** One that is surely there and fits as well in all that was said needs only this much of the score. */
const ALIKE = 0.8;
/** What fits less than this by the best is not what else may be meant, where the noun itself is not checked. */
const ALSO_FITS = 0.5;
/** Of a plural, all that fit at least this well by the best are meant. */
const ALSO_MEANT = 0.5;

/** Turns scored candidates into an outcome with its reason; never marks what it does not believe in. */
export function decide(
  query: Query,
  candidates: readonly Candidate[],
  scene: Scene,
  calibration: Calibration,
): Omit<Verdict, 'trace' | 'strategy'> {
  const detections = scene.detections.get(query.target)!;
  const features = featuresIn(query.target, candidates, scene);
  const unknown = detections.match === 'unknown';
  const presence = unknown ? calibration.unknown : presenceOf(calibration, features);
  const right = unknown ? 0 : rightnessOf(calibration, features);
  const shown = worthShowing(candidates);
  const unresolved = openWords(candidates[0]);
  const common = {
    considered: candidates,
    presence,
    right,
    unresolved,
    route: 'reasoning',
    cost: NO_COST,
  } as const;

  const meant = candidatesMeant(query.target, candidates);
  const short = isShort(query.target, meant);
  const open = isOpen(query.target, candidates[0]);
  const colourless = isColourless(query.target, scene);
  const absent =
    presence <= calibration.absent ||
    (short && certainCount(candidates) < query.target.count!) ||
    (!unknown && noneFits(candidates));
  const nothing = colourless && candidates.length === 0 && !open;
  // "I see a bear, but no bear": the thing is surely there, and nothing speaks against it.
  const fits = !short && candidates.some((k) => k.certainty >= SURELY_THERE && !isContradicted(k));
  if (absent && !fits && ((!open && !colourless) || nothing) && provesAbsence(detections, candidates)) {
    const sentence = formatAbsent(query, candidates, scene);
    if (isTooSmallToSee(scene))
      return { ...common, outcome: 'undecided', candidates: shown, sentence: formatTooSmall(sentence) };
    return { ...common, outcome: 'not-present', candidates: [], sentence };
  }
  if (right >= calibration.found && features.clear === 1) {
    const sentence = isNamed(detections, meant)
      ? formatFound(query, meant, unresolved)
      : formatUnchecked(query, meant, detections, unresolved, areAll(meant, candidates));
    return { ...common, outcome: 'found', candidates: meant, sentence };
  }
  const sentence = formatUndecided(query, shown, scene, unresolved);
  return { ...common, outcome: 'undecided', candidates: shown, sentence };
}

/**
 * Whether the best candidates may be marked if they are right enough: no others fit as well, and what was said of them is judged and
 * holds. Where the noun can mean no others, one thing may stay open: what it is called, or what else was said.
 */
function canBeFound(target: NounPhrase, candidates: readonly Candidate[], scene: Scene): boolean {
  const [best] = candidates;
  const detections = scene.detections.get(target)!;
  const meant = candidatesMeant(target, candidates);
  if (best === undefined || isShort(target, meant) || isTied(target, candidates)) return false;
  if (isOpen(target, best) || isColourless(target, scene) || isUnread(best)) return false;
  if (!holds(best)) return false;
  const isJudged = unjudged(best).every(({ kind }) => kind === 'category');
  const areNamed = isNamed(detections, meant);
  if (isJudged && areNamed) return true;
  if (areAll(meant, candidates)) return isJudged || areNamed;
  if (!isJudged) return false;
  const fitting = possible(candidates).filter(({ score }) => score >= ALSO_FITS * best.score);
  // Of several people nothing tells which one is a woman; of several chairs one may be the only red one.
  return fitting.length <= meant.length && !SORTS_OF_PEOPLE.has(detections.noun);
}

/** The features of the best candidate of a scene. */
export const featuresIn = (target: NounPhrase, candidates: readonly Candidate[], scene: Scene): Features =>
  featuresOf(
    target,
    candidates,
    scene.detections.get(target)!,
    scene.picture,
    canBeFound(target, candidates, scene),
  );

const isShort = ({ count }: NounPhrase, meant: readonly Candidate[]): boolean =>
  count !== undefined && meant.length < count;

const isNamed = ({ match }: NounDetections, meant: readonly Candidate[]): boolean =>
  match !== 'narrower' || meant.every(isNameChecked);

const possible = (candidates: readonly Candidate[]): Candidate[] =>
  candidates.filter(({ certainty }) => certainty >= POSSIBLE);

/** Whether there is no other one that the noun may mean. */
const areAll = (meant: readonly Candidate[], candidates: readonly Candidate[]): boolean =>
  possible(candidates).length <= meant.length;

/** A candidate does not fit where one of its constraints scores this or less. */
const FAILS = 0.2;
/** A region less certain than this is hardly there; more certain than that, it surely is. */
const [HARDLY, SURELY] = [0.1, 0.6];

/** Whether the best candidate is contradicted, or hardly there beside sure ones of its kind that are contradicted. */
function noneFits([best, ...others]: readonly Candidate[]): boolean {
  if (best === undefined) return false;
  if (leastOf(best) <= FAILS) return true;
  return best.certainty < HARDLY && others.some((k) => k.certainty >= SURELY && isContradicted(k));
}

/** What turns the question round or widens it ("except the woman", "or a dog") decides; unjudged, nothing is decided. */
const DECISIVE = /\b(not|no|never|neither|nor|none|without|except|but|other than|or|n't)\b/i;
const isOpen = ({ constraints }: NounPhrase, best: Candidate | undefined): boolean =>
  constraints.some((k) => k.kind === 'unresolved' && (k.negated || DECISIVE.test(k.words))) ||
  (best?.judgements.some((j) => j.kind === 'pose' && j.negated && j.score === undefined) ?? false);

/** What it is known by is written on it, and could not be read: any other one may be meant. */
const isUnread = (best: Candidate | undefined): boolean =>
  best?.judgements.some(({ kind, score }) => kind === 'reading' && score === undefined) ?? false;

/** A long picture was made smaller than it can be looked at in parts: what is small in it may not be seen. */
const isTooSmallToSee = ({ picture }: Scene): boolean => isLong(picture) && rasterScale(picture) < 1;

/** Seeing no dog proves that there is no puppy; seeing no cat, dog or cow does not prove that there is no animal. */
const provesAbsence = (detections: NounDetections, candidates: readonly Candidate[]): boolean =>
  detections.match === 'same' || detections.match === 'narrower' || candidates.length > 0;

/** Whether one more fits as well as the last of those that are meant, or all that was said fits it as well and it is as sure. */
function isTied({ plural, count }: NounPhrase, candidates: readonly Candidate[]): boolean {
  if (plural && count === undefined) return false;
  const [last, ...others] = candidates.slice((count ?? 1) - 1);
  return others.some(
    (k) =>
      k.score >= TIE * last!.score ||
      (k.certainty >= SURELY_THERE && k.score >= ALIKE * last!.score && fitOf(k) >= TIE * fitOf(last!)),
  );
}

/** How well all that was said fits, whatever the detection is worth. */
const fitOf = ({ judgements }: Candidate): number =>
  judgements.reduce((product, { score = 1 }) => product * score, 1);

/** The candidates that the phrase means: one, as many as it counts, or for a plural all that fit nearly as well. */
function candidatesMeant({ plural, count }: NounPhrase, candidates: readonly Candidate[]): Candidate[] {
  const best = candidates[0];
  if (!best) return [];
  if (count !== undefined)
    return candidates.slice(0, count).filter((k) => k.score >= ALSO_MEANT * best.score);
  if (!plural) return [best];
  return candidates.filter((k) => k.score >= ALSO_MEANT * best.score && k.certainty >= 0.5);
}

/** What the person may choose from: not what fits far worse than the best. */
const worthShowing = (candidates: readonly Candidate[]): Candidate[] =>
  candidates.filter((k) => k.score >= WORTH_SHOWING * candidates[0]!.score).slice(0, MAX_SHOWN);

const certainCount = (candidates: readonly Candidate[]): number =>
  candidates.filter((k) => k.certainty >= 0.4).length;

/** The words that nothing could judge, for the best candidate. */
function openWords(best: Candidate | undefined): string[] {
  if (!best) return [];
  const named = best.judgements.filter((j) => j.kind === 'category' && j.score === undefined);
  const words = [...named, ...unjudged(best)].flatMap((j) => j.open ?? [j.words]);
  return [...new Set(words)].filter((w) => !words.some((other) => other !== w && other.includes(w)));
}

/**
 * Resolves an undecided verdict by the number of a candidate, counted from 1 as it was shown.
 * @throws SpotterError bad-pick
 */
export function pick(verdict: Verdict, number: number): Verdict {
  const shown = isForChoosing(verdict) ? verdict.candidates.length : 0;
  const chosen = verdict.candidates[number - 1];
  if (!chosen || number > shown) {
    throw new SpotterError(
      'bad-pick',
      `There is no candidate ${number}.`,
      shown === 0 ? 'There are no candidates to choose from.' : `Choose a number from 1 to ${shown}.`,
    );
  }
  return {
    ...verdict,
    outcome: 'found',
    candidates: [chosen],
    sentence: `Found: you chose candidate ${number}, a ${chosen.label}${formatPicked(verdict, number)}.`,
    route: 'picked',
    ...(verdict.question && { question: pickedAnswer(verdict.question, number) }),
  };
}

/** The answer to a question, where it is about that candidate. */
const pickedAnswer = ({ kind, each }: QuestionAnswer, number: number): QuestionAnswer => ({
  kind,
  value: each?.[number - 1] ?? null,
});

const formatPicked = ({ question }: Verdict, number: number): string => {
  const value = question?.kind === 'which' ? undefined : question?.each?.[number - 1];
  return value ? `: ${value}` : '';
};

/**
 * Scales the presence that a strategy reports, and leaves undecided what is not sure enough for its outcome. Nothing
 * becomes found or not present by it. What a person picked, and what had to do without its language model, is no answer
 * of the kind that the scale was fitted to, and stays as it is.
 */
export function applyCalibration(decision: Decision, scale: Scale, query: Query): Decision {
  if (decision.degraded || decision.route === 'picked') return decision;
  const presence = scaled(scale, decision.presence);
  const settled = { ...decision, presence, right: Math.min(decision.right, presence) };
  if (stands(decision.outcome, presence, scale)) return settled;
  const candidates = toChooseFrom(decision);
  const sentence = formatUnsure(query, decision, candidates.length);
  return { ...settled, outcome: 'undecided', candidates, sentence };
}

/** Several that were meant together stay together; else what was marked comes first. */
function toChooseFrom({ candidates, considered }: Decision): readonly Candidate[] {
  if (candidates.length > 1) return candidates.slice(0, MAX_SHOWN);
  return worthShowing([...new Set([...candidates, ...considered])]);
}

const NEEDS = {
  found: ({ found }: Scale) => `; found needs ${found} or more`,
  'not-present': ({ absent }: Scale) => `; not present needs ${absent} or less`,
  undecided: () => '',
} as const;

/** What the scale makes of a decision, for the trace. */
export const formatScaling =
  (before: Decision, scale: Scale) =>
  (after: Decision): string =>
    after === before
      ? 'left as it is'
      : `presence ${before.presence.toFixed(3)} is worth ${after.presence.toFixed(3)}${NEEDS[before.outcome](scale)}`;
