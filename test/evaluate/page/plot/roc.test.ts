import { describe, expect, it } from 'vitest';
import { rocBand, rocCurve } from '../../../../src/evaluate/metrics/curves.ts';
import { sortPoints } from '../../../../src/evaluate/metrics/metrics.ts';
import { rocPlot } from '../../../../src/evaluate/page/charts.ts';
import { type Element, elementsOf, number, ofClass, pointsOf, tickAt } from '../markup.ts';

const curveOf = (positives: readonly number[], negatives: readonly number[]) =>
  rocCurve(
    sortPoints([
      ...positives.map((score) => ({ score, positive: true, image: 0 })),
      ...negatives.map((score) => ({ score, positive: false, image: 0 })),
    ]),
  );

const plot = (points: ReturnType<typeof curveOf>, behind?: typeof points) =>
  elementsOf(rocPlot({ id: 'roc', title: 'ROC', desc: 'AUROC', points, behind }));

/** In the units of the axes, the false positive rate being the first. */
function inRates(elements: readonly Element[], of: string): number[][] {
  // The first "0" and "1" belong to the upright axis, whose lines are level.
  const [bottom, top] = [tickAt(elements, '0', 'y'), tickAt(elements, '1', 'y')];
  const grid = ofClass(elements, 'grid');
  const [left, right] = [number(grid[0]!, 'x1'), number(grid[0]!, 'x2')];
  return pointsOf(ofClass(elements, of)[0]!).map(([x, y]) => [
    (x - left) / (right - left),
    (bottom - y) / (bottom - top),
  ]);
}

describe('rocPlot', () => {
  it('of a perfect scorer goes up to (0, 1) and then right', () => {
    const elements = plot(curveOf([0.9, 0.8], [0.2, 0.1]));
    expect(inRates(elements, 'curve')).toEqual([
      [0, 0],
      [0, 0.5],
      [0, 1],
      [0.5, 1],
      [1, 1],
    ]);
  });

  it('of a scorer that is always wrong passes (1, 0)', () => {
    expect(inRates(plot(curveOf([0.1], [0.9])), 'curve')).toContainEqual([1, 0]);
  });

  it('of equal scores is the line of chance', () => {
    const elements = plot(curveOf([0.5, 0.5], [0.5, 0.5]));
    expect(inRates(elements, 'curve')).toEqual([
      [0, 0],
      [1, 1],
    ]);
    const [chance] = ofClass(elements, 'chance');
    const ends = [
      [number(chance!, 'x1'), number(chance!, 'y1')],
      [number(chance!, 'x2'), number(chance!, 'y2')],
    ];
    expect(pointsOf(ofClass(elements, 'curve')[0]!)).toEqual(ends);
  });

  it('has the band of resamples behind it', () => {
    const made = Array.from({ length: 40 }, (_, i) => ({
      score: (i * 7) % 40,
      positive: i % 3 > 0,
      image: i,
    }));
    const points = sortPoints(made);
    const band = rocBand(points, 40, { resamples: 100, seed: 1, confidence: 0.95 });
    expect(band.map(({ fpr }) => fpr)).toEqual(Array.from({ length: 21 }, (_, i) => i / 20));
    expect(band.every(({ low, high }) => low <= high)).toBe(true);
    expect(band[10]!.high - band[10]!.low).toBeGreaterThan(0.1);
    const curve = rocCurve(points);
    const inside = curve.filter(({ fpr, tpr }) => {
      const { low, high } = band[Math.round(fpr * 20)]!;
      return tpr >= low - 0.1 && tpr <= high + 0.1;
    });
    expect(inside.length).toBeGreaterThan(0.9 * curve.length);
    const elements = elementsOf(rocPlot({ id: 'roc', title: 'ROC', desc: '', points: curve, band }));
    expect(pointsOf(ofClass(elements, 'band')[0]!)).toHaveLength(42);
    expect(ofClass(plot(curve), 'band')).toEqual([]);
  });

  it('has the curve that it is compared with behind it', () => {
    const elements = plot(curveOf([0.9], [0.1]), curveOf([0.1], [0.9]));
    expect(inRates(elements, 'behind')).toEqual([
      [0, 0],
      [1, 0],
      [1, 1],
    ]);
    expect(ofClass(elements, 'behind')[0]!.attributes.d).not.toBe(
      ofClass(elements, 'curve')[0]!.attributes.d,
    );
    expect(elements.indexOf(ofClass(elements, 'behind')[0]!)).toBeLessThan(
      elements.indexOf(ofClass(elements, 'curve')[0]!),
    );
    expect(ofClass(plot(curveOf([0.9], [0.1])), 'behind')).toEqual([]);
  });
});
