import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { SpotterError } from '../errors.ts';
import { FEATURES, type Features } from './features.ts';
import { type Logistic, predict } from './logistic.ts';

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
});

/** How features become probabilities and probabilities an outcome; see docs/calibration.md. */
export type Calibration = z.infer<typeof Schema>;

const SHIPPED = new URL('./calibration.json', import.meta.url);

/** @throws SpotterError model-missing; ZodError when the file was written for other features */
export function loadCalibration(file: string | URL = SHIPPED): Calibration {
  return Schema.parse(JSON.parse(contents(file)));
}

function contents(file: string | URL): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new SpotterError(
      'model-missing',
      'The calibration file is missing.',
      `Put it back: ${file}`,
      cause,
    );
  }
}

const probability = (model: Logistic, features: Features): number =>
  predict(
    model,
    FEATURES.map((name) => features[name]),
  );

export const presenceOf = (calibration: Calibration, features: Features): number =>
  probability(calibration.presence, features);
export const rightnessOf = (calibration: Calibration, features: Features): number =>
  probability(calibration.right, features);
