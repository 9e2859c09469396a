import { SpotterError } from '../../errors.ts';
import {
  type Calibration,
  FEATURES,
  type Features,
  fitLogistic,
  type Logistic,
  type Platt,
  predict,
  presenceOf,
  presenceOfNothing,
  rightnessOf,
  scaled,
  stands,
  type Thresholds,
} from '../../reasoning/calibration.ts';
import { logit } from '../../scales.ts';
import type { Outcome } from '../../verdict.ts';
import { bestThreshold, sortPoints } from '../metrics/metrics.ts';
import type { Annotation } from '../prediction.ts';
import { type Row, rowOf } from '../score/items.ts';

/** One answered question as a calibration sees it. */
export interface Trial {
  /** Questions about one photo stay together when data is held out. */
  readonly photo: string;
  /** What was asked for is in the picture. */
  readonly present: boolean;
  /** The best candidate is what was asked for. */
  readonly right: boolean;
  readonly presence: number;
  readonly outcome: Outcome;
}

/** A row and the photo that it belongs to. */
export interface Placed {
  readonly row: Row;
  readonly photo: string;
}

/**
 * Annotations by id. A negative belongs to the photo of its positive, also where its own picture was changed. Photos are
 * told by their file: some sets give every expression an image id of its own.
 */
export function placed(annotations: readonly Annotation[]): Map<string, Placed> {
  const rows = new Map(annotations.map((annotation) => [annotation.id, rowOf(annotation)]));
  const photoOf = (row: Row): string => (rows.get(row.positiveId ?? '') ?? row).file;
  return new Map([...rows].map(([id, row]) => [id, { row, photo: photoOf(row) }]));
}

/** One answered question as the regressions see it. */
export interface Observation extends Pick<Trial, 'photo' | 'present' | 'right'> {
  readonly features: Features;
}

export interface Predicted {
  readonly observation: Observation;
  readonly presence: number;
  readonly right: number;
}

/** Nouns that the detector does not know: how many of these questions are about something that is there. */
export interface Unnamed {
  readonly present: number;
  readonly all: number;
}

const RIDGE = 0.5;

/** Features in the order of the weights. */
const vectorOf = (features: Features): number[] => FEATURES.map((name) => features[name]);

export const fitPresence = (all: readonly Observation[]): Logistic =>
  fitLogistic(
    all.map((o) => ({ x: vectorOf(o.features), y: o.present })),
    RIDGE,
  );
const fitRight = (all: readonly Observation[]): Logistic =>
  fitLogistic(
    all.map((o) => ({ x: vectorOf(o.features), y: o.right })),
    RIDGE,
  );

/** Predicts every observation by models that have not seen its photo. */
export const crossValidate = (all: readonly Observation[]): Predicted[] =>
  heldOut(all, (training, held) => {
    const presence = fitPresence(training);
    const right = fitRight(training);
    return held.map((observation) => ({
      observation,
      presence: predict(presence, vectorOf(observation.features)),
      right: predict(right, vectorOf(observation.features)),
    }));
  });

const isClear = ({ features }: Observation): boolean => features.clear === 1;

/** Lowest threshold from which at least `precision` of those above it that can be found are right. */
export function foundThreshold(predicted: readonly Predicted[], precision: number): number {
  const sorted = predicted
    .filter(({ observation }) => isClear(observation))
    .toSorted((a, b) => b.right - a.right);
  let right = 0;
  let threshold = 1;
  sorted.forEach((p, i) => {
    if (p.observation.right) right++;
    if (right / (i + 1) >= precision) threshold = p.right;
  });
  return threshold;
}

/** Highest presence at which at most `wrong` of all that is present would be called absent. */
export function absentThreshold(predicted: readonly Predicted[], wrong: number): number {
  const present = predicted.filter((p) => p.observation.present).map((p) => p.presence);
  const sorted = present.toSorted((a, b) => a - b);
  return sorted[Math.floor(wrong * sorted.length)] ?? 0;
}

/** Both regressions, fitted to all, and thresholds from what they say of photos that they have not seen. */
export function fitReasoning(
  id: string,
  observations: readonly Observation[],
  predicted: readonly Predicted[],
  unnamed: Unnamed,
): Calibration {
  const presence = fitPresence(observations);
  const absent = absentThreshold(predicted, TARGETS.wronglyAbsent);
  return {
    id,
    method: 'logistic regressions and thresholds fitted by "npm run calibrate"; see docs/calibration.md',
    features: [...FEATURES],
    presence: roundedModel(presence),
    right: roundedModel(fitRight(observations)),
    found: rounded(foundThreshold(predicted, TARGETS.precision)),
    absent: rounded(Math.max(absent, presenceOfNothing({ presence }))),
    unknown: rounded((unnamed.present + 1) / (unnamed.all + 2)),
  };
}

const roundedModel = ({ bias, weights }: Logistic) => ({
  bias: rounded(bias),
  weights: weights.map(rounded),
});

type OutcomeThresholds = Pick<Calibration, 'found' | 'absent'>;

/** The outcome that the thresholds give; what else keeps an answer from being "not present" is left out. */
export function trialOf(
  { observation, presence, right }: Predicted,
  { found, absent }: OutcomeThresholds,
): Trial {
  const isFound = right >= found && isClear(observation);
  const outcome = presence <= absent ? 'not-present' : isFound ? 'found' : 'undecided';
  const { photo, present, right: isRight } = observation;
  return { photo, present, right: isRight, presence, outcome };
}

/** What a calibration says of an observation. */
export const predictedBy = (calibration: Calibration, observation: Observation): Predicted => ({
  observation,
  presence: presenceOf(calibration, observation.features),
  right: rightnessOf(calibration, observation.features),
});

/** Keeps the weight finite where presence tells all positives from all negatives. */
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

const FOLDS = 10;

interface OfPhoto {
  readonly photo: string;
}

/** The fold of each photo, in the order in which they first come. */
export function foldsOf(all: readonly OfPhoto[]): ReadonlyMap<string, number> {
  const photos = [...new Set(all.map(({ photo }) => photo))];
  return new Map(photos.map((photo, i) => [photo, i % FOLDS]));
}

/**
 * What is made of each part of the data by something that was fitted to the rest: ten folds, all questions about one
 * photo in the same one.
 * @param use fits to the first and is used on the second
 */
export function heldOut<T extends OfPhoto, R>(
  all: readonly T[],
  use: (training: readonly T[], held: readonly T[]) => readonly R[],
): R[] {
  const folds = foldsOf(all);
  return Array.from({ length: FOLDS }, (_, fold) => {
    const isHeld = ({ photo }: T) => folds.get(photo) === fold;
    const held = all.filter(isHeld);
    return held.length > 0
      ? use(
          all.filter((item) => !isHeld(item)),
          held,
        )
      : [];
  }).flat();
}

/**
 * From 100 of a kind a share is known to within .05 (one standard error at most), and the 6 % that may be denied wrongly
 * are more than six questions; from 30 photos each of the ten parts that are held out has three, as questions about one
 * photo go right or wrong together.
 */
export const ENOUGH = { ofKind: 100, photos: 30 } as const;

type Kind = Pick<Trial, 'photo' | 'present'>;

const KINDS = [
  { name: 'positives', isOne: ({ present }: Kind) => present },
  { name: 'negatives', isOne: ({ present }: Kind) => !present },
] as const;

/** What makes the fit a guess, in sentences. */
export function tooFew(all: readonly Kind[]): string[] {
  const photos = foldsOf(all).size;
  const few = KINDS.map(({ name, isOne }) => ({ name, n: all.filter(isOne).length }));
  return [
    ...few
      .filter(({ n }) => n < ENOUGH.ofKind)
      .map(({ name, n }) => `There are only ${n} ${name}; with fewer than ${ENOUGH.ofKind} this is a guess.`),
    ...(photos < ENOUGH.photos
      ? [`There are only ${photos} photos; with fewer than ${ENOUGH.photos} this is a guess.`]
      : []),
  ];
}

/** @throws SpotterError bad-usage: where there is nothing to tell apart, or nothing left of a kind while some is held out */
export function refuseOneSided(all: readonly Kind[]): void {
  const folds = foldsOf(all);
  for (const { name, isOne } of KINDS) {
    const ofKind = all.filter(isOne);
    const parts = new Set(ofKind.map(({ photo }) => folds.get(photo))).size;
    if (parts > 1) continue;
    throw new SpotterError(
      'bad-usage',
      ofKind.length === 0
        ? `There are no ${name} among the ${all.length} questions, so there is nothing to tell apart.`
        : `All ${name} are about too few photos to hold any out.`,
      'Take a set with expressions of what is there and of what is not, on many photos.',
    );
  }
}

/** What thresholds are chosen for. */
export interface Targets {
  /** Of what is called found so much should be right. */
  readonly precision: number;
  /** Of what is there at most so much should be called absent. */
  readonly wronglyAbsent: number;
}

export const TARGETS: Targets = { precision: 0.87, wronglyAbsent: 0.06 };

/** As a file has it. */
const rounded = (n: number): number => Math.round(n * 1e4) / 1e4;
