/** A rectangle [x1, y1, x2, y2] in pixels of the oriented picture, floats, x2 >= x1, y2 >= y1. */
export type Box = readonly [x1: number, y1: number, x2: number, y2: number];

export const width = (b: Box): number => Math.max(0, b[2] - b[0]);
export const height = (b: Box): number => Math.max(0, b[3] - b[1]);
export const area = (b: Box): number => width(b) * height(b);
export const centre = (b: Box): readonly [x: number, y: number] => [(b[0] + b[2]) / 2, (b[1] + b[3]) / 2];

/** Area shared by two boxes, in square pixels. */
export function intersection(a: Box, b: Box): number {
  const w = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const h = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return w > 0 && h > 0 ? w * h : 0;
}

/** Intersection over union, 0..1. Two empty boxes have IoU 0. */
export function iou(a: Box, b: Box): number {
  const shared = intersection(a, b);
  const union = area(a) + area(b) - shared;
  return union > 0 ? shared / union : 0;
}

/** Whether two boxes have the very same edges. */
export const isSame = (a: Box, b: Box): boolean => a.every((edge, i) => edge === b[i]);

/** Share of `a` that lies inside `b`, 0..1. */
export const containment = (a: Box, b: Box): number => (area(a) > 0 ? intersection(a, b) / area(a) : 0);

export function clamp(b: Box, w: number, h: number): Box {
  const inside = (v: number, max: number) => Math.min(Math.max(v, 0), max);
  return [inside(b[0], w), inside(b[1], h), inside(b[2], w), inside(b[3], h)];
}

/**
 * Greedy non-maximum suppression: best score first, a box is kept unless it overlaps a kept one with an IoU
 * above `maxIou`. Ties keep the order given.
 */
export function nms<T extends { readonly box: Box; readonly score: number }>(
  items: readonly T[],
  maxIou: number,
): T[] {
  const kept: T[] = [];
  for (const item of items.toSorted((a, b) => b.score - a.score)) {
    if (kept.every((k) => iou(k.box, item.box) <= maxIou)) kept.push(item);
  }
  return kept;
}

/** Rounds to the nearest integer, halves to the even one, as Python does: for whatever reference implementations size or print. */
export function roundHalfEven(v: number): number {
  const below = Math.floor(v);
  if (v - below !== 0.5) return Math.round(v);
  return below % 2 === 0 ? below : below + 1;
}

/** 0 below `from`, 1 above `to`, smooth in between; reversed when from > to. */
export function ramp(x: number, from: number, to: number): number {
  const t = Math.min(Math.max((x - from) / (to - from), 0), 1);
  return t * t * (3 - 2 * t);
}

/** 1 inside [lo, hi], falling smoothly to 0 over `soft` on both sides. */
export const within = (x: number, lo: number, hi: number, soft: number): number =>
  ramp(x, lo - soft, lo) * ramp(x, hi + soft, hi);

export function median(xs: readonly number[]): number {
  const sorted = xs.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
