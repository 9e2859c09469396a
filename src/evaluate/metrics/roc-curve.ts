import type { SortedPoints } from './points.ts';

/** A threshold on presence and the rates of what scores at least as high; the first one, null, lets nothing pass. */
export interface RocPoint {
  readonly threshold: number | null;
  readonly fpr: number;
  readonly tpr: number;
}

/** The curve from (0, 0) to (1, 1), thinned evenly to at most `most` points; empty where either kind is missing. */
export function rocCurve({ size, score, positive }: SortedPoints, most = 200): RocPoint[] {
  const positives = positive.reduce((sum, p) => sum + p, 0);
  const negatives = size - positives;
  if (positives === 0 || negatives === 0) return [];
  const curve: RocPoint[] = [{ threshold: null, fpr: 0, tpr: 0 }];
  let passed = 0;
  for (let i = 0; i < size; i++) {
    passed += positive[i]!;
    if (score[i + 1] === score[i]) continue;
    curve.push({ threshold: score[i]!, fpr: (i + 1 - passed) / negatives, tpr: passed / positives });
  }
  if (curve.length <= most) return curve;
  return Array.from({ length: most }, (_, i) => curve[Math.round((i * (curve.length - 1)) / (most - 1))]!);
}
