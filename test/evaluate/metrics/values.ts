import type { Family } from '../../../src/evaluate/metrics/metrics.ts';

/** A family's values by metric, every image counting once unless told. */
export function valuesOf(family: Family, weights: readonly number[] = Array.from({ length: 1000 }, () => 1)) {
  const values = Array.from(family.statistic(Uint32Array.from(weights)));
  return Object.fromEntries(family.subjects.map(({ metric }, i) => [metric, values[i]!]));
}

export const countsOf = ({ subjects }: Family) =>
  Object.fromEntries(subjects.map(({ metric, count }) => [metric, `${count.part}/${count.of}`]));
