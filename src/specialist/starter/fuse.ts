import { type Box, iou, nms } from '../../box.ts';
import type { Region } from '../specialist.ts';
import type { View } from './views.ts';

/** A region with the kind of view that showed it. */
export interface Seen extends Region {
  readonly view: View['kind'];
}

const SAME_IOU = 0.55;

/**
 * One list of regions from those of several views: what was seen at the same place as the same thing becomes one
 * region, its box the mean weighted by score. Its score is the mean of the whole and its mirror image, so that
 * seeing it in one of them counts half; a part that shows it may raise or lower that, and alone counts half.
 * @param maxIou regions of one label that still overlap more than this are one
 */
export function fuse(seen: readonly Seen[], { maxIou, max }: { maxIou: number; max: number }): Region[] {
  const labels = new Set(seen.map((region) => region.label));
  return [...labels]
    .map((label) => seen.filter((region) => region.label === label))
    .flatMap((regions) => nms(groups(regions).map(merge), maxIou))
    .sort((a, b) => b.score - a.score)
    .slice(0, max);
}

/** Greedy groups around the best scored region that is left. */
function groups(regions: readonly Seen[]): Seen[][] {
  let left = regions.toSorted((a, b) => b.score - a.score);
  const found: Seen[][] = [];
  while (left.length > 0) {
    const best = left[0]!;
    const near = (r: Seen) => iou(r.box, best.box) > SAME_IOU;
    found.push([best, ...left.slice(1).filter(near)]);
    left = left.slice(1).filter((r) => !near(r));
  }
  return found;
}

function merge(group: readonly Seen[]): Region {
  const best = (kind: View['kind']) =>
    Math.max(0, ...group.filter((r) => r.view === kind).map((r) => r.score));
  const whole = (best('whole') + best('mirrored')) / 2;
  const part = best('part');
  const score = part === 0 ? 0.95 * whole : whole === 0 ? 0.5 * part : 0.6 * whole + 0.4 * part;
  const total = group.reduce((sum, r) => sum + r.score, 0);
  const mean = (i: 0 | 1 | 2 | 3) => group.reduce((sum, r) => sum + r.box[i] * r.score, 0) / total;
  const box: Box = [mean(0), mean(1), mean(2), mean(3)];
  return { box, score, label: group[0]!.label };
}
