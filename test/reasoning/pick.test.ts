import { describe, expect, it } from 'vitest';
import { SpotterError } from '../../src/errors.ts';
import { pick } from '../../src/reasoning/decide.ts';
import type { Verdict } from '../../src/verdict.ts';
import { ask, paint } from './scene.ts';

const TWO = paint([
  { label: 'dog', box: [20, 100, 120, 200] },
  { label: 'dog', box: [250, 100, 350, 200] },
]);

const refusal = (verdict: Verdict, number: number): unknown => {
  try {
    return pick(verdict, number);
  } catch (thrown) {
    return thrown;
  }
};

describe('pick', () => {
  it('takes the candidate with that number, counted from 1', async () => {
    const verdict = await ask(TWO, 'the dog');
    for (const number of [1, 2]) {
      const picked = pick(verdict, number);
      expect(picked.outcome).toBe('found');
      expect(picked.candidates).toEqual([verdict.candidates[number - 1]]);
      expect(picked.route).not.toBe(verdict.route);
      expect(picked.sentence).toMatch(new RegExp(`\\b${number}\\b.*dog`));
      expect(picked.considered).toBe(verdict.considered);
    }
  });

  it.each([0, 3, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d of 2', async (number) => {
    const thrown = refusal(await ask(TWO, 'the dog'), number);
    expect(thrown).toBeInstanceOf(SpotterError);
    expect(thrown).toMatchObject({ code: 'bad-pick', hint: expect.stringContaining('1 to 2') });
  });

  it('has nothing to choose from where there is nothing', async () => {
    expect(refusal(await ask(TWO, 'the cat'), 1)).toMatchObject({
      code: 'bad-pick',
      hint: expect.stringMatching(/no candidates/),
    });
  });
});
