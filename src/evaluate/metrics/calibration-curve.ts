import type { Family, OfImage } from './figure.ts';
import { split, sumsByImage } from './sums.ts';

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

/** Ten bins from 0 to 1. */
export function reliability(forecasts: readonly Forecast[]): ReliabilityBin[] {
  return Array.from({ length: BINS }, (_, bin) => {
    const within = forecasts.filter(({ said }) => binOf(said) === bin);
    const mean = (of: (forecast: Forecast) => number): number | null =>
      within.length > 0 ? within.reduce((sum, forecast) => sum + of(forecast), 0) / within.length : null;
    return {
      from: bin / BINS,
      to: (bin + 1) / BINS,
      count: within.length,
      said: mean(({ said }) => said),
      was: mean(truth),
    };
  });
}

const truth = ({ was }: Forecast): number => (was ? 1 : 0);

/**
 * Expected calibration error: the distance of what was said from what came true, bin by bin, weighted by the number of
 * forecasts in it. NaN of none. That is, of each bin, the sum of what was said too much.
 * @param of how many questions could have had a forecast
 */
export function calibrationError(group: string, forecasts: readonly Forecast[], of: number): Family {
  const bins = Array.from({ length: BINS }, (_, bin) => (forecast: Forecast) => {
    return binOf(forecast.said) === bin ? forecast.said - truth(forecast) : 0;
  });
  const sums = sumsByImage(forecasts, [() => 1, ...bins]);
  const count = { part: forecasts.length, of };
  return {
    subjects: [{ metric: 'calibration error', group, unit: 'share', better: 'lower', count }],
    statistic(weights) {
      const [total, apart] = split(sums.of(weights));
      return [apart.reduce((sum, bin) => sum + Math.abs(bin), 0) / total];
    },
  };
}
