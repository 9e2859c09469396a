import { expect, it } from 'vitest';
import type { Figure } from '../../../../src/evaluate/metrics/metrics.ts';
import { kindsPlot } from '../../../../src/evaluate/page/kinds.ts';
import { elementsOf, number, ofClass, tickAt, tooltipOf } from '../markup.ts';

const recall = (group: string, part: number, of: number): Figure => ({
  ...{ metric: 'recall@1', group, unit: 'share', better: 'higher', count: { part, of } },
  ...{ value: of > 0 ? part / of : null, interval: null },
});

it('kindsPlot has a row for each kind, with its share, its interval and its count', () => {
  const plot = kindsPlot({
    id: 'k',
    title: 'K',
    figures: [recall('flip 1 text', 1, 2), recall('order 2 image', 0, 0)],
  });
  const elements = elementsOf(plot!);
  const [mark, ...others] = ofClass(elements, 'mark');
  expect(others).toEqual([]);
  const [zero, one] = [tickAt(elements, '0', 'x'), tickAt(elements, '1', 'x')];
  expect(number(mark!, 'cx')).toBeCloseTo((zero + one) / 2, 1);
  expect(tooltipOf(elements, mark!)).toBe('flip 1 text, recall@1: .500 [.095, .905] 1/2');
  const [whisker] = ofClass(elements, 'whisker');
  expect(number(whisker!, 'x1')).toBeCloseTo(zero + 0.0945 * (one - zero), 0);
  expect(kindsPlot({ id: 'k', title: 'K', figures: [recall('a', 0, 0)] })).toBeUndefined();
});
