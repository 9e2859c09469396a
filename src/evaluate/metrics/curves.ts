import { randomFrom } from '../../mllm/multiple-choice.ts';
import { draw, type Resampling } from './bootstrap.ts';
import {
  type Count,
  countPassed,
  type Family,
  type OfImage,
  type SortedPoints,
  sumsByImage,
  type Weights,
} from './metrics.ts';

/** True positive rate, in percent, at which FPR95 is read off. */
const TPR_PERCENT = 95;

/** How well presence separates positives from negatives. */
export interface Separation {
  readonly auroc: number;
  readonly aupr: number;
  readonly fpr95: number;
}

const UNDEFINED: Separation = { auroc: Number.NaN, aupr: Number.NaN, fpr95: Number.NaN };

/**
 * With every score as a threshold, from the highest down; points of one score pass it together, so that the order of
 * ties never matters.
 * - AUROC: the share of pairs of a positive and a negative in which the positive scores higher, ties counting half.
 * - AUPR: average precision, the sum over thresholds of the precision there times the gain in recall; not interpolated.
 * - FPR95: the false positive rate at the highest threshold that lets at least 95 % of the positives pass.
 *
 * All NaN where either kind is missing.
 */
export function separation(points: SortedPoints, weights: Weights = points.once): Separation {
  const { ends } = points;
  const { truly, all, positives, negatives } = countPassed(points, weights);
  if (positives === 0 || negatives === 0) return UNDEFINED;
  let before = 0;
  let passedBefore = 0;
  let pairs = 0;
  let aupr = 0;
  let below95 = 0;
  for (let t = 0; t < ends.length; t++) {
    const last = ends[t]! - 1;
    const truePositives = truly[last]!;
    const passed = all[last]!;
    const gained = truePositives - before;
    // Each false positive is beaten by the positives before it and by half of those with its score.
    pairs += (passed - passedBefore - gained) * ((before + truePositives) / 2);
    if (passed > 0) aupr += (gained * truePositives) / passed;
    if (truePositives * 100 < TPR_PERCENT * positives) below95 = t + 1;
    before = truePositives;
    passedBefore = passed;
  }
  const at95 = ends[below95]! - 1;
  return {
    auroc: pairs / (positives * negatives),
    aupr: aupr / positives,
    fpr95: (all[at95]! - truly[at95]!) / negatives,
  };
}

/** @param count of the group's presence scores those that there are: a missing one is left out, and counted */
export function separationOf(group: string, points: SortedPoints, count: Count): Family {
  const about = { group, unit: 'share', count } as const;
  return {
    subjects: [
      { metric: 'AUROC', better: 'higher', ...about },
      { metric: 'AUPR', better: 'higher', ...about },
      { metric: 'FPR95', better: 'lower', ...about },
    ],
    statistic(weights) {
      const { auroc, aupr, fpr95 } = separation(points, weights);
      return [auroc, aupr, fpr95];
    },
  };
}

/** A threshold on presence and the rates of what scores at least as high; the first one, null, lets nothing pass. */
export interface RocPoint {
  readonly threshold: number | null;
  readonly fpr: number;
  readonly tpr: number;
}

/** The curve from (0, 0) to (1, 1), thinned evenly to at most `most` points; empty where either kind is missing. */
export function rocCurve({ size, score, positive }: SortedPoints, most = 200): RocPoint[] {
  const positives = positive.reduce((sum, p) => sum + p, 0);
  const negatives = size - positives;
  if (positives === 0 || negatives === 0) return [];
  const curve: RocPoint[] = [{ threshold: null, fpr: 0, tpr: 0 }];
  let passed = 0;
  for (let i = 0; i < size; i++) {
    passed += positive[i]!;
    if (score[i + 1] === score[i]) continue;
    curve.push({ threshold: score[i]!, fpr: (i + 1 - passed) / negatives, tpr: passed / positives });
  }
  if (curve.length <= most) return curve;
  return Array.from({ length: most }, (_, i) => curve[Math.round((i * (curve.length - 1)) / (most - 1))]!);
}

/** The true positive rate at a false positive rate, and what most resamples have there. */
export interface RocBand {
  readonly fpr: number;
  readonly low: number;
  readonly high: number;
}

/** Places of a band, evenly from a false positive rate of 0 to 1. */
const PLACES = 21;

/**
 * A band of true positive rates at each false positive rate: 95 % of the resamples of the images. Empty where either kind
 * is missing, or where there is one image.
 */
export function rocBand(
  points: SortedPoints,
  images: number,
  { resamples, seed, confidence }: Resampling,
): RocBand[] {
  const { positives, negatives } = countPassed(points, points.once);
  if (positives === 0 || negatives === 0 || images < 2 || resamples === 0) return [];
  const random = randomFrom(seed);
  const drawn = Array.from({ length: PLACES }, () => new Float64Array(resamples).fill(Number.NaN));
  const weights = new Uint32Array(images);
  for (let round = 0; round < resamples; round++) {
    draw(weights, random);
    for (const [place, tpr] of ratesAt(points, weights).entries()) drawn[place]![round] = tpr;
  }
  return drawn.flatMap((rates, place) => {
    const sorted = rates.filter(Number.isFinite).sort();
    if (sorted.length * 2 < resamples) return [];
    const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!;
    return [{ fpr: place / (PLACES - 1), low: at((1 - confidence) / 2), high: at((1 + confidence) / 2) }];
  });
}

/** The true positive rate at each place, between two thresholds in a straight line; nothing where a kind is missing. */
function ratesAt(points: SortedPoints, weights: Weights): number[] {
  const { truly, all, positives, negatives } = countPassed(points, weights);
  if (positives === 0 || negatives === 0) return [];
  const rates: number[] = [];
  let [tpr, fpr] = [0, 0];
  for (const end of points.ends) {
    const truePositives = truly[end - 1]!;
    const [nextTpr, nextFpr] = [truePositives / positives, (all[end - 1]! - truePositives) / negatives];
    for (let place = rates.length; place < PLACES && place / (PLACES - 1) < nextFpr; place++) {
      const along = (place / (PLACES - 1) - fpr) / (nextFpr - fpr);
      rates.push(tpr + along * (nextTpr - tpr));
    }
    [tpr, fpr] = [nextTpr, nextFpr];
  }
  while (rates.length < PLACES) rates.push(1);
  return rates;
}

const BINS = 10;

/** A probability that was said, 0..1, and whether it came true. */
export interface Forecast extends OfImage {
  readonly said: number;
  readonly was: boolean;
}

/** One bin of a reliability diagram: how many were said to be within it, and what was said and came true on average. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean of what was said, and the share that came true; null in an empty bin. */
  readonly said: number | null;
  readonly was: number | null;
}

/** The bin of a probability: equally wide ones, closed below; the last one holds 1 too. */
const binOf = (said: number): number => Math.min(BINS - 1, Math.floor(said * BINS));

/** Ten bins from 0 to 1. */
export function reliability(forecasts: readonly Forecast[]): ReliabilityBin[] {
  return Array.from({ length: BINS }, (_, bin) => {
    const within = forecasts.filter(({ said }) => binOf(said) === bin);
    const mean = (of: (forecast: Forecast) => number): number | null =>
      within.length > 0 ? within.reduce((sum, forecast) => sum + of(forecast), 0) / within.length : null;
    return {
      from: bin / BINS,
      to: (bin + 1) / BINS,
      count: within.length,
      said: mean(({ said }) => said),
      was: mean(truth),
    };
  });
}

const truth = ({ was }: Forecast): number => (was ? 1 : 0);

/**
 * Expected calibration error: the distance of what was said from what came true, bin by bin, weighted by the number of
 * forecasts in it. NaN of none. That is, of each bin, the sum of what was said too much.
 * @param of how many questions could have had a forecast
 */
export function calibrationError(group: string, forecasts: readonly Forecast[], of: number): Family {
  const bins = Array.from({ length: BINS }, (_, bin) => (forecast: Forecast) => {
    return binOf(forecast.said) === bin ? forecast.said - truth(forecast) : 0;
  });
  const sums = sumsByImage(forecasts, [() => 1, ...bins]);
  const count = { part: forecasts.length, of };
  return {
    subjects: [{ metric: 'calibration error', group, unit: 'share', better: 'lower', count }],
    statistic(weights) {
      const of = sums.of(weights);
      let apart = 0;
      for (let bin = 1; bin <= BINS; bin++) apart += Math.abs(of[bin]!);
      return [apart / of[0]!];
    },
  };
}
