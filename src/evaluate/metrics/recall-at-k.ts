import type { Family } from './figure.ts';
import type { Ranked } from './precision-at-k.ts';
import { shares } from './share.ts';

/** A positive beside its negatives of a group. */
export interface Contest extends Ranked {
  /** Scores of the positive's boxes, highest first; no more than the largest k is needed. */
  readonly scores: ArrayLike<number>;
  /** The same of each of its negatives; undefined for one that has no answer. */
  readonly rivals: readonly (ArrayLike<number> | undefined)[];
}

/** The highest `k` of some scores, in descending order. */
export const highest = (scores: readonly number[], k: number): Float64Array =>
  Float64Array.from(scores).sort().reverse().slice(0, k);

/**
 * Whether the right box is recalled: of all scores, the positive's and its negatives', the k highest values are taken
 * (a value that two boxes have counts twice); n of the positive's boxes score at least as high as the lowest of them
 * (ties count); one of its first min(n, k) boxes must be right. Where a negative has no answer nobody knows what would
 * have scored higher: not recalled, so that leaving out answers never pays.
 */
export function isRecalled({ rank, scores, rivals }: Contest, k: number): boolean {
  const pool: number[] = Array.from(scores);
  for (const rival of rivals) {
    if (!rival) return false;
    pool.push(...Array.from(rival));
  }
  const lowest = highest(pool, k).at(-1);
  if (lowest === undefined) return false;
  const n = Array.from(scores).filter((score) => score >= lowest).length;
  return rank <= Math.min(n, k);
}

/** Recall@k over the distinct positives that have negatives of the group. */
export const recallAtK = (group: string, contests: readonly Contest[], ks: readonly number[]): Family =>
  shares(
    group,
    contests,
    ks.map((k) => ({
      metric: `recall@${k}`,
      better: 'higher',
      test: (contest: Contest) => isRecalled(contest, k),
    })),
  );
