import { existsSync } from 'node:fs';
import * as z from 'zod';
import { STRATEGY_NAMES } from '../config.ts';
import { messageOf, SpotterError } from '../errors.ts';
import type { NounPhrase } from '../expression/query.ts';
import { readText } from '../models/store.ts';
import { logit, sigmoid } from '../scales.ts';
import type { Candidate, ConstraintScore, Outcome } from '../verdict.ts';
import { isNameChecked, unjudged } from './candidates.ts';
import type { NounDetections } from './detections.ts';

/** What the calibration weighs, each on a scale where 0 is unremarkable. */
export const FEATURES = [
  'certainty',
  'doubt',
  'rival',
  'size',
  'fit',
  'worst',
  'colour',
  'relation',
  'place',
  'hasColour',
  'hasRelation',
  'hasPlace',
  'unresolved',
  'narrower',
  'ambiguity',
  'clear',
] as const;
export type Features = Readonly<Record<(typeof FEATURES)[number], number>>;

const LEAST_CERTAIN = 0.02;
const PLACING: readonly ConstraintScore['kind'][] = ['place', 'row', 'ordinal', 'superlative'];

/**
 * Describes the best candidate for the calibration; without any candidate it is the least certain one.
 * - certainty: log odds that such a thing is there; doubt: how far its probability falls short of .6
 * - rival: 0 where nothing else was seen at the same place, .5 where it scores as well, towards 1 where better
 * - size: natural logarithm of the region's share of the picture
 * - fit: natural logarithm of the product of all judged constraints; worst: the least of them, 0..1
 * - colour, relation, place: how far the least of that kind falls short of 1; has…: whether there is one
 * - unresolved: number of constraints that could not be judged (0..2)
 * - narrower: 1 when the noun is a kind of what was detected, and no observer has told whether it is that kind
 * - ambiguity: 0 where the best candidate (of a plural all that are meant) leads clearly, 1 where the next fits as well
 * - clear: 1 where nothing but a probability keeps it from being found
 */
export function featuresOf(
  { plural, count }: Pick<NounPhrase, 'plural' | 'count'>,
  candidates: readonly Candidate[],
  detections: Pick<NounDetections, 'match'>,
  picture: { readonly width: number; readonly height: number },
  isClear: boolean,
): Features {
  const first = candidates[0];
  const meant = count ?? (plural ? candidates.length : 1);
  const last = candidates[meant - 1];
  const next = candidates[meant];
  const p = Math.min(Math.max(first?.certainty ?? 0, LEAST_CERTAIN), 1 - LEAST_CERTAIN);
  const judgements = first?.judgements.filter((j) => j.score !== undefined) ?? [];
  const least = (kinds: readonly ConstraintScore['kind'][]) =>
    Math.min(1, ...judgements.filter((j) => kinds.includes(j.kind)).map((j) => j.score!));
  const has = (kinds: readonly ConstraintScore['kind'][]) =>
    judgements.some((j) => kinds.includes(j.kind)) ? 1 : 0;
  const [x1, y1, x2, y2] = first?.box ?? [0, 0, 0, 0];
  const share = ((x2 - x1) * (y2 - y1)) / (picture.width * picture.height);
  return {
    certainty: Math.log(p / (1 - p)),
    doubt: Math.max(0, 0.6 - p),
    rival: first ? first.rival ** 10 / (1 + first.rival ** 10) : 0,
    size: first ? Math.log(Math.max(share, 1e-4)) : Math.log(0.05),
    fit: judgements.reduce((sum, j) => sum + Math.log(Math.max(j.score!, 0.02)), 0),
    worst: Math.min(1, ...judgements.map((j) => j.score!)),
    colour: 1 - least(['colour']),
    relation: 1 - least(['relation']),
    place: 1 - least(PLACING),
    hasColour: has(['colour']),
    hasRelation: has(['relation']),
    hasPlace: has(PLACING),
    unresolved: Math.min(unjudged(first).length, 2),
    narrower: detections.match === 'narrower' && !(first && isNameChecked(first)) ? 1 : 0,
    clear: isClear ? 1 : 0,
    ambiguity: last && next ? (next.score / Math.max(last.score, 1e-9)) ** 4 : 0,
  };
}

/** Where nothing at all was proposed for a thing that can be named. */
export const NOTHING: Features = featuresOf(
  { plural: false },
  [],
  { match: 'same' },
  { width: 1, height: 1 },
  false,
);

/** One example: feature values, and whether what is to be predicted was so. */
export interface Example {
  readonly x: readonly number[];
  readonly y: boolean;
}

export interface Logistic {
  readonly bias: number;
  readonly weights: readonly number[];
}

export const predict = ({ bias, weights }: Logistic, x: readonly number[]): number =>
  sigmoid(weights.reduce((sum, w, i) => sum + w * (x[i] ?? 0), bias));

/**
 * Fits a logistic regression with an L2 penalty on the weights (not the bias) by Newton's method.
 * @param ridge penalty; 1 keeps a handful of features steady on some hundred examples
 */
export function fitLogistic(examples: readonly Example[], ridge = 1, rounds = 30): Logistic {
  const size = (examples[0]?.x.length ?? 0) + 1;
  let beta = new Array<number>(size).fill(0);
  for (let round = 0; round < rounds; round++) {
    const gradient = beta.map((b, i) => (i === 0 ? 0 : -ridge * b));
    const hessian = beta.map((_, i) => beta.map((__, j) => (i === j ? (i === 0 ? 1e-6 : ridge) : 0)));
    for (const { x, y } of examples) {
      const row = [1, ...x];
      const p = sigmoid(row.reduce((sum, v, i) => sum + v * beta[i]!, 0));
      for (let i = 0; i < size; i++) {
        gradient[i]! += row[i]! * ((y ? 1 : 0) - p);
        for (let j = 0; j < size; j++) hessian[i]![j]! += row[i]! * row[j]! * p * (1 - p);
      }
    }
    const step = solve(hessian, gradient);
    beta = beta.map((b, i) => b + step[i]!);
    if (Math.max(...step.map(Math.abs)) < 1e-9) break;
  }
  const [bias = 0, ...weights] = beta;
  return { bias, weights };
}

/** Solves a small symmetric positive definite system by Gaussian elimination with pivoting. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const n = rows.length;
  for (let column = 0; column < n; column++) {
    const pivot = rows.slice(column).reduce((best, row, i) => {
      return Math.abs(row[column]!) > Math.abs(rows[best]![column]!) ? column + i : best;
    }, column);
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let i = column + 1; i < n; i++) {
      const factor = rows[i]![column]! / rows[column]![column]!;
      for (let j = column; j <= n; j++) rows[i]![j]! -= factor * rows[column]![j]!;
    }
  }
  const result = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    const known = rows[i]!.slice(i + 1, n).reduce((sum, v, k) => sum + v * result[i + 1 + k]!, 0);
    result[i] = (rows[i]![n]! - known) / rows[i]![i]!;
  }
  return result;
}

const share = z.number().min(0).max(1);

/** What a strategy's own presence is worth: how it is scaled, and how much of it an outcome needs. */
export const Scale = z.strictObject({
  /** What it was fitted on, in words. */
  method: z.string(),
  /** Platt scaling of the log odds. The weight is positive: what the strategy thinks likelier stays likelier. */
  bias: z.number(),
  weight: z.number().positive(),
  /** `found` needs at least this presence, `not-present` at most that. */
  found: share,
  absent: share,
});
export type Scale = z.infer<typeof Scale>;
export type Platt = Pick<Scale, 'bias' | 'weight'>;
export type Thresholds = Pick<Scale, 'found' | 'absent'>;

/** A presence as the scale has it. */
export const scaled = ({ bias, weight }: Platt, presence: number): number =>
  sigmoid(bias + weight * logit(presence));

const STANDS: Readonly<Record<Outcome, (presence: number, thresholds: Thresholds) => boolean>> = {
  found: (presence, { found }) => presence >= found,
  'not-present': (presence, { absent }) => presence <= absent,
  undecided: () => true,
};

/** Whether a scaled presence is enough for an outcome. */
export const stands = (outcome: Outcome, presence: number, thresholds: Thresholds): boolean =>
  STANDS[outcome](presence, thresholds);

const Model = z.strictObject({ bias: z.number(), weights: z.array(z.number()).length(FEATURES.length) });

const Schema = z.strictObject({
  id: z.string(),
  method: z.string(),
  /** Names of the weights, in their order. */
  features: z
    .array(z.enum(FEATURES))
    .refine((names) => names.join() === FEATURES.join(), 'was written for other features'),
  /** Probability that what was asked for is in the picture. */
  presence: Model,
  /** Probability that the best candidate is what was asked for. */
  right: Model,
  /** `found` from this probability of being right; `not-present` up to this presence. */
  found: z.number().min(0).max(1),
  absent: z.number().min(0).max(1),
  /** Presence of a thing that the detector cannot name. */
  unknown: z.number().min(0).max(1),
  /** What the presence that a strategy reports is worth, where somebody has measured it. */
  strategies: z.partialRecord(z.enum(STRATEGY_NAMES), Scale).optional(),
});

/** How features become probabilities and probabilities an outcome; see docs/calibration.md. */
export type Calibration = z.infer<typeof Schema>;

/** Where the calibration fitted for a detector lies, if there is one. */
export const calibrationFile = (id: string): URL => new URL(`./calibrations/${id}.json`, import.meta.url);
const STARTER = 'starter';

/** @throws SpotterError model-missing; ZodError when the file was written for other features */
export function loadCalibration(file: string | URL = calibrationFile(STARTER)): Calibration {
  const text = readText(file, { sentence: 'The calibration file is missing.', hint: `Put it back: ${file}` });
  return Schema.parse(JSON.parse(text));
}

/**
 * The calibration fitted for a detector. One that nobody has measured borrows the starter's, since what is weighed
 * is the certainty of a region and not its raw score; but as nobody knows how often it overlooks something, it is
 * "not present" only when that is no likelier than where nothing at all was proposed.
 * @param file one's own, in its place
 * @throws SpotterError bad-config: a file that cannot be read, is no calibration, or one of another detector
 */
export function calibrationFor(detector: string, file?: string): Calibration {
  if (file !== undefined) return ownCalibration(detector, file);
  if (existsSync(calibrationFile(detector))) return loadCalibration(calibrationFile(detector));
  const starter = loadCalibration();
  return { ...starter, absent: presenceOfNothing(starter) };
}

function ownCalibration(detector: string, file: string): Calibration {
  const hint =
    'SPOTTER_CALIBRATION names a file that "spotter eval calibrate" has written for this detector.';
  const { id, ...calibration } = readOwn(file, hint);
  if (id === detector) return { id, ...calibration };
  const sentence = `The calibration ${file} was fitted to "${id}", not to "${detector}".`;
  throw new SpotterError('bad-config', sentence, hint);
}

function readOwn(file: string, hint: string): Calibration {
  try {
    return loadCalibration(file);
  } catch (cause) {
    const why =
      cause instanceof z.ZodError
        ? formatFirst(cause)
        : cause instanceof SyntaxError
          ? 'it is not JSON.'
          : messageOf(cause);
    throw new SpotterError('bad-config', `${file} is no calibration that can be used: ${why}`, hint, cause);
  }
}

function formatFirst({ issues: [issue] }: z.ZodError): string {
  return `${[issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')}.`;
}

/** The presence of what nothing was proposed for, and a hair more. */
export const presenceOfNothing = (calibration: { readonly presence: Logistic }): number =>
  probability(calibration.presence, NOTHING) + 1e-4;

const probability = (model: Logistic, features: Features): number =>
  predict(
    model,
    FEATURES.map((name) => features[name]),
  );

export const presenceOf = (calibration: Calibration, features: Features): number =>
  probability(calibration.presence, features);
export const rightnessOf = (calibration: Calibration, features: Features): number =>
  probability(calibration.right, features);
