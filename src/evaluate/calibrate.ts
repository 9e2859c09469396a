import { FEATURES, type Features } from '../verdict/features.ts';
import { fitLogistic, type Logistic, predict } from '../verdict/logistic.ts';

/** One answered question as the calibration sees it. */
export interface Observation {
  /** Questions about one picture stay together when data is held out. */
  readonly group: string;
  readonly features: Features;
  /** What was asked for is in the picture. */
  readonly present: boolean;
  /** The best candidate is what was asked for. */
  readonly right: boolean;
}

export interface Predicted {
  readonly observation: Observation;
  readonly presence: number;
  readonly right: number;
}

const RIDGE = 0.5;
const FOLDS = 10;
/** Features in the order of the weights. */
export const vectorOf = (features: Features): number[] => FEATURES.map((name) => features[name]);

export const fitPresence = (all: readonly Observation[]): Logistic =>
  fitLogistic(
    all.map((o) => ({ x: vectorOf(o.features), y: o.present })),
    RIDGE,
  );
export const fitRight = (all: readonly Observation[]): Logistic =>
  fitLogistic(
    all.map((o) => ({ x: vectorOf(o.features), y: o.right })),
    RIDGE,
  );

/** Predicts every observation by models that have not seen its picture. */
export function crossValidate(all: readonly Observation[]): Predicted[] {
  const groups = [...new Set(all.map((o) => o.group))];
  const foldOf = new Map(groups.map((group, i) => [group, i % FOLDS]));
  return Array.from({ length: FOLDS }, (_, fold) => {
    const training = all.filter((o) => foldOf.get(o.group) !== fold);
    const presence = fitPresence(training);
    const right = fitRight(training);
    return all
      .filter((o) => foldOf.get(o.group) === fold)
      .map((observation) => ({
        observation,
        presence: predict(presence, vectorOf(observation.features)),
        right: predict(right, vectorOf(observation.features)),
      }));
  }).flat();
}

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

/** Expected calibration error over ten bins: mean distance of predicted from observed shares. */
export function calibrationError(pairs: ReadonlyArray<readonly [predicted: number, was: boolean]>): number {
  const bins = Array.from({ length: 10 }, (_, i) =>
    pairs.filter(([p]) => Math.min(9, Math.floor(p * 10)) === i),
  );
  return bins.reduce((sum, bin) => {
    if (bin.length === 0) return sum;
    const said = bin.reduce((s, [p]) => s + p, 0) / bin.length;
    const was = bin.filter(([, y]) => y).length / bin.length;
    return sum + (Math.abs(said - was) * bin.length) / pairs.length;
  }, 0);
}
