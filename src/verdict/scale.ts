import { z } from 'zod';
import { logit, sigmoid } from './logistic.ts';
import type { Outcome } from './verdict.ts';

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
