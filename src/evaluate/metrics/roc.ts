import type { Count, Family, Weights } from './figure.ts';
import type { SortedPoints } from './points.ts';

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
  const { positive, score, image, size } = points;
  const [positives, negatives] = points.totals(weights);
  if (positives === 0 || negatives === 0) return UNDEFINED;
  let [truePositives, falsePositives, pairs, aupr, fpr95] = [0, 0, 0, 0, Number.NaN];
  for (let i = 0; i < size; ) {
    const threshold = score[i];
    let [gainedTrue, gainedFalse] = [0, 0];
    for (; i < size && score[i] === threshold; i++) {
      if (positive[i]) gainedTrue += weights[image[i]!]!;
      else gainedFalse += weights[image[i]!]!;
    }
    pairs += gainedFalse * (truePositives + gainedTrue / 2);
    truePositives += gainedTrue;
    falsePositives += gainedFalse;
    if (gainedTrue > 0) aupr += (gainedTrue * truePositives) / (truePositives + falsePositives);
    if (Number.isNaN(fpr95) && truePositives * 100 >= TPR_PERCENT * positives)
      fpr95 = falsePositives / negatives;
  }
  return { auroc: pairs / (positives * negatives), aupr: aupr / positives, fpr95 };
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
