import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Contest, highest, recallAtK, recalledFrom } from '../../../src/evaluate/metrics/metrics.ts';
import { countsOf } from './values.ts';

const contest = (rank: number, scores: number[], ...rivals: (number[] | undefined)[]): Contest => ({
  image: 0,
  rank,
  scores,
  rivals,
});

const isRecalled = (it: Contest, k: number): boolean => recalledFrom(it) <= k;

/** By its definition: one of the first min(n, k) boxes is right, of n that reach the k-th highest score of all. */
function byDefinition({ rank, scores, rivals }: Contest, k: number): boolean {
  const pool = [...Array.from(scores), ...rivals.flatMap((rival) => Array.from(rival!))];
  const lowest = pool
    .sort((a, b) => b - a)
    .slice(0, k)
    .at(-1);
  if (lowest === undefined) return false;
  return rank <= Math.min(k, Array.from(scores).filter((score) => score >= lowest).length);
}

describe('recalledFrom', () => {
  it('at 1 is: the first box is right, and no negative scores higher', () => {
    expect(isRecalled(contest(1, [0.9], [0.8], [0.3]), 1)).toBe(true);
    expect(isRecalled(contest(1, [0.9], [0.95], [0.3]), 1)).toBe(false);
    expect(isRecalled(contest(2, [0.9, 0.8], [0.7]), 1)).toBe(false);
  });

  it('counts ties for the positive', () => {
    expect(isRecalled(contest(1, [0.9], [0.9, 0.9, 0.9]), 1)).toBe(true);
    expect(isRecalled(contest(2, [0.9, 0.9], [0.1]), 1)).toBe(false);
  });

  it('looks only at as many boxes as are among the k highest', () => {
    const crowded = contest(3, [0.9, 0.5, 0.4], [0.8, 0.7, 0.6]);
    expect([1, 2, 3, 4, 5, 6].map((k) => isRecalled(crowded, k))).toEqual([
      ...[false, false, false, false, false],
      true,
    ]);
  });

  it('takes a value of two boxes twice', () => {
    expect(isRecalled(contest(1, [0.5], [0.9, 0.9]), 2)).toBe(false);
    expect(isRecalled(contest(1, [0.5], [0.9, 0.9]), 3)).toBe(true);
  });

  it('needs a box that is right, and an answer', () => {
    expect(isRecalled(contest(Number.POSITIVE_INFINITY, [0.9], [0.1]), 10)).toBe(false);
    expect(isRecalled(contest(Number.POSITIVE_INFINITY, [], []), 10)).toBe(false);
    expect(isRecalled(contest(1, [0.2], []), 1)).toBe(true);
  });

  it('is not where a negative has no answer: leaving some out must not pay', () => {
    expect(isRecalled(contest(1, [0.9], [0.1], undefined), 10)).toBe(false);
  });

  it('is the smallest k that fits the definition', () => {
    const scores = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 12 });
    fc.assert(
      fc.property(
        ...[scores, scores, scores, fc.integer({ min: 1, max: 13 }), fc.integer({ min: 1, max: 40 })],
        (a, b, c, rank, k) => {
          const it = contest(rank, [...highest(a, 12)], b, c);
          expect(isRecalled(it, k)).toBe(byDefinition(it, k));
        },
      ),
    );
  });

  it('needs of each no more than the k highest scores', () => {
    const scores = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 12 });
    fc.assert(
      fc.property(scores, scores, fc.integer({ min: 1, max: 12 }), fc.constantFrom(1, 5), (a, b, rank, k) => {
        const sorted = [...highest(a, a.length)];
        const cut = contest(rank, sorted.slice(0, k), [...highest(b, k)]);
        expect(isRecalled(cut, k)).toBe(isRecalled(contest(rank, sorted, b), k));
      }),
    );
  });

  it('at a larger k is never lost', () => {
    const scores = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 12 });
    fc.assert(
      fc.property(scores, scores, fc.integer({ min: 1, max: 12 }), fc.nat(10), (a, b, rank, k) => {
        const it = contest(rank, [...highest(a, a.length)], b);
        expect(isRecalled(it, k + 1) || !isRecalled(it, k)).toBe(true);
      }),
    );
  });
});

describe('recallAtK', () => {
  it('counts of the positives', () => {
    const all = [contest(1, [0.9], [0.1]), contest(1, [0.4], [0.5]), contest(4, [0.9], [0.1])];
    expect(countsOf(recallAtK('flip 1 text', all, [1, 5]))).toEqual({ 'recall@1': '1/3', 'recall@5': '2/3' });
  });
});

it('highest gives the k highest, in descending order', () => {
  expect([...highest([0.2, 0.9, 0.5, 0.9], 3)]).toEqual([0.9, 0.9, 0.5]);
  expect([...highest([10, 9, 100], 2)]).toEqual([100, 10]);
});
