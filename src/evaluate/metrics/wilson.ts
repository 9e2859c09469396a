import type { Count, Figure } from './metrics.ts';

/** Half of what a normal distribution holds 95 % of, in standard deviations. */
const Z = 1.959963984540054;

/**
 * Wilson's interval of 95 % of a share: also for few, and where all agree, where drawing again and again shows nothing.
 * Null of nothing.
 */
export function wilson({ part, of }: Count): readonly [low: number, high: number] | null {
  if (of === 0) return null;
  const share = part / of;
  const spread = Z * Math.sqrt((share * (1 - share)) / of + (Z / (2 * of)) ** 2);
  const [centre, scale] = [share + Z ** 2 / (2 * of), 1 + Z ** 2 / of];
  return [Math.max(0, (centre - spread) / scale), Math.min(1, (centre + spread) / scale)];
}

/** Groups smaller than this have Wilson's interval: a bootstrap of so few is too narrow. */
export const SMALL = 30;

/**
 * The interval that is shown: of a share of a small group, or one without an interval of its own, Wilson's. A figure that
 * is no share of its count, such as an area under a curve, keeps what it has.
 */
export function shownInterval(figure: Figure): {
  readonly interval: Figure['interval'];
  readonly isWilson: boolean;
} {
  const { value, interval, unit, count } = figure;
  const isProportion = unit === 'share' && value !== null && Math.abs(value - count.part / count.of) < 1e-9;
  if (!isProportion || (interval && count.of >= SMALL)) return { interval, isWilson: false };
  return { interval: wilson(count), isWilson: true };
}
