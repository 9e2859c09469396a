import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logarithmic, roundTicks } from '../../../../src/evaluate/page/plot.ts';
import { linear } from '../../../../src/scales.ts';

describe('linear', () => {
  it('puts the ends of its domain on the ends of its range, also upside down', () => {
    const scale = linear([0, 1], [200, 20]);
    expect([scale(0), scale(0.5), scale(1)]).toEqual([200, 110, 20]);
  });
});

describe('logarithmic', () => {
  it('puts equal ratios equally far apart', () => {
    const scale = logarithmic([1, 1000], [0, 300]);
    expect([1, 10, 100, 1000].map((ms) => Math.round(scale(ms)))).toEqual([0, 100, 200, 300]);
  });

  it('puts nothing, which has no logarithm, at the beginning', () => {
    expect(logarithmic([1, 1000], [7, 300])(0)).toBe(7);
  });
});

describe('roundTicks', () => {
  it.each([
    [
      [3, 80],
      [2, 5, 10, 20, 50, 100],
    ],
    [[10], [10, 20]],
    [
      [100, 200],
      [100, 200],
    ],
    [
      [0, 5],
      [5, 10],
    ],
    [[0.3], [0.2, 0.5]],
    [[], [1, 10]],
    [[0], [1, 10]],
  ])('of %j are %j', (values, ticks) => {
    expect(roundTicks(values, 9)).toEqual(ticks);
  });

  it('are powers of ten where there would be too many, and keep their ends', () => {
    expect(roundTicks([3, 80_000], 9)).toEqual([2, 10, 100, 1000, 10_000, 100_000]);
  });

  it('hold all values', () => {
    const values = fc.array(fc.double({ min: 1e-3, max: 1e7, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, (some) => {
        const ticks = roundTicks(some, 9);
        expect(ticks[0]).toBeLessThanOrEqual(Math.min(...some) * 1.000001);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(Math.max(...some) * 0.999999);
        expect(ticks).toEqual([...new Set(ticks)].sort((a, b) => a - b));
        expect(ticks.length).toBeGreaterThan(1);
      }),
    );
  });
});
