/** Values on other scales; for the core, for drawings of it, and for the page. */

export type Range = readonly [from: number, to: number];

/** Where a value lies, in the units of a drawing. */
export type Scale = (value: number) => number;

/**
 * The scale that puts the ends of a domain at the ends of a range, and all others evenly between and beyond.
 *
 * @example linear([0, 1], [200, 20])(0.5) // 110
 */
export const linear =
  (domain: Range, range: Range): Scale =>
  (value) =>
    range[0] + ((value - domain[0]) / (domain[1] - domain[0])) * (range[1] - range[0]);

/** The probability, 0..1, that log odds stand for. */
export const sigmoid = (t: number): number => 1 / (1 + Math.exp(-t));

/** How near to certain a probability may be: no one source decides alone. */
const MAX_PROBABILITY = 0.99;

/** Log odds of a probability, which counts as between .01 and .99. */
export function logit(p: number): number {
  const bounded = Math.min(Math.max(p, 1 - MAX_PROBABILITY), MAX_PROBABILITY);
  return Math.log(bounded / (1 - bounded));
}
