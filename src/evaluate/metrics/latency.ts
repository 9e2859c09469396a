import type { Family, OfImage, Weights } from './figure.ts';

export interface Timed extends OfImage {
  readonly ms: number;
}

const PERCENTILES = [50, 95] as const;

/**
 * Percentiles by nearest rank: the lowest value that at least so many per cent of all do not exceed. Always a time that
 * was measured, never one between two. NaN of nothing.
 * @param sorted ascending by ms
 */
export function percentiles(
  sorted: readonly Timed[],
  percents: readonly number[],
  weights?: Weights,
): number[] {
  const weightOf = ({ image }: Timed) => (weights ? weights[image]! : 1);
  let total = 0;
  for (const timed of sorted) total += weightOf(timed);
  const found = percents.map(() => Number.NaN);
  let seen = 0;
  for (const timed of sorted) {
    seen += weightOf(timed);
    for (const [i, percent] of percents.entries()) {
      if (Number.isNaN(found[i]) && total > 0 && seen * 100 >= percent * total) found[i] = timed.ms;
    }
    if (seen === total) break;
  }
  return found;
}

/** Time from asking to answer. @param of how many answers there are, by whatever route */
export function latency(route: string, answers: readonly Timed[], of: number): Family {
  const sorted = answers.toSorted((a, b) => a.ms - b.ms);
  return {
    subjects: PERCENTILES.map((percent) => ({
      metric: `latency p${percent}`,
      group: route,
      unit: 'ms',
      better: 'lower',
      count: { part: answers.length, of },
    })),
    statistic: (weights) => percentiles(sorted, PERCENTILES, weights),
  };
}
