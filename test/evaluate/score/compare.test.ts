import { describe, expect, it } from 'vitest';
import { compareScores } from '../../../src/evaluate/score/compare.ts';
import { comparisonToCsv, printComparison } from '../../../src/evaluate/score/print.ts';
import { answer, failed, figured, negative, positive, RIGHT, scored, WRONG } from './made.ts';

const MANY = Array.from({ length: 60 }, (_, i) => positive(`p${i}`));
/** Answers to all, right where the test says so. */
const answers = (isRight: (i: number) => boolean) =>
  MANY.map(({ id }, i) => answer(id, { boxes: [isRight(i) ? RIGHT : WRONG] }));

async function compared(a: (i: number) => boolean, b: (i: number) => boolean) {
  const [inA, inB] = [await scored(MANY, answers(a)), await scored(MANY, answers(b))];
  return compareScores(inA, inB, { resamples: 400 });
}
const precision = ({ differences }: Awaited<ReturnType<typeof compared>>) =>
  differences.find(({ metric, group }) => metric === 'precision@1' && group === 'all positives')!;

describe('compareScores', () => {
  it('tells b - a, with both counts, and who is better', async () => {
    const found = await compared(
      (i) => i < 20,
      (i) => i < 40,
    );
    const difference = precision(found);
    expect(difference).toMatchObject({
      section: 'precision',
      counts: { a: { part: 20, of: 60 }, b: { part: 40, of: 60 } },
      winner: 'b',
    });
    expect(difference.difference).toBeCloseTo(20 / 60);
    expect(difference.interval![0]).toBeGreaterThan(0);
    expect(found.onlyRightInB).toEqual(MANY.slice(20, 40).map(({ id }) => id));
    expect(found.onlyRightInA).toEqual([]);
  });

  it('says the opposite the other way round', async () => {
    const found = await compared(
      (i) => i < 40,
      (i) => i < 20,
    );
    expect(precision(found)).toMatchObject({ winner: 'a', difference: expect.closeTo(-20 / 60) });
  });

  it('does not tell apart what is equal, or differs by chance', async () => {
    const same = await compared(
      (i) => i % 2 === 0,
      (i) => i % 2 === 0,
    );
    expect(precision(same)).toMatchObject({ difference: 0, interval: null, winner: 'not told apart' });
    const swapped = await compared(
      (i) => i % 2 === 0,
      (i) => i % 2 === 1,
    );
    expect(precision(swapped)).toMatchObject({ difference: 0, winner: 'not told apart' });
    expect(swapped.onlyRightInA).toHaveLength(30);
  });

  it('is paired: what is hard for both leaves the interval narrow', async () => {
    const difference = precision(
      await compared(
        (i) => i < 30,
        (i) => i < 34,
      ),
    );
    const alone = figured(
      await scored(
        MANY,
        answers((i) => i < 30),
      ),
      'precision@1',
      'all positives',
    );
    expect(alone).toBe(0.5);
    // Four of 60 differ: a standard error of about .032, where that of either share alone is .065.
    const [low, high] = difference.interval!;
    expect(high - low).toBeLessThan(0.16);
    expect(difference.winner).toBe('b');
  });

  it('is over what both have predicted, and says what is left out', async () => {
    const annotations = [positive('a'), positive('b'), positive('c'), positive('d'), negative('n', 'b')];
    const inA = await scored(annotations, [answer('a'), answer('b', { boxes: [WRONG] }), answer('n')]);
    const inB = await scored(annotations, [failed('a'), answer('c'), answer('n')]);
    const found = compareScores(inA, inB);
    expect(found.both).toEqual({ annotations: 2, images: 2 });
    expect(found.leftOut).toEqual({ onlyA: 1, onlyB: 1, neither: 1 });
    expect(precision(found).counts).toEqual({ a: { part: 1, of: 1 }, b: { part: 0, of: 1 } });
    expect(found.differences.some(({ section }) => section === 'recall')).toBe(false);
  });

  it('knows that less is better of faults and times', async () => {
    const slow = await scored(
      MANY,
      MANY.map(({ id }, i) => answer(id, { timings_ms: { total: 500 + 2 * i } })),
    );
    const fast = await scored(
      MANY,
      MANY.map(({ id }, i) => answer(id, { timings_ms: { total: 100 + i } })),
    );
    const { differences } = compareScores(slow, fast);
    const p95 = differences.find(({ metric }) => metric === 'latency p95')!;
    expect(p95).toMatchObject({ difference: 156 - 612, winner: 'b' });
  });

  it('leaves out what each system chose for itself', async () => {
    const cost = { calls: 1, promptTokens: 1, answerTokens: 1, ms: 1 };
    const asked = await scored(
      MANY,
      MANY.map(({ id }) => answer(id, { cost })),
    );
    const { differences } = compareScores(asked, asked);
    expect(differences.some(({ group }) => group === 'where a language model was asked')).toBe(false);
    expect(differences.some(({ metric }) => metric === 'best threshold')).toBe(false);
  });

  it('is printed and written with all of it', async () => {
    const found = await compared(
      (i) => i < 20,
      (i) => i < 40,
    );
    const text = printComparison(found);
    expect(text).toMatch(
      /^60 annotations on 60 images that both have a prediction for; left out: 0 of a only/m,
    );
    expect(text).toMatch(
      /precision@1, all positives +\.333 20\/60 +\.667 40\/60 +\+\.333 +\[\.\d+, \.\d+\] +b$/m,
    );
    expect(text).not.toMatch(/NaN|undefined|null/);
    const [head, first] = comparisonToCsv(found).split('\n');
    expect(head!.split(',')).toHaveLength(14);
    expect(first).toMatch(
      /^precision,precision@1,all positives,share,0\.333\d*,0\.666\d*,0\.333\d*,0\.\d+,0\.\d+,b,20,60,40,60$/,
    );
  });
});
