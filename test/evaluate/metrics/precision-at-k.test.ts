import { describe, expect, it } from 'vitest';
import type { Box } from '../../../src/box.ts';
import { precisionAtK, rankOfHit } from '../../../src/evaluate/metrics/metrics.ts';
import { countsOf, valuesOf } from './values.ts';

const REFERENCE: Box = [0, 0, 10, 10];
const AWAY: Box = [50, 50, 60, 60];

describe('rankOfHit', () => {
  it('is that of the first box that is right', () => {
    expect(rankOfHit([AWAY, REFERENCE, REFERENCE], REFERENCE)).toBe(2);
    expect(rankOfHit([AWAY], REFERENCE)).toBe(Number.POSITIVE_INFINITY);
    expect(rankOfHit([], REFERENCE)).toBe(Number.POSITIVE_INFINITY);
    expect(rankOfHit([REFERENCE], undefined)).toBe(Number.POSITIVE_INFINITY);
  });

  it('takes an IoU of exactly .5 as right, and nothing below', () => {
    expect(rankOfHit([[0, 0, 10, 5]], REFERENCE)).toBe(1);
    expect(rankOfHit([[0, 0, 10, 4.999]], REFERENCE)).toBe(Number.POSITIVE_INFINITY);
  });

  it('takes no box that is inside out', () => {
    expect(rankOfHit([[10, 10, 0, 0]], REFERENCE)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('precisionAtK', () => {
  const ranks = [1, 1, 3, 6, 11, Number.POSITIVE_INFINITY];
  const family = precisionAtK(
    'level 3',
    ranks.map((rank, image) => ({ rank, image })),
    [1, 5, 10],
  );

  it('counts ranks up to k of all positives, those without a right box included', () => {
    expect(countsOf(family)).toEqual({
      'precision@1': '2/6',
      'precision@5': '3/6',
      'precision@10': '4/6',
      reachable: '5/6',
    });
    expect(valuesOf(family)['precision@10']).toBeCloseTo(4 / 6);
    expect(family.subjects[0]!.group).toBe('level 3');
  });

  it('of nothing is no number', () => {
    expect(valuesOf(precisionAtK('none', [], [1]))['precision@1']).toBeNaN();
  });

  it('weighs images', () => {
    expect(valuesOf(family, [3, 0, 0, 0, 0, 1])['precision@1']).toBe(0.75);
  });
});
