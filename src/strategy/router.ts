import { type Box, iou, nms } from '../box.ts';

/** 1: easy, the specialist answers; 2: hard, the MLLM is asked. */
export type Level = 1 | 2;

interface Scored {
  readonly box: Box;
  readonly score: number;
}

export interface Routed<T extends Scored> {
  readonly level: Level;
  /** The regions of the target's kind that were left, best first. */
  readonly kept: readonly T[];
}

export interface RouteOptions {
  /**
   * Repeats a fault of the published code, for comparing numbers: corners are taken for a corner and a size, so that
   * regions far from the upper left corner seem to overlap and hard cases are taken for easy ones.
   */
  readonly paperNms?: boolean;
}

const MOST = 10;
const LEAST_SCORE = 0.2;
/** Overlap from which two regions are one thing, here and among candidates. */
export const SAME_IOU = 0.7;

/**
 * How hard a question is, by how many regions the specialist finds for its target phrase alone: with one or none it
 * is easy, whatever else is said.
 * @param regions for the target phrase, in pixels of the oriented picture, any order
 */
export function route<T extends Scored>(
  regions: readonly T[],
  { paperNms = false }: RouteOptions = {},
): Routed<T> {
  const likely = regions
    .toSorted((a, b) => b.score - a.score)
    .slice(0, MOST)
    .filter(({ score }) => score > LEAST_SCORE);
  const kept = paperNms ? misreadNms(likely) : nms(likely, SAME_IOU);
  return { level: kept.length <= 1 ? 1 : 2, kept };
}

/** The best `k` regions for a whole expression that are not the same thing twice, best first. */
export const proposals = <T extends Scored>(regions: readonly T[], k: number): T[] =>
  nms(regions, SAME_IOU).slice(0, k);

function misreadNms<T extends Scored>(regions: readonly T[]): T[] {
  const misread = regions.map((region) => {
    const [x, y, w, h] = region.box;
    return { region, box: [x, y, x + w, y + h] as const };
  });
  const kept: typeof misread = [];
  for (const next of misread) {
    if (kept.every(({ box }) => iou(box, next.box) <= SAME_IOU)) kept.push(next);
  }
  return kept.map(({ region }) => region);
}
