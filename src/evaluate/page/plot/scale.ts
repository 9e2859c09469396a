export type Range = readonly [from: number, to: number];

/** Where a value lies, in the units of the drawing. */
export type Scale = (value: number) => number;

export const linear =
  (domain: Range, range: Range): Scale =>
  (value) =>
    range[0] + ((value - domain[0]) / (domain[1] - domain[0])) * (range[1] - range[0]);

/** Equal ratios are equally far apart. What is below the domain, 0 too, lies at its beginning. */
export function logarithmic(domain: Range, range: Range): Scale {
  const scale = linear([Math.log(domain[0]), Math.log(domain[1])], range);
  return (value) => scale(Math.log(Math.max(value, domain[0])));
}

const STEPS = [1, 2, 5] as const;
/** A ratio that is 1 but for rounding. */
const NEARLY = 1 + 1e-9;

/**
 * Round numbers, 1, 2 and 5 times powers of ten, that hold all values between the first and the last; at most `most`,
 * of equal ratios as nearly as such numbers have. Values of 0 and below are left out; 1 to 10 where there is none.
 */
export function roundTicks(values: readonly number[], most: number): number[] {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return [1, 10];
  const [low, high] = [Math.min(...positive), Math.max(...positive)];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const step of STEPS) ticks.push(Number(`${step}e${power}`));
  }
  const first = ticks.findLastIndex((tick) => tick <= low * NEARLY);
  const last = ticks.findIndex((tick) => tick * NEARLY >= high);
  const needed = ticks.slice(Math.max(0, first), Math.max(last, first + 1) + 1);
  return needed.length <= most ? needed : thinned(needed);
}

/** Powers of ten; the first and the last number stay, as the ends of an axis. */
const thinned = (ticks: readonly number[]): number[] =>
  ticks.filter((tick, i) => i === 0 || i === ticks.length - 1 || Number.isInteger(Math.log10(tick)));
