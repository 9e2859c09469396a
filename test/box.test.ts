import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  area,
  type Box,
  centre,
  clamp,
  containment,
  height,
  intersection,
  iou,
  nms,
  width,
} from '../src/box.ts';

const anyBox: fc.Arbitrary<Box> = fc
  .tuple(
    fc.integer({ min: -50, max: 50 }),
    fc.integer({ min: -50, max: 50 }),
    fc.nat({ max: 60 }),
    fc.nat({ max: 60 }),
  )
  .map(([x, y, w, h]): Box => [x, y, x + w, y + h]);

describe('a box', () => {
  it('has sides, an area and a middle', () => {
    const box: Box = [10, 20, 40, 60];
    expect([width(box), height(box), area(box), centre(box)]).toEqual([30, 40, 1200, [25, 40]]);
  });

  it('without extent has no area', () => {
    expect(area([5, 5, 5, 9])).toBe(0);
    expect(width([9, 0, 5, 4])).toBe(0);
  });
});

describe('two boxes', () => {
  const A: Box = [0, 0, 10, 10];

  it.each<[string, Box, number, number]>([
    ['the same', A, 100, 1],
    ['half over', [5, 0, 15, 10], 50, 50 / 150],
    ['inside', [0, 0, 5, 5], 25, 0.25],
    ['touching', [10, 0, 20, 10], 0, 0],
    ['at a corner', [9, 9, 19, 19], 1, 1 / 199],
    ['apart', [50, 50, 60, 60], 0, 0],
    ['without extent', [5, 5, 5, 5], 0, 0],
  ])('%s', (_, b, shared, over) => {
    expect(intersection(A, b)).toBe(shared);
    expect(iou(A, b)).toBeCloseTo(over, 12);
  });

  it('contain one another by share of the first', () => {
    expect(containment([0, 0, 5, 5], A)).toBe(1);
    expect(containment(A, [0, 0, 5, 5])).toBe(0.25);
    expect(containment([5, 5, 5, 5], A)).toBe(0);
  });

  it('overlap the same from either side, within 0..1', () => {
    fc.assert(
      fc.property(anyBox, anyBox, (a, b) => {
        expect(iou(a, b)).toBe(iou(b, a));
        expect(iou(a, b)).toBeGreaterThanOrEqual(0);
        expect(iou(a, b)).toBeLessThanOrEqual(Math.min(1, containment(a, b) + containment(b, a)));
        if (area(a) > 0) expect(iou(a, a)).toBe(1);
      }),
    );
  });
});

describe('clamp', () => {
  it('cuts a box to the frame, and leaves what is inside', () => {
    expect(clamp([-5, -5, 15, 200], 100, 50)).toEqual([0, 0, 15, 50]);
    expect(clamp([1, 2, 3, 4], 100, 50)).toEqual([1, 2, 3, 4]);
    expect(clamp([120, 60, 140, 90], 100, 50)).toEqual([100, 50, 100, 50]);
  });

  it('gives the part of the box inside the frame', () => {
    fc.assert(
      fc.property(anyBox, (b) => {
        const cut = clamp(b, 40, 30);
        expect(area(cut)).toBe(intersection(b, [0, 0, 40, 30]));
        expect(clamp(cut, 40, 30)).toEqual(cut);
      }),
    );
  });
});

describe('nms', () => {
  it('keeps the best of those that overlap, best first', () => {
    const items = [
      { box: [0, 0, 10, 10] as Box, score: 0.5 },
      { box: [1, 0, 11, 10] as Box, score: 0.9 },
      { box: [50, 50, 60, 60] as Box, score: 0.2 },
    ];
    expect(nms(items, 0.5)).toEqual([items[1], items[2]]);
    expect(nms(items, 0.9)).toEqual([items[1], items[0], items[2]]);
    expect(nms([], 0.5)).toEqual([]);
  });

  it('keeps none that overlap too much, and drops none without a reason', () => {
    const any = fc.array(fc.record({ box: anyBox, score: fc.double({ min: 0, max: 1, noNaN: true }) }));
    fc.assert(
      fc.property(any, fc.double({ min: 0, max: 1, noNaN: true }), (items, limit) => {
        const kept = nms(items, limit);
        kept.forEach((a, i) => {
          for (const b of kept.slice(0, i)) expect(iou(a.box, b.box)).toBeLessThanOrEqual(limit);
        });
        for (const item of items.filter((x) => !kept.includes(x))) {
          expect(kept.some((k) => k.score >= item.score && iou(k.box, item.box) > limit)).toBe(true);
        }
      }),
    );
  });
});
