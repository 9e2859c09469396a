/** 0 below `from`, 1 above `to`, smooth in between; reversed when from > to. */
export function ramp(x: number, from: number, to: number): number {
  const t = Math.min(Math.max((x - from) / (to - from), 0), 1);
  return t * t * (3 - 2 * t);
}

/** 1 inside [lo, hi], falling smoothly to 0 over `soft` on both sides. */
export const within = (x: number, lo: number, hi: number, soft: number): number =>
  ramp(x, lo - soft, lo) * ramp(x, hi + soft, hi);

export const mean = (xs: readonly number[]): number =>
  xs.length === 0 ? 0 : xs.reduce((a, b) => a + b, 0) / xs.length;

export function median(xs: readonly number[]): number {
  const sorted = xs.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
