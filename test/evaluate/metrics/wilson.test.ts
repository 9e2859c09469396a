import { describe, expect, it } from 'vitest';
import type { Figure } from '../../../src/evaluate/metrics/metrics.ts';
import { shownInterval, wilson } from '../../../src/evaluate/metrics/wilson.ts';

const figure = (part: number, of: number, more: Partial<Figure> = {}): Figure => ({
  ...{ metric: 'precision@1', group: 'level 3', unit: 'share', better: 'higher', count: { part, of } },
  ...{ value: part / of, interval: null },
  ...more,
});

describe("Wilson's interval", () => {
  // As statsmodels' proportion_confint(method='wilson') gives them.
  it.each([
    [5, 5, 0.5655, 1],
    [0, 10, 0, 0.2775],
    [2, 4, 0.15, 0.85],
    [45, 100, 0.3561, 0.5476],
  ])('of %d of %d', (part, of, low, high) => {
    const [from, to] = wilson({ part, of })!;
    expect(from).toBeCloseTo(low, 4);
    expect(to).toBeCloseTo(high, 4);
  });

  it('is shown of small groups, and where resamples show none; never of what is no share of its count', () => {
    expect(shownInterval(figure(5, 5)).isWilson).toBe(true);
    expect(shownInterval(figure(20, 29, { interval: [0.6, 0.7] })).isWilson).toBe(true);
    expect(shownInterval(figure(20, 30, { interval: [0.6, 0.7] }))).toEqual({
      interval: [0.6, 0.7],
      isWilson: false,
    });
    expect(shownInterval(figure(5, 5, { value: 0.7 })).interval).toBeNull();
    expect(shownInterval(figure(0, 0, { value: null })).interval).toBeNull();
  });
});
