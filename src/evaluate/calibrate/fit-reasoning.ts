import { type Calibration, presenceOf, presenceOfNothing, rightnessOf } from '../../verdict/calibration.ts';
import { FEATURES, type Features } from '../../verdict/features.ts';
import { fitLogistic, type Logistic, predict } from '../../verdict/logistic.ts';
import { heldOut } from './folds.ts';
import { rounded, TARGETS } from './targets.ts';
import type { Trial } from './trial.ts';

/** One answered question as the regressions see it. */
export interface Observation extends Pick<Trial, 'photo' | 'present' | 'right'> {
  readonly features: Features;
}

export interface Predicted {
  readonly observation: Observation;
  readonly presence: number;
  readonly right: number;
}

/** Nouns that the specialist does not know: how many of these questions are about something that is there. */
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

/** Lowest threshold from which at least `precision` of those above it are right. */
export function foundThreshold(predicted: readonly Predicted[], precision: number): number {
  const sorted = predicted.toSorted((a, b) => b.right - a.right);
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

type Thresholds = Pick<Calibration, 'found' | 'absent'>;

/** The outcome that the thresholds give; what else keeps an answer undecided (a tie, open words) is left out. */
export function trialOf({ observation, presence, right }: Predicted, { found, absent }: Thresholds): Trial {
  const outcome = presence <= absent ? 'not-present' : right >= found ? 'found' : 'undecided';
  const { photo, present, right: isRight } = observation;
  return { photo, present, right: isRight, presence, outcome };
}

/** What a calibration says of an observation. */
export const predictedBy = (calibration: Calibration, observation: Observation): Predicted => ({
  observation,
  presence: presenceOf(calibration, observation.features),
  right: rightnessOf(calibration, observation.features),
});
