import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Example, fitLogistic, predict } from '../../src/reasoning/calibration.ts';
import { sigmoid } from '../../src/scales.ts';

/** Repeatable numbers in 0..1. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Examples drawn from a known model. */
function drawn(bias: number, weights: readonly number[], n: number): Example[] {
  const random = randomNumbers(7);
  return Array.from({ length: n }, () => {
    const x = weights.map(() => 4 * random() - 2);
    return { x, y: random() < predict({ bias, weights }, x) };
  });
}

describe('sigmoid', () => {
  it('is a probability, one half at 0, and symmetric', () => {
    expect(sigmoid(0)).toBe(0.5);
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (t) => {
        expect(sigmoid(t) + sigmoid(-t)).toBeCloseTo(1, 12);
      }),
    );
  });
});

describe('predict', () => {
  it('weighs and adds', () => {
    expect(predict({ bias: 1, weights: [2, -3] }, [0.5, 1])).toBeCloseTo(1 / (1 + Math.E));
  });

  it('takes what is missing for nothing', () => {
    expect(predict({ bias: 1, weights: [2, -3] }, [0.5])).toBe(sigmoid(2));
  });
});

describe('fitLogistic', () => {
  it('recovers the model that examples were drawn from', () => {
    const fitted = fitLogistic(drawn(-0.5, [1.5, -1, 0], 4000), 0.01);
    expect(Math.abs(fitted.bias + 0.5)).toBeLessThan(0.2);
    [1.5, -1, 0].forEach((weight, i) => {
      expect(Math.abs(fitted.weights[i]! - weight)).toBeLessThan(0.2);
    });
  });

  it('predicts on average what there was', () => {
    const examples = drawn(0.3, [1, 1], 500);
    const model = fitLogistic(examples, 1);
    const expected = examples.reduce((sum, { x }) => sum + predict(model, x), 0);
    expect(expected).toBeCloseTo(examples.filter(({ y }) => y).length, 3);
  });

  it('keeps weights smaller the larger the penalty, and finite where data can be separated', () => {
    const separable: Example[] = [-2, -1, 1, 2].map((v) => ({ x: [v], y: v > 0 }));
    const weight = (ridge: number) => fitLogistic(separable, ridge).weights[0]!;
    expect(weight(0.1)).toBeGreaterThan(weight(1));
    expect(weight(1)).toBeGreaterThan(weight(100));
    expect(weight(100)).toBeGreaterThan(0);
    expect(Number.isFinite(weight(0.1))).toBe(true);
  });

  it('gives the share of positives where features say nothing', () => {
    const examples: Example[] = [true, true, true, false].map((y) => ({ x: [0], y }));
    const model = fitLogistic(examples);
    expect(model.weights[0]).toBeCloseTo(0);
    expect(predict(model, [0])).toBeCloseTo(0.75);
  });

  it('stays finite on one-sided and on no examples', () => {
    for (const examples of [[], [{ x: [1], y: true }], [{ x: [1], y: false }]] as Example[][]) {
      const { bias, weights } = fitLogistic(examples);
      expect([bias, ...weights].every(Number.isFinite)).toBe(true);
    }
  });
});
