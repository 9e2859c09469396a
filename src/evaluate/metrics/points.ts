import type { OfImage } from './figure.ts';

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
}

export function sortPoints(points: readonly Point[]): SortedPoints {
  const sorted = points.toSorted((a, b) => b.score - a.score);
  return {
    size: sorted.length,
    score: Float64Array.from(sorted, (p) => p.score),
    positive: Uint8Array.from(sorted, (p) => (p.positive ? 1 : 0)),
    image: Int32Array.from(sorted, (p) => p.image),
  };
}
