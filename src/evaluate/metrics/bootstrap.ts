import { randomFrom } from '../../mllm/multiple-choice.ts';
import type { Family, Figure } from './metrics.ts';

export interface Resampling {
  /** How many resamples are drawn; none gives figures without intervals. */
  readonly resamples: number;
  readonly seed: number;
  /** How much of the resamples an interval holds. */
  readonly confidence: number;
}

export const RESAMPLING: Resampling = { resamples: 1000, seed: 1, confidence: 0.95 };

/**
 * The families' figures with their bootstrap intervals. Images are drawn, with replacement, and with an image all its
 * questions: those about one picture succeed and fail together, so drawing questions would promise too much. One
 * resample serves all families, and nothing is sorted or looked up in it: it is a weight per image.
 * @param images how many there are; every case names its image by an index below
 */
export function bootstrap(families: readonly Family[], images: number, options: Resampling): Figure[] {
  const values = families.map(({ statistic }) => statistic(new Uint32Array(images).fill(1)));
  const drawn = families.map(({ subjects }) => subjects.map(() => new Float64Array(options.resamples)));
  const weights = new Uint32Array(images);
  const random = randomFrom(options.seed);
  for (let round = 0; round < options.resamples; round++) {
    draw(weights, random);
    for (const [f, { statistic }] of families.entries()) {
      const figures = statistic(weights);
      for (let i = 0; i < figures.length; i++) drawn[f]![i]![round] = figures[i]!;
    }
  }
  return families.flatMap(({ subjects }, f) =>
    subjects.map((subject, i) => {
      const value = values[f]![i]!;
      const defined = Number.isFinite(value);
      return {
        ...subject,
        value: defined ? value : null,
        interval: defined && images > 1 ? interval(drawn[f]![i]!, options.confidence) : null,
      };
    }),
  );
}

/** Draws as many images as there are, with replacement. */
export function draw(weights: Uint32Array, random: () => number): void {
  weights.fill(0);
  for (let i = 0; i < weights.length; i++) weights[Math.floor(random() * weights.length)]! += 1;
}

/**
 * The middle of the values, by percentiles that are interpolated between neighbours. Null where it would mislead: where
 * fewer than half of the resamples had a value, and where all agree, as of 5 right of 5: drawing them again and again
 * cannot show that another one may be wrong.
 */
export function interval(values: Float64Array, confidence: number): readonly [number, number] | null {
  const sorted = values.filter(Number.isFinite).sort();
  if (sorted.length === 0 || sorted.length * 2 < values.length) return null;
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const below = sorted[Math.floor(place)]!;
    return below + (sorted[Math.ceil(place)]! - below) * (place % 1);
  };
  if (sorted[0] === sorted.at(-1)) return null;
  return [at((1 - confidence) / 2), at((1 + confidence) / 2)];
}
