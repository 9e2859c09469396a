import type { Family, Weights } from './figure.ts';
import type { SortedPoints } from './points.ts';

export interface BestThreshold {
  /** Presence up to which, inclusively, a question is best answered "not present". */
  readonly threshold: number;
  /** Mean of the share of positives above it and the share of negatives up to it. */
  readonly balancedAccuracy: number;
}

/**
 * The threshold with the highest balanced accuracy; of several the highest one. It lies halfway between the two scores
 * that it separates, or on the highest score where nothing better than chance is found. NaN where either kind is
 * missing.
 */
export function bestThreshold(points: SortedPoints, weights: Weights = points.once): BestThreshold {
  const { size, score, positive, image } = points;
  const [positives, negatives] = points.totals(weights);
  if (positives === 0 || negatives === 0) return { threshold: Number.NaN, balancedAccuracy: Number.NaN };
  let best = { threshold: score[0]!, balancedAccuracy: 0.5 };
  let [present, falsely] = [0, 0];
  for (let i = 0; i < size - 1; i++) {
    if (positive[i]) present += weights[image[i]!]!;
    else falsely += weights[image[i]!]!;
    if (score[i + 1] === score[i]) continue;
    const balancedAccuracy = (present / positives + 1 - falsely / negatives) / 2;
    if (balancedAccuracy > best.balancedAccuracy) {
      best = { threshold: (score[i]! + score[i + 1]!) / 2, balancedAccuracy };
    }
  }
  return best;
}

/** The interval is that of choosing anew in each resample; the value is chosen and measured on the same answers. */
export function bestThresholdOf(group: string, points: SortedPoints, of: number): Family {
  const about = { group, count: { part: points.size, of } };
  return {
    subjects: [
      { metric: 'best balanced accuracy', unit: 'share', better: 'higher', ...about },
      { metric: 'best threshold', unit: 'presence', better: 'neither', ...about },
    ],
    statistic(weights) {
      const { balancedAccuracy, threshold } = bestThreshold(points, weights);
      return [balancedAccuracy, threshold];
    },
  };
}
