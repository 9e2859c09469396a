import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rocCurve, separation, separationOf } from '../../../src/evaluate/metrics/curves.ts';
import { type Point, sortPoints } from '../../../src/evaluate/metrics/metrics.ts';
import expected from './scikit-learn.json' with { type: 'json' };
import { valuesOf } from './values.ts';

const points = (labels: readonly number[], scores: readonly number[]): Point[] =>
  labels.map((label, image) => ({ positive: label === 1, score: scores[image]!, image }));
const of = (all: readonly Point[]) => separation(sortPoints(all));

/** Few distinct scores, so that ties are the rule. */
const point = fc.record({
  positive: fc.boolean(),
  score: fc.integer({ min: 0, max: 6 }).map((n) => n / 6),
  image: fc.integer({ min: 0, max: 5 }),
});
const bothKinds = fc
  .array(point, { minLength: 2, maxLength: 40 })
  .filter((all) => all.some((p) => p.positive) && all.some((p) => !p.positive));

describe('separation', () => {
  it.each(expected.cases)(`is that of scikit-learn: $name`, ({ labels, scores, auroc, aupr, fpr95 }) => {
    const mine = of(points(labels, scores));
    expect(mine.auroc).toBeCloseTo(auroc, 12);
    expect(mine.aupr).toBeCloseTo(aupr, 12);
    expect(mine.fpr95).toBeCloseTo(fpr95, 12);
  });

  it('does not depend on the order of ties', () => {
    const all = points([1, 0, 1, 0], [0.5, 0.5, 0.5, 0.5]);
    expect(of(all.toReversed())).toEqual(of(all));
    expect(of(all)).toEqual({ auroc: 0.5, aupr: 0.5, fpr95: 1 });
  });

  it('counts 19 of 20 as 95 %, whatever floats make of it', () => {
    const high = Array.from({ length: 19 }, () => 0.9);
    const all = points([...high.map(() => 1), 1, 0, 0], [...high, 0.1, 0.5, 0.05]);
    expect(of(all).fpr95).toBe(0);
  });

  it('is not defined where either kind is missing', () => {
    for (const all of [[], points([1, 1], [0.3, 0.4]), points([0], [0.3])]) {
      expect(of(all)).toEqual({ auroc: Number.NaN, aupr: Number.NaN, fpr95: Number.NaN });
    }
  });

  it('has as AUROC the share of pairs in which the positive scores higher, ties counting half', () => {
    fc.assert(
      fc.property(bothKinds, (all) => {
        const positives = all.filter((p) => p.positive);
        const negatives = all.filter((p) => !p.positive);
        const wins = positives.flatMap((p) =>
          negatives.map((n) => (p.score > n.score ? 1 : p.score === n.score ? 0.5 : 0)),
        );
        const share = wins.reduce<number>((sum, win) => sum + win, 0) / wins.length;
        expect(of(all).auroc).toBeCloseTo(share, 12);
      }),
    );
  });

  it('turns round when the labels or the scores do', () => {
    fc.assert(
      fc.property(bothKinds, (all) => {
        const labels = all.map((p) => ({ ...p, positive: !p.positive }));
        const scores = all.map((p) => ({ ...p, score: -p.score }));
        expect(of(labels).auroc + of(all).auroc).toBeCloseTo(1, 12);
        expect(of(scores).auroc + of(all).auroc).toBeCloseTo(1, 12);
      }),
    );
  });

  it('depends on the order of the scores only', () => {
    fc.assert(
      fc.property(bothKinds, (all) => {
        expect(of(all.map((p) => ({ ...p, score: Math.exp(3 * p.score) - 7 })))).toEqual(of(all));
      }),
    );
  });

  it('counts an image drawn twice as if its points were there twice', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(bothKinds, weights, (all, drawn) => {
        const copies = all.flatMap((p) => Array.from({ length: drawn[p.image]! }, () => p));
        const [weighted, copied] = [separation(sortPoints(all), Uint32Array.from(drawn)), of(copies)];
        const rounded = (all: object) => Object.entries(all).map(([name, n]) => [name, n.toFixed(10)]);
        expect(rounded(weighted)).toEqual(rounded(copied));
      }),
    );
  });

  it('has figures of three names', () => {
    const family = separationOf('g', sortPoints(points([1, 0], [0.9, 0.1])), { part: 1, of: 2 });
    expect(valuesOf(family)).toEqual({ AUROC: 1, AUPR: 1, FPR95: 0 });
    expect(family.subjects.map(({ better }) => better)).toEqual(['higher', 'higher', 'lower']);
  });
});

describe('rocCurve', () => {
  it('goes from nothing to all, one point a score', () => {
    const curve = rocCurve(sortPoints(points([1, 0, 1, 0], [0.9, 0.6, 0.6, 0.1])));
    expect(curve).toEqual([
      { threshold: null, fpr: 0, tpr: 0 },
      { threshold: 0.9, fpr: 0, tpr: 0.5 },
      { threshold: 0.6, fpr: 0.5, tpr: 1 },
      { threshold: 0.1, fpr: 1, tpr: 1 },
    ]);
  });

  it('encloses the AUROC', () => {
    fc.assert(
      fc.property(bothKinds, (all) => {
        const curve = rocCurve(sortPoints(all));
        const area = curve
          .slice(1)
          .reduce((sum, p, i) => sum + ((p.fpr - curve[i]!.fpr) * (p.tpr + curve[i]!.tpr)) / 2, 0);
        expect(area).toBeCloseTo(of(all).auroc, 12);
      }),
    );
  });

  it('is thinned, and keeps its ends', () => {
    const many = Array.from({ length: 999 }, (_, i) => ({ positive: i % 3 === 0, score: i, image: 0 }));
    const curve = rocCurve(sortPoints(many), 50);
    expect(curve).toHaveLength(50);
    expect(curve[0]).toEqual({ threshold: null, fpr: 0, tpr: 0 });
    expect(curve.at(-1)).toEqual({ threshold: 0, fpr: 1, tpr: 1 });
  });

  it('is none where either kind is missing', () => {
    expect(rocCurve(sortPoints(points([1], [0.5])))).toEqual([]);
  });
});
