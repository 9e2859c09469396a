import type { Family, OfImage } from './figure.ts';
import { sumsByImage } from './sums.ts';

export interface Timed extends OfImage {
  readonly ms: number;
}

const PERCENTILES = [50, 95] as const;

/**
 * Time from asking to answer, as percentiles by nearest rank: the lowest time that at least so many per cent of all do
 * not exceed. Always one that was measured, never one between two. NaN of nothing.
 * @param of how many answers there are, by whatever route
 */
export function latency(route: string, answers: readonly Timed[], of: number): Family {
  const sorted = answers.toSorted((a, b) => a.ms - b.ms);
  const images = Int32Array.from(sorted, ({ image }) => image);
  const sums = sumsByImage(answers, [() => 1]);
  return {
    subjects: PERCENTILES.map((percent) => ({
      metric: `latency p${percent}`,
      group: route,
      unit: 'ms',
      better: 'lower',
      count: { part: answers.length, of },
    })),
    statistic(weights) {
      const total = sums.of(weights)[0]!;
      if (total === 0) return PERCENTILES.map(() => Number.NaN);
      let [seen, i] = [0, 0];
      return PERCENTILES.map((percent) => {
        while (seen * 100 < percent * total) seen += weights[images[i++]!]!;
        return sorted[i - 1]!.ms;
      });
    },
  };
}
