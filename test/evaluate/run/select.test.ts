import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { select } from '../../../src/evaluate/run/run.ts';

const all = Array.from({ length: 100 }, (_, i) => ({ id: `a${i}` }));
const ids = (some: readonly { readonly id: string }[]) => some.map(({ id }) => id);

describe('a selection', () => {
  it('is everything where nothing is said', () => {
    expect(select(all, {})).toEqual(all);
  });

  it('draws the same sample for the same seed, whatever the order, and keeps the order', () => {
    const sample = ids(select(all, { sample: 10, seed: 3 }));
    expect(sample).toHaveLength(10);
    expect(sample).toEqual(ids(all).filter((id) => sample.includes(id)));
    expect(ids(select(all.toReversed(), { sample: 10, seed: 3 })).toSorted()).toEqual(sample.toSorted());
    expect(ids(select(all, { sample: 10, seed: 4 }))).not.toEqual(sample);
  });

  it('limits the sample, and never has more than there is', () => {
    const sample = select(all, { sample: 10 });
    expect(select(all, { sample: 10, limit: 4 })).toEqual(sample.slice(0, 4));
    expect(select(all, { sample: 1000, limit: 1000 })).toEqual(all);
  });

  it('falls into parts that share nothing and leave nothing out', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 100 }), (of, limit) => {
        const parts = Array.from({ length: of }, (_, i) =>
          select(all, { limit, shard: { part: i + 1, of } }),
        );
        expect(parts.flatMap(ids).toSorted()).toEqual(ids(all.slice(0, limit)).toSorted());
        const sizes = parts.map((part) => part.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
