import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asked, costPerAnswer, latency } from '../../../src/evaluate/metrics/metrics.ts';
import { countsOf, valuesOf } from './values.ts';

const times = (...all: number[]) => all.map((ms, image) => ({ ms, image }));

describe('latency', () => {
  it('is a time that was measured, by nearest rank', () => {
    const hundred = times(...Array.from({ length: 100 }, (_, i) => 100 - i));
    expect(valuesOf(latency('all', hundred, 100))).toEqual({ 'latency p50': 50, 'latency p95': 95 });
    expect(valuesOf(latency('all', times(7), 1))).toEqual({ 'latency p50': 7, 'latency p95': 7 });
    expect(valuesOf(latency('all', times(1, 2, 3, 4), 4))).toEqual({ 'latency p50': 2, 'latency p95': 4 });
  });

  it('counts the answers of its route of all', () => {
    expect(countsOf(latency('route mllm', times(1, 2), 9))['latency p95']).toBe('2/9');
  });

  it('of nothing, or of images that were not drawn, is no number', () => {
    expect(valuesOf(latency('none', [], 0))['latency p50']).toBeNaN();
    expect(valuesOf(latency('all', times(1, 2), 2), [0, 0])['latency p95']).toBeNaN();
  });

  it('counts an image drawn twice twice', () => {
    const drawn = fc.array(fc.tuple(fc.nat(20), fc.nat(3)), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(drawn, (all) => {
        const copies = all.flatMap(([ms, weight]) => Array.from({ length: weight }, () => ms));
        const weights = all.map(([, weight]) => weight);
        const weighted = valuesOf(latency('all', times(...all.map(([ms]) => ms)), 1), weights);
        expect(weighted).toEqual(valuesOf(latency('all', times(...copies), 1)));
      }),
    );
  });
});

describe('cost', () => {
  const free = { calls: 0, promptTokens: 0, answerTokens: 0 };
  const paid = { calls: 1, promptTokens: 900, answerTokens: 3, dollars: 0.03 };

  it('is the mean over all answers, those that asked nobody included', () => {
    const answers = [paid, free, free].map((cost, image) => ({ ...cost, image }));
    expect(valuesOf(costPerAnswer('all', answers))).toEqual({
      'prompt tokens per answer': 300,
      'answer tokens per answer': 1,
      'dollars per answer': expect.closeTo(0.01),
    });
    expect(countsOf(asked('all', answers))).toEqual({ 'asked a language model': '1/3' });
  });

  it('is in dollars only where the price of all that was asked is known', () => {
    const answers = [paid, { calls: 2, promptTokens: 9, answerTokens: 9 }].map((cost, image) => ({
      ...cost,
      image,
    }));
    expect(Object.keys(valuesOf(costPerAnswer('all', answers)))).not.toContain('dollars per answer');
  });
});
