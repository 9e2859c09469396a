import { existsSync } from 'node:fs';
import { z } from 'zod';
import { STRATEGY_NAMES } from '../config.ts';
import { messageOf, SpotterError } from '../errors.ts';
import { readText } from '../models/read-file.ts';
import type { Outcome } from '../verdict.ts';
import { FEATURES, type Features, type Logistic, logit, NOTHING, predict, sigmoid } from './features.ts';

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
  /** Presence of a thing that the specialist cannot name. */
  unknown: z.number().min(0).max(1),
  /** What the presence that a strategy reports is worth, where somebody has measured it. */
  strategies: z.partialRecord(z.enum(STRATEGY_NAMES), Scale).optional(),
});

/** How features become probabilities and probabilities an outcome; see docs/calibration.md. */
export type Calibration = z.infer<typeof Schema>;

/** Where the calibration fitted for a specialist lies, if there is one. */
export const calibrationFile = (id: string): URL => new URL(`./calibrations/${id}.json`, import.meta.url);
const STARTER = 'starter';

/** @throws SpotterError model-missing; ZodError when the file was written for other features */
export function loadCalibration(file: string | URL = calibrationFile(STARTER)): Calibration {
  const text = readText(file, { sentence: 'The calibration file is missing.', hint: `Put it back: ${file}` });
  return Schema.parse(JSON.parse(text));
}

/**
 * The calibration fitted for a specialist. One that nobody has measured borrows the starter's, since what is weighed
 * is the certainty of a region and not its raw score; but as nobody knows how often it overlooks something, it is
 * "not present" only when that is no likelier than where nothing at all was proposed.
 * @param file one's own, in its place
 * @throws SpotterError bad-config: a file that cannot be read, is no calibration, or one of another specialist
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
