import { fitLogistic, logit } from '../../verdict/logistic.ts';
import { type Platt, scaled, stands, type Thresholds } from '../../verdict/scale.ts';
import { bestThreshold } from '../metrics/balanced-accuracy.ts';
import { sortPoints } from '../metrics/points.ts';
import { heldOut } from './folds.ts';
import { rounded, TARGETS, type Targets } from './targets.ts';
import type { Trial } from './trial.ts';

/** Keeps the weight finite where presence tells all positives from all negatives. */
const RIDGE = 0.5;
/** The first few answers may be right by chance. */
const LEAST = 20;

export type Fitted = Platt & Thresholds;

export interface Fit {
  readonly scale: Fitted;
  /** Whether any threshold makes answers that are found as precise as they should be. */
  readonly precise: boolean;
  /** Whether any threshold lets something be called absent, and no more of what is there than may be. */
  readonly careful: boolean;
}

/**
 * Fits what a strategy's presence is worth: Platt scaling (Platt 1999), and on the scaled presence two thresholds, on
 * either side of the line with the best balanced accuracy.
 * - found: the lowest from which so many of the answers "found" are right, and not below the line
 * - absent: the highest up to which no more positives are answered "not present" than may be, and not above the line
 *
 * Where a target cannot be had with at least LEAST answers, the line is the threshold: better an answer that is as good
 * as the strategy than none ever.
 */
export function fitScale(trials: readonly Trial[], targets: Targets = TARGETS): Fit {
  const platt = fitPlatt(trials);
  const said = trials.map((trial) => ({ ...trial, presence: scaled(platt, trial.presence) }));
  const points = said.map(({ presence, present }) => ({ score: presence, positive: present, image: 0 }));
  const line = bestThreshold(sortPoints(points)).threshold;
  const from = foundFrom(said, targets.precision);
  const upTo = Math.min(line, absentUpTo(said, targets.wronglyAbsent));
  const absences = (most: number) =>
    said.filter(({ outcome, presence }) => outcome === 'not-present' && presence <= most).length;
  const careful = absences(upTo) >= Math.min(LEAST, absences(line));
  return {
    scale: { ...platt, found: down(Math.max(line, from ?? line)), absent: down(careful ? upTo : line) },
    precise: from !== undefined,
    careful,
  };
}

/** What becomes of every trial by a scale that was fitted, thresholds and all, to other photos. */
export const crossScale = (trials: readonly Trial[]): Trial[] =>
  heldOut(trials, (training, held) => {
    const { scale } = fitScale(training);
    return held.map((trial) => applied(scale, trial));
  });

/** What `settle` makes of it. */
function applied(scale: Fitted, trial: Trial): Trial {
  const presence = scaled(scale, trial.presence);
  return {
    ...trial,
    presence,
    outcome: stands(trial.outcome, presence, scale) ? trial.outcome : 'undecided',
  };
}

function fitPlatt(trials: readonly Trial[]): Platt {
  const examples = trials.map(({ presence, present }) => ({ x: [logit(presence)], y: present }));
  const { bias, weights } = fitLogistic(examples, RIDGE);
  return { bias: rounded(bias), weight: rounded(weights[0] ?? 0) };
}

/**
 * Halfway below the lowest presence from which at least `precision` of the answers found are right; 0 where all of them
 * may stand, undefined where no LEAST of them may.
 */
export function foundFrom(trials: readonly Trial[], precision: number): number | undefined {
  const found = trials
    .filter(({ outcome }) => outcome === 'found')
    .toSorted((a, b) => b.presence - a.presence);
  let right = 0;
  let from: number | undefined;
  for (const [i, trial] of found.entries()) {
    if (trial.right) right += 1;
    const next = found[i + 1]?.presence;
    // No threshold lies between equals.
    if (next === trial.presence || i + 1 < LEAST || right < precision * (i + 1)) continue;
    from = next === undefined ? 0 : (trial.presence + next) / 2;
  }
  return from;
}

/** Halfway to the lowest presence with which one positive too many is answered "not present"; 1 where none is. */
export function absentUpTo(trials: readonly Trial[], wronglyAbsent: number): number {
  const present = trials.filter((trial) => trial.present);
  const denied = present
    .filter(({ outcome }) => outcome === 'not-present')
    .map(({ presence }) => presence)
    .toSorted((a, b) => a - b);
  const tooMany = denied[Math.floor(wronglyAbsent * present.length)];
  if (tooMany === undefined) return 1;
  const below = denied.findLast((presence) => presence < tooMany) ?? 0;
  return (below + tooMany) / 2;
}

/** Rounded so that what lies on the line stays found. */
const down = (n: number): number => Math.floor(n * 1e4) / 1e4;
