import { SpotterError } from '../errors.ts';
import type { NounPhrase, Query } from '../expression/query.ts';
import { type Candidate, NO_COST, type Verdict } from '../verdict.ts';
import { type Calibration, presenceOf, rightnessOf, type Scale, scaled, stands } from './calibration.ts';
import type { NounDetections, Scene } from './detections.ts';
import { featuresOf, unjudged } from './features.ts';
import { formatAbsent, formatFound, formatUndecided, formatUnsure, MAX_SHOWN } from './sentence.ts';

const WORTH_SHOWING = 0.35;
/** A second candidate this close fits as well: choosing the first would be a guess. */
const TIE = 0.93;
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
  const features = featuresOf(query.target, candidates, detections, scene.picture);
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

  const meant = meantBy(query.target, candidates);
  const short = query.target.count !== undefined && meant.length < query.target.count;
  const open = isOpen(query.target);
  const absent = presence <= calibration.absent || (short && certainCount(candidates) < query.target.count!);
  if (absent && !open && provesAbsence(detections, candidates)) {
    return {
      ...common,
      outcome: 'not-present',
      candidates: [],
      sentence: formatAbsent(query, candidates, scene),
    };
  }
  if (right >= calibration.found && !short && !open && !isTied(query.target, candidates)) {
    return {
      ...common,
      outcome: 'found',
      candidates: meant,
      sentence: formatFound(query, meant, unresolved),
    };
  }
  const sentence = formatUndecided(query, shown, scene, unresolved);
  return { ...common, outcome: 'undecided', candidates: shown, sentence };
}

/** What turns the question round or widens it ("except the woman", "or a dog") decides; unjudged, nothing is decided. */
const DECISIVE = /\b(not|no|never|neither|nor|none|without|except|but|other than|or|n't)\b/i;
const isOpen = ({ constraints }: NounPhrase): boolean =>
  constraints.some((k) => k.kind === 'unresolved' && (k.negated || DECISIVE.test(k.words)));

/** Seeing no dog proves that there is no puppy; seeing no cat, dog or cow does not prove that there is no animal. */
const provesAbsence = (detections: NounDetections, candidates: readonly Candidate[]): boolean =>
  detections.match === 'same' || detections.match === 'narrower' || candidates.length > 0;

function isTied(target: NounPhrase, [first, second]: readonly Candidate[]): boolean {
  return !target.plural && first !== undefined && second !== undefined && second.score >= TIE * first.score;
}

/** The candidates that the phrase means: one, as many as it counts, or for a plural all that fit nearly as well. */
function meantBy({ plural, count }: NounPhrase, candidates: readonly Candidate[]): Candidate[] {
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
  const chosen = verdict.candidates[number - 1];
  if (!chosen) {
    const shown = verdict.candidates.length;
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
    sentence: `Found: you chose candidate ${number}, a ${chosen.label}.`,
    route: 'picked',
  };
}

type Decision = Omit<Verdict, 'trace' | 'strategy'>;

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
