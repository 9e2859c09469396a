import type { OfImage, Weights } from './figure.ts';
import { sumsByImage } from './sums.ts';

/** One presence score with its label. */
export interface Point extends OfImage {
  readonly score: number;
  readonly positive: boolean;
}

/** Points in columns, highest score first; sorted once, however many resamples read them. */
export interface SortedPoints {
  readonly size: number;
  readonly score: Float64Array;
  readonly positive: Uint8Array;
  readonly image: Int32Array;
  /** Weights with which every image counts once. */
  readonly once: Weights;
  /** How many positives and negatives there are. */
  readonly totals: (weights: Weights) => readonly [positives: number, negatives: number];
}

export function sortPoints(points: readonly Point[]): SortedPoints {
  const sorted = points.toSorted((a, b) => b.score - a.score);
  const sums = sumsByImage(points, [(p) => (p.positive ? 1 : 0), (p) => (p.positive ? 0 : 1)]);
  return {
    size: sorted.length,
    score: Float64Array.from(sorted, (p) => p.score),
    positive: Uint8Array.from(sorted, (p) => (p.positive ? 1 : 0)),
    image: Int32Array.from(sorted, (p) => p.image),
    once: new Uint32Array(points.reduce((most, { image }) => Math.max(most, image), -1) + 1).fill(1),
    totals(weights) {
      const [positives = 0, negatives = 0] = sums.of(weights);
      return [positives, negatives];
    },
  };
}
