import { describe, expect, it } from 'vitest';
import { poisson, simulate } from '../../bench/simulate.ts';
import { randomFrom } from '../../src/mllm/multiple-choice.ts';

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
const exponential = (meanMs: number, random: () => number) => () => -Math.log(1 - random()) * meanMs;

describe('the simulation', () => {
  it.each([
    // Mean times of M/M/c by Erlang's formula, for a service of 100 ms and so many questions a second.
    [1, 5, 200],
    [1, 8, 500],
    [2, 10, 133.3],
    [2, 16, 277.8],
  ])('agrees with theory: %i workers, %i questions a second', (workers, rate, expected) => {
    const random = randomFrom(1);
    const arrivals = poisson(200_000, rate, random);
    const times = simulate({ arrivals, workers, service: exponential(100, random) });
    expect(mean(times)).toBeGreaterThan(0.95 * expected);
    expect(mean(times)).toBeLessThan(1.05 * expected);
  });

  it('takes questions in order, without random', () => {
    const times = simulate({ arrivals: [0, 10, 20], workers: 1, service: () => 100, overheadMs: 5 });
    expect(times).toEqual([105, 195, 285]);
  });

  it('gives the job of a dead worker to another one', () => {
    const lives = [50, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    const times = simulate({
      arrivals: [0, 10],
      workers: 2,
      service: () => 100,
      life: () => lives.shift() ?? Number.POSITIVE_INFINITY,
      recoveryMs: 1000,
      restartMs: 300,
    });
    expect(times).toEqual([1150, 100]);
  });
});
