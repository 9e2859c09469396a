import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrationError, type Forecast, reliability } from '../../../src/evaluate/metrics/curves.ts';
import {
  bestThreshold,
  bestThresholdOf,
  rejection,
  sortPoints,
} from '../../../src/evaluate/metrics/metrics.ts';
import { countsOf, valuesOf } from './values.ts';

const points = (...all: (readonly [score: number, positive: boolean])[]) =>
  sortPoints(all.map(([score, positive], image) => ({ score, positive, image })));

describe('bestThreshold', () => {
  it('lies halfway between what it separates', () => {
    const best = bestThreshold(points([0.9, true], [0.8, true], [0.4, false], [0.2, false]));
    expect(best.threshold).toBeCloseTo(0.6);
    expect(best.balancedAccuracy).toBe(1);
  });

  it('never lies within a tie', () => {
    const best = bestThreshold(points([0.9, true], [0.5, true], [0.5, false], [0.2, false]));
    expect([0.7, 0.35]).toContainEqual(expect.closeTo(best.threshold));
    expect(best.balancedAccuracy).toBe(0.75);
  });

  it('weighs both kinds alike, however many there are of each', () => {
    const negatives = Array.from({ length: 98 }, () => [0.3, false] as const);
    const best = bestThreshold(points([0.9, true], [0.4, true], ...negatives));
    expect(best).toEqual({ threshold: expect.closeTo(0.35), balancedAccuracy: 1 });
  });

  it('is chance where positives score lower', () => {
    expect(bestThreshold(points([0.1, true], [0.9, false]))).toEqual({
      threshold: 0.9,
      balancedAccuracy: 0.5,
    });
  });

  it('is none where either kind is missing', () => {
    expect(bestThreshold(points([0.1, true])).threshold).toBeNaN();
  });

  it('is as good as the best of all thresholds', () => {
    const some = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean()), {
      minLength: 2,
      maxLength: 20,
    });
    fc.assert(
      fc.property(some, (all) => {
        fc.pre(all.some(([, p]) => p) && all.some(([, p]) => !p));
        const accuracy = (threshold: number) => {
          const share = (positive: boolean) => {
            const kind = all.filter(([, p]) => p === positive);
            return kind.filter(([score]) => score > threshold === positive).length / kind.length;
          };
          return (share(true) + share(false)) / 2;
        };
        const best = bestThreshold(points(...all));
        expect(best.balancedAccuracy).toBeCloseTo(accuracy(best.threshold), 12);
        expect(best.balancedAccuracy).toBeCloseTo(Math.max(...all.map(([score]) => accuracy(score))), 12);
      }),
    );
  });

  it('is counted in the questions that have a presence', () => {
    expect(countsOf(bestThresholdOf('overall', points([0.9, true], [0.1, false]), 5))).toEqual({
      'best balanced accuracy': '2/5',
      'best threshold': '2/5',
    });
  });
});

describe('calibration', () => {
  const forecasts = (...all: (readonly [said: number, was: boolean])[]): Forecast[] =>
    all.map(([said, was], image) => ({ said, was, image }));
  const error = (all: readonly Forecast[]) =>
    valuesOf(calibrationError('g', all, all.length))['calibration error'];

  it('bins what was said in ten, the last one holding 1', () => {
    const bins = reliability(forecasts([0, false], [0.1, true], [0.95, true], [1, false]));
    expect(bins.map(({ count }) => count)).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 0, 2]);
    expect(bins[9]).toEqual({ from: 0.9, to: 1, count: 2, said: 0.975, was: 0.5 });
    expect(bins[5]).toEqual({ from: 0.5, to: 0.6, count: 0, said: null, was: null });
  });

  it('errs by the mean distance, weighted by how many were said', () => {
    const all = forecasts([0.25, true], [0.25, false], [0.25, false], [0.25, false], [0.9, false]);
    expect(error(all)).toBeCloseTo(0.9 / 5);
  });

  it('errs not at all where all comes true as said', () => {
    expect(error(forecasts([0.55, true], [0.45, false], [1, true], [0, false]))).toBeCloseTo(
      (0.45 + 0.45) / 4,
    );
    expect(error(forecasts([1, true], [0, false]))).toBe(0);
    expect(error([])).toBeNaN();
  });

  it('errs by what the bins of its curve say', () => {
    const forecast = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean());
    fc.assert(
      fc.property(fc.array(forecast, { minLength: 1, maxLength: 50 }), (all) => {
        const made = forecasts(...all);
        const byBin = reliability(made).reduce(
          (sum, { count, said, was }) => sum + (count * Math.abs((said ?? 0) - (was ?? 0))) / made.length,
          0,
        );
        expect(error(made)).toBeCloseTo(byBin, 12);
      }),
    );
  });
});

describe('rejection', () => {
  const questions = [
    { image: 0, rejected: true, presence: 0.1 },
    { image: 1, rejected: false, presence: 0.3 },
    { image: 2, rejected: false, presence: 0.31 },
    { image: 3, rejected: false, presence: undefined },
  ];

  it('is that of the outcome, and of a presence up to the threshold; no answer rejects nothing', () => {
    expect(countsOf(rejection('negatives', 'g', questions, 0.3))).toEqual({
      rejection: '1/4',
      'rejection by presence': '2/4',
    });
  });

  it('of positives is a fault', () => {
    const { subjects } = rejection('positives', 'g', questions, 0.3);
    expect(subjects.map(({ metric, better }) => [metric, better])).toEqual([
      ['false rejection', 'lower'],
      ['false rejection by presence', 'lower'],
    ]);
  });

  it('without a threshold has the outcome only', () => {
    expect(countsOf(rejection('negatives', 'g', questions, undefined))).toEqual({ rejection: '1/4' });
  });
});
