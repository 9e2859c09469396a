import type { Box } from '../../box.ts';
import { hits } from '../hits.ts';
import type { Family, OfImage } from './figure.ts';
import { shares } from './share.ts';

/** An answered positive: the rank of the first box that is right, from 1; Infinity where none is, or no answer. */
export interface Ranked extends OfImage {
  readonly rank: number;
}

/** Rank of the first box with an IoU of at least .5 with the reference, from 1; Infinity where there is none. */
export function rankOfHit(boxes: readonly Box[], reference: Box | undefined): number {
  const index = boxes.findIndex((box) => hits(box, reference));
  return index < 0 ? Number.POSITIVE_INFINITY : index + 1;
}

/**
 * Precision@k: the share of the positives with one of their first k boxes right, in the order of the file. One without
 * boxes, or without an answer, is a miss. `reachable` is the same over all boxes: no choice among them can do better.
 */
export const precisionAtK = (group: string, positives: readonly Ranked[], ks: readonly number[]): Family =>
  shares(group, positives, [
    ...ks.map((k) => ({
      metric: `precision@${k}`,
      better: 'higher' as const,
      test: ({ rank }: Ranked) => rank <= k,
    })),
    {
      metric: 'reachable',
      better: 'higher' as const,
      test: ({ rank }: Ranked) => rank < Number.POSITIVE_INFINITY,
    },
  ]);
