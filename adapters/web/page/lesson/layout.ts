import type { Weighing } from '../../../../src/explanation.ts';
import { linear, type Range, type Scale, sigmoid } from '../../../../src/scales.ts';

/** Where the parts of the lesson's plots lie; all of it numbers, drawn by plot.tsx. */

/** One summand of a sum, as a bar from what was added up before to what is then. */
export interface Summand {
  readonly name: string;
  /** Absent of the constant with which the sum begins. */
  readonly value?: number;
  readonly weight?: number;
  readonly product: number;
  readonly from: number;
  readonly to: number;
}

export interface Sum {
  readonly summands: readonly Summand[];
  /** Names of features that add nothing here. */
  readonly idle: readonly string[];
  readonly total: number;
  /** Least and largest of all that was added up on the way; 0 is in it. */
  readonly domain: Range;
}

/** Less is not seen in a bar, nor in a number of two digits. */
const NOTHING = 0.005;

/** The weighing as a sum: the constant first, then value × weight of each feature, up to the log odds. */
export function sumOf({ bias, features }: Pick<Weighing, 'bias' | 'features'>): Sum {
  let at = bias;
  const first: Summand = { name: 'bias', product: bias, from: 0, to: bias };
  const all = features.map(({ name, value, weight }): Summand => {
    const product = value * weight;
    const from = at;
    at += product;
    return { name, value, weight, product, from, to: at };
  });
  const isIdle = ({ product }: Summand) => Math.abs(product) < NOTHING;
  const ends = [0, bias, ...all.map(({ to }) => to)];
  return {
    summands: [first, ...all.filter((summand) => !isIdle(summand))],
    idle: all.filter(isIdle).map(({ name }) => name),
    total: at,
    domain: [Math.min(...ends), Math.max(...ends)],
  };
}

/** A bar between two values, on a scale that leaves a little room at both ends. */
export function barOf(from: number, to: number, domain: Range, range: Range): { x: number; width: number } {
  const scale = linear(domain[0] === domain[1] ? [domain[0], domain[0] + 1] : domain, range);
  const [a, b] = [scale(from), scale(to)];
  return { x: Math.min(a, b), width: Math.max(Math.abs(b - a), LEAST_BAR) };
}
const LEAST_BAR = 1;

/** In the units of the drawing, which is as wide as a phone. */
export const CURVE = { width: 340, height: 210, left: 34, right: 330, top: 12, bottom: 172 } as const;

export interface Curve {
  readonly x: Scale;
  readonly y: Scale;
  readonly ticks: readonly number[];
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** The widest axis that the curve is drawn on, in log odds; what lies beyond is shown at its end. */
const WIDEST = 8;

/**
 * The logistic curve, wide enough for some log odds.
 * @param slope of a Platt scaling; the curve is sigmoid(bias + slope · log odds)
 */
export function curveOf(logOdds: readonly number[], bias = 0, slope = 1): Curve {
  const far = Math.max(4, ...logOdds.map((value) => Math.ceil(Math.abs(value))));
  const end = Math.min(WIDEST, far % 2 === 0 ? far : far + 1);
  const x = linear([-end, end], [CURVE.left, CURVE.right]);
  const y = linear([0, 1], [CURVE.bottom, CURVE.top]);
  const points = Array.from({ length: STEPS + 1 }, (_, i) => {
    const value = -end + (2 * end * i) / STEPS;
    return [x(value), y(sigmoid(bias + slope * value))] as const;
  });
  const within: Scale = (value) => x(Math.min(Math.max(value, -end), end));
  return { x: within, y, ticks: [-end, -end / 2, 0, end / 2, end], points };
}
const STEPS = 60;

/** A share of the whole, for bars of percentages and times; 0 of nothing. */
export const shareOf = (part: number, whole: number): number =>
  whole > 0 ? Math.min(Math.max(part / whole, 0), 1) : 0;
