import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue } from '../src/fair-queue.ts';

const drain = <T>(queue: FairQueue<T>): T[] => {
  const all: T[] = [];
  while (queue.length > 0) all.push(queue.shift()!);
  return all;
};

describe('a fair queue', () => {
  it('gives each asker a turn before anyone gets a second one', () => {
    const queue = new FairQueue<string>();
    for (const n of [1, 2, 3]) queue.push(`a${n}`, 'a');
    queue.push('b1', 'b');
    queue.push('c1', 'c');
    queue.push('b2', 'b');
    expect(drain(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  it('serves one who comes late soon, however much another one has asked', () => {
    const queue = new FairQueue<string>();
    for (let n = 0; n < 10; n += 1) queue.push(`a${n}`, 'a');
    expect([queue.shift(), queue.shift()]).toEqual(['a0', 'a1']);
    queue.push('b', 'b');
    expect([queue.shift(), queue.shift(), queue.shift()]).toEqual(['a2', 'b', 'a3']);
  });

  it('takes each one without a name for an asker of their own, first come first served', () => {
    const queue = new FairQueue<string>();
    queue.push('a1', 'a');
    queue.push('a2', 'a');
    for (const n of [1, 2, 3]) queue.push(`nobody ${n}`);
    expect(drain(queue)).toEqual(['a1', 'nobody 1', 'nobody 2', 'nobody 3', 'a2']);
  });

  it('lets go of what no longer waits', () => {
    const queue = new FairQueue<string>();
    queue.push('a1', 'a');
    queue.push('a2', 'a');
    queue.push('b1', 'b');
    expect(queue.remove('b1')).toBe(true);
    expect(queue.remove('b1')).toBe(false);
    expect(queue.remove('a1')).toBe(true);
    expect(queue.length).toBe(1);
    expect(drain(queue)).toEqual(['a2']);
    expect(queue.shift()).toBeUndefined();
  });

  it('loses nothing, repeats nothing, and keeps the order of each asker', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ asker: fc.constantFrom('a', 'b', 'c'), keep: fc.boolean() })),
        (asked) => {
          const queue = new FairQueue<number>();
          for (const [i, { asker }] of asked.entries()) queue.push(i, asker);
          for (const [i, { keep }] of asked.entries()) if (!keep) queue.remove(i);
          const foreseen = [...queue];
          const served = drain(queue);
          expect(foreseen).toEqual(served);
          const of = (asker: string, some: readonly number[]) =>
            some.filter((i) => asked[i]?.asker === asker);
          const kept = asked.flatMap(({ keep }, i) => (keep ? [i] : []));
          for (const asker of ['a', 'b', 'c']) expect(of(asker, served)).toEqual(of(asker, kept));
          // Nobody is served twice while another one waits: among any n in a row, n askers that all wait to the end.
          const lines = ['a', 'b', 'c'].map((asker) => of(asker, kept).length).filter((n) => n > 0);
          const full = Math.min(...lines, Number.MAX_SAFE_INTEGER);
          for (let round = 0; lines.length > 0 && round < full; round += 1) {
            const one = served.slice(round * lines.length, (round + 1) * lines.length);
            expect(new Set(one.map((i) => asked[i]?.asker)).size).toBe(lines.length);
          }
        },
      ),
    );
  });
});
