import { type Box, nms } from '../box.ts';

/** How the regions that a detector proposes for a phrase are narrowed down. */
export interface Narrowing {
  /** Regions with a lower score are dropped, 0..1. */
  readonly minScore?: number | undefined;
  /** Of two regions whose IoU is above this, the better scored one stays, 0..1. */
  readonly nmsIou?: number | undefined;
  /** At most so many regions, those with the highest scores. */
  readonly topK?: number | undefined;
}

/**
 * Drops low scores, then regions that overlap better scored ones, then all but the best.
 *
 * @param regions of one phrase, in any order
 * @returns a new list, best score first; regions of the same score keep the order given
 * @example
 * narrow(regions, { minScore: 0.3, nmsIou: 0.5, topK: 5 });
 */
export function narrow<T extends { readonly box: Box; readonly score: number }>(
  regions: readonly T[],
  { minScore = 0, nmsIou, topK }: Narrowing,
): T[] {
  const sure = regions.filter(({ score }) => score >= minScore).toSorted((a, b) => b.score - a.score);
  const apart = nmsIou === undefined ? sure : nms(sure, nmsIou);
  return apart.slice(0, topK);
}
