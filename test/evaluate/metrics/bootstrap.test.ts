import { describe, expect, it } from 'vitest';
import { bootstrap, interval, RESAMPLING } from '../../../src/evaluate/metrics/bootstrap.ts';
import { shares } from '../../../src/evaluate/metrics/metrics.ts';

interface Throw {
  readonly image: number;
  readonly heads: boolean;
}
const headsOf = (throws: readonly Throw[]) =>
  shares('throws', throws, [{ metric: 'heads', better: 'neither', test: ({ heads }) => heads }]);
/** Every image has `each` throws that come out alike. */
const alike = (images: number, each: number): Throw[] =>
  Array.from({ length: images * each }, (_, i) => ({ image: i % images, heads: (i % images) % 2 === 0 }));

describe('bootstrap', () => {
  it('gives a value, an interval round it, and what was counted', () => {
    const [figure] = bootstrap([headsOf(alike(100, 1))], 100, RESAMPLING);
    expect(figure).toMatchObject({
      metric: 'heads',
      group: 'throws',
      value: 0.5,
      count: { part: 50, of: 100 },
    });
    const [low, high] = figure!.interval!;
    // A share of .5 of 100 has a standard error of .05.
    expect(low).toBeGreaterThan(0.37);
    expect(low).toBeLessThan(0.43);
    expect(high).toBeGreaterThan(0.57);
    expect(high).toBeLessThan(0.63);
  });

  it('draws images, not questions: ten alike on an image tell no more than one', () => {
    const widthOf = (throws: readonly Throw[], images: number) => {
      const [low, high] = bootstrap([headsOf(throws)], images, RESAMPLING)[0]!.interval!;
      return high - low;
    };
    expect(widthOf(alike(40, 10), 40)).toBeCloseTo(widthOf(alike(40, 1), 40), 10);
    const asIfApart = alike(40, 10).map((each, image) => ({ ...each, image }));
    expect(widthOf(asIfApart, 400)).toBeLessThan(widthOf(alike(40, 10), 40) / 2);
  });

  it('holds the true share about as often as it says', () => {
    const runs = 200;
    let held = 0;
    for (let seed = 1; seed <= runs; seed++) {
      let state = seed;
      const random = () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state / 2 ** 32;
      };
      for (let warm = 0; warm < 9; warm++) random();
      const throws = Array.from({ length: 80 }, (_, image) => ({ image, heads: random() < 0.3 }));
      const [low, high] = bootstrap([headsOf(throws)], 80, { ...RESAMPLING, resamples: 300 })[0]!.interval!;
      if (low <= 0.3 && 0.3 <= high) held += 1;
    }
    expect(held / runs).toBeGreaterThan(0.88);
    expect(held / runs).toBeLessThan(0.99);
  });

  it('is the same for the same seed only', () => {
    const drawn = (seed: number) => bootstrap([headsOf(alike(997, 2))], 997, { ...RESAMPLING, seed });
    expect(drawn(5)).toEqual(drawn(5));
    expect(drawn(6)[0]!.interval).not.toEqual(drawn(5)[0]!.interval);
  });

  it('has no interval of one image, and no value of nothing', () => {
    expect(bootstrap([headsOf(alike(1, 5))], 1, RESAMPLING)[0]).toMatchObject({ value: 1, interval: null });
    expect(bootstrap([headsOf([])], 3, RESAMPLING)[0]).toMatchObject({ value: null, interval: null });
  });

  it('without resamples has no intervals', () => {
    const figures = bootstrap([headsOf(alike(9, 1))], 9, { ...RESAMPLING, resamples: 0 });
    expect(figures[0]!.interval).toBeNull();
    expect(figures[0]!.value).toBeCloseTo(5 / 9);
  });
});

describe('interval', () => {
  it('holds the middle of the values', () => {
    const values = Float64Array.from({ length: 101 }, (_, i) => 100 - i);
    expect(interval(values, 0.9)).toEqual([expect.closeTo(5), expect.closeTo(95)]);
  });

  it('is none where most resamples have no value', () => {
    expect(interval(Float64Array.of(1, Number.NaN, Number.NaN), 0.95)).toBeNull();
    expect(interval(Float64Array.of(1, 2, Number.NaN), 0.95)).toEqual([1.025, 1.975]);
  });

  it('is none where all agree: 5 right of 5 do not promise a sixth', () => {
    expect(interval(Float64Array.of(1, 1, 1), 0.95)).toBeNull();
    const sure = Array.from({ length: 5 }, (_, image) => ({ image, heads: true }));
    expect(bootstrap([headsOf(sure)], 5, RESAMPLING)[0]).toMatchObject({ value: 1, interval: null });
  });
});
