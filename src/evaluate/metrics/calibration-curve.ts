import type { Family, OfImage, Weights } from './figure.ts';

const BINS = 10;

/** A probability that was said, 0..1, and whether it came true. */
export interface Forecast extends OfImage {
  readonly said: number;
  readonly was: boolean;
}

/** One bin of a reliability diagram: how many were said to be within it, and what was said and came true on average. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean of what was said, and the share that came true; null in an empty bin. */
  readonly said: number | null;
  readonly was: number | null;
}

/** The bin of a probability: equally wide ones, closed below; the last one holds 1 too. */
const binOf = (said: number): number => Math.min(BINS - 1, Math.floor(said * BINS));

function sums(forecasts: readonly Forecast[], weights?: Weights) {
  const count = new Float64Array(BINS);
  const said = new Float64Array(BINS);
  const was = new Float64Array(BINS);
  for (const forecast of forecasts) {
    const weight = weights ? weights[forecast.image]! : 1;
    const bin = binOf(forecast.said);
    count[bin]! += weight;
    said[bin]! += weight * forecast.said;
    if (forecast.was) was[bin]! += weight;
  }
  return { count, said, was };
}

/** Ten bins from 0 to 1. */
export function reliability(forecasts: readonly Forecast[]): ReliabilityBin[] {
  const { count, said, was } = sums(forecasts);
  return Array.from(count, (n, i) => ({
    from: i / BINS,
    to: (i + 1) / BINS,
    count: n,
    said: n > 0 ? said[i]! / n : null,
    was: n > 0 ? was[i]! / n : null,
  }));
}

/**
 * Expected calibration error: the distance of what was said from what came true, by bin, weighted by the number of
 * forecasts in it. NaN of none.
 */
export function calibrationError(forecasts: readonly Forecast[], weights?: Weights): number {
  const { count, said, was } = sums(forecasts, weights);
  let [total, apart] = [0, 0];
  for (let i = 0; i < BINS; i++) {
    total += count[i]!;
    apart += Math.abs(said[i]! - was[i]!);
  }
  return apart / total;
}

/** @param of how many questions could have had a forecast */
export const calibrationErrorOf = (group: string, forecasts: readonly Forecast[], of: number): Family => ({
  subjects: [
    {
      metric: 'calibration error',
      group,
      unit: 'share',
      better: 'lower',
      count: { part: forecasts.length, of },
    },
  ],
  statistic: (weights) => [calibrationError(forecasts, weights)],
});
