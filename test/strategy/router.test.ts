import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Box, iou } from '../../src/box.ts';
import { proposals, route } from '../../src/strategy/propose.ts';

const at = (box: Box, score = 0.9) => ({ box, score });
/** Of the published method's description: two people side by side. */
const APART: readonly [Box, Box] = [
  [440, 330, 470, 370],
  [472, 330, 499, 370],
];

describe('the router', () => {
  it('calls two separate regions hard; the published fault takes them for one', () => {
    const regions = APART.map((box) => at(box));
    expect(iou(...APART)).toBe(0);
    expect(route(regions)).toEqual({ level: 2, kept: regions });
    expect(route(regions, { paperNms: true })).toEqual({ level: 1, kept: [regions[0]] });
  });

  it.each<[string, ReturnType<typeof at>[], number, number]>([
    ['nothing', [], 1, 0],
    ['one', [at([0, 0, 10, 10])], 1, 1],
    ['one, found twice', [at([0, 0, 100, 100]), at([0, 0, 100, 80], 0.8)], 1, 1],
    ['two', [at([0, 0, 10, 10]), at([20, 0, 30, 10])], 2, 2],
    ['one within another', [at([0, 0, 100, 100]), at([0, 0, 50, 50])], 2, 2],
    ['one and a weak one', [at([0, 0, 10, 10]), at([20, 0, 30, 10], 0.2)], 1, 1],
    ['one and one a little better than weak', [at([0, 0, 10, 10]), at([20, 0, 30, 10], 0.21)], 2, 2],
  ])('finds %s', (_, regions, level, kept) => {
    const routed = route(regions);
    expect([routed.level, routed.kept.length]).toEqual([level, kept]);
  });

  it('looks at the ten best only, best first', () => {
    const regions = Array.from({ length: 14 }, (_, i) => at([20 * i, 0, 20 * i + 10, 10], 0.3 + i / 100));
    const { kept } = route(regions);
    expect(kept.map(({ score }) => score)).toEqual(
      regions
        .map((r) => r.score)
        .reverse()
        .slice(0, 10),
    );
  });

  it('agrees with the published one near the upper left corner, where the fault has no room', () => {
    const regions = [at([0, 0, 10, 10]), at([0, 0, 10, 9], 0.8), at([0, 0, 10, 2], 0.7)];
    expect(route(regions, { paperNms: true })).toEqual(route(regions));
  });
});

describe('candidates', () => {
  it('are the best k that are not the same thing twice', () => {
    const coordinate = fc.integer({ min: 0, max: 60 });
    const region = fc
      .tuple(
        coordinate,
        coordinate,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
      )
      .map(([x, y, w, h, score]) => at([x, y, x + w, y + h], score));
    fc.assert(
      fc.property(fc.array(region, { maxLength: 20 }), fc.constantFrom(3, 5, 8, 10), (regions, k) => {
        const found = proposals(regions, k);
        expect(found.length).toBeLessThanOrEqual(k);
        expect(found.map((r) => r.score)).toEqual(found.map((r) => r.score).toSorted((a, b) => b - a));
        for (const [i, a] of found.entries()) {
          for (const b of found.slice(0, i)) expect(iou(a.box, b.box)).toBeLessThanOrEqual(0.7);
        }
        if (regions.length > 0) expect(found[0]!.score).toBe(Math.max(...regions.map((r) => r.score)));
      }),
    );
  });
});
