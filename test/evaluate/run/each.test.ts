import { describe, expect, it } from 'vitest';
import { each } from '../../../src/evaluate/run/run.ts';

const later = (ms: number) => new Promise((done) => setTimeout(done, ms));

describe('each', () => {
  it('does everything once, never more at a time than it may', async () => {
    const [begun, done]: number[][] = [[], []];
    let most = 0;
    await each([5, 1, 4, 2, 3, 1, 2], 3, async (ms) => {
      begun!.push(ms);
      most = Math.max(most, begun!.length - done!.length);
      await later(ms);
      done!.push(ms);
    });
    expect(begun).toEqual([5, 1, 4, 2, 3, 1, 2]);
    expect(done).toHaveLength(7);
    expect(most).toBe(3);
  });

  it('ends with the first failure, and waits for what is under way', async () => {
    const done: number[] = [];
    const work = async (n: number) => {
      if (n === 2) throw new Error('two');
      await later(20);
      done.push(n);
    };
    await expect(each([1, 2, 3, 4, 5, 6], 2, work)).rejects.toThrow('two');
    expect(done).toEqual([1]);
  });
});
