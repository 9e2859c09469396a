import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { area, type Box, intersection } from '../../../src/box.ts';
import {
  closerViewsOf,
  fromView,
  isCut,
  isForTiles,
  isInner,
  mirror,
  viewsOf,
} from '../../../src/detector/starter/decode.ts';
import { isLong, rasterScale } from '../../../src/picture/picture.ts';
import { cropPicture } from '../../../src/picture/tensor.ts';

const size = fc.record({
  width: fc.integer({ min: 8, max: 4000 }),
  height: fc.integer({ min: 8, max: 4000 }),
});

describe('the views of a picture', () => {
  it('are the whole, its mirror image, and two overlapping parts along the longer side', () => {
    expect(viewsOf({ width: 1000, height: 500 })).toEqual([
      { kind: 'whole', area: [0, 0, 1000, 500] },
      { kind: 'mirrored', area: [0, 0, 1000, 500] },
      { kind: 'part', area: [0, 0, 600, 500] },
      { kind: 'part', area: [400, 0, 1000, 500] },
    ]);
    expect(viewsOf({ width: 500, height: 1000 }).map((v) => v.area)).toContainEqual([0, 400, 500, 1000]);
  });

  it('lie inside any picture, and the parts cover it together', () => {
    fc.assert(
      fc.property(size, ({ width, height }) => {
        fc.pre(!isLong({ width, height }));
        const [, , first, second] = viewsOf({ width, height });
        for (const { area: b } of [first!, second!]) {
          expect(Math.min(...b)).toBeGreaterThanOrEqual(0);
          expect(b[2]).toBeLessThanOrEqual(width);
          expect(b[3]).toBeLessThanOrEqual(height);
        }
        const both = area(first!.area) + area(second!.area) - intersection(first!.area, second!.area);
        expect(both).toBe(width * height);
      }),
    );
  });
});

describe('cutting', () => {
  const raster = { width: 4, height: 2, data: Uint8Array.from({ length: 24 }, (_, i) => i) };
  const picture = { width: 8, height: 4, raster };

  it('takes the pixels of the area, in the scale of the raster', () => {
    const part = cropPicture(picture, [4, 0, 8, 4]);
    expect(part.raster).toEqual({
      width: 2,
      height: 2,
      data: Uint8Array.from([6, 7, 8, 9, 10, 11, 18, 19, 20, 21, 22, 23]),
    });
    expect(part).toMatchObject({ width: 4, height: 4 });
  });

  it('copies nothing for the whole', () => {
    expect(cropPicture(picture, [0, 0, 8, 4])).toBe(picture);
  });
});

it('a tensor is mirrored row by row', () => {
  expect([...mirror(Float32Array.from([1, 2, 3, 4, 5, 6]), 3)]).toEqual([3, 2, 1, 6, 5, 4]);
});

describe('boxes of views', () => {
  const box: Box = [10, 20, 30, 60];

  it('come back where they are in the picture', () => {
    expect(fromView({ kind: 'whole', area: [0, 0, 100, 80] }, box)).toEqual(box);
    expect(fromView({ kind: 'part', area: [40, 0, 100, 80] }, box)).toEqual([50, 20, 70, 60]);
    expect(fromView({ kind: 'mirrored', area: [0, 0, 100, 80] }, box)).toEqual([70, 20, 90, 60]);
  });

  it('are cut where they end at a side beyond which the picture goes on', () => {
    const picture = { width: 100, height: 80 };
    const right = { kind: 'part', area: [40, 0, 100, 80] } as const;
    expect(isCut(right, [40.5, 20, 70, 60], picture)).toBe(true);
    expect(isCut(right, [50, 20, 70, 60], picture)).toBe(false);
    expect(isCut(right, [70, 0, 100, 80], picture)).toBe(false);
    expect(isCut({ kind: 'whole', area: [0, 0, 100, 80] }, [0, 0, 100, 80], picture)).toBe(false);
  });
});

describe('a long picture', () => {
  const wide = { width: 5760, height: 1080 };

  it('is looked at in tiles that overlap and cover it, each with its mirror image', () => {
    const views = viewsOf(wide);
    const tiles = views.filter(({ kind, area }) => kind === 'whole' && area[2] - area[0] < wide.width);
    expect(views.length).toBe(2 * (tiles.length + 1));
    expect([tiles[0]!.area[0], tiles.at(-1)!.area[2]]).toEqual([0, wide.width]);
    for (const [i, { area }] of tiles.slice(1).entries())
      expect(tiles[i]!.area[2] - area[0]).toBeGreaterThan(0.39 * wide.height);
    expect(viewsOf({ width: 1080, height: 40_000 }).length).toBe(18);
  });

  it('counts in the whole only what no tile holds', () => {
    const [whole, , tile] = viewsOf(wide);
    const small: Box = [100, 100, 300, 400];
    const large: Box = [100, 100, 1300, 900];
    expect([
      isForTiles(whole!, small, wide),
      isForTiles(whole!, large, wide),
      isForTiles(tile!, small, wide),
    ]).toEqual([true, false, false]);
    expect(isForTiles(viewsOf({ width: 800, height: 600 })[0]!, small, { width: 800, height: 600 })).toBe(
      false,
    );
  });

  it('is looked at more closely around the small things in it, of neighbours once', () => {
    const at = (x: number, y: number, side: number, score: number) => ({
      ...{ label: 'dog', score },
      box: [x, y, x + side, y + side] as Box,
    });
    const seen = [at(3000, 400, 200, 0.6), at(3050, 420, 200, 0.5), at(100, 0, 1000, 0.9), at(0, 0, 50, 0.3)];
    const areas = closerViewsOf(seen, wide).map(({ kind, area }) => [kind, ...area]);
    expect(areas).toEqual([
      ['whole', 2880, 280, 3320, 720],
      ['mirrored', 2880, 280, 3320, 720],
      ['whole', 0, 0, 324, 324],
      ['mirrored', 0, 0, 324, 324],
    ]);
    expect(closerViewsOf(seen, { width: 1920, height: 1080 })).toEqual([]);
    const many = Array.from({ length: 9 }, (_, i) => at(600 * i, 0, 100, 0.5));
    expect(closerViewsOf(many, wide)).toHaveLength(8);
  });

  it('shows in a closer look only what is not cut by it', () => {
    const around: Box = [2000, 200, 2500, 700];
    expect(isInner(around, [2100, 300, 2300, 500], wide)).toBe(true);
    expect(isInner(around, [1900, 300, 2300, 500], wide)).toBe(false);
    expect(isInner(around, [2001, 300, 2300, 500], wide)).toBe(false);
    expect(isInner([0, 0, 500, 500], [0, 0, 100, 100], wide)).toBe(true);
  });

  it('keeps more of its pixels, though not more than four megapixels', () => {
    expect(rasterScale({ width: 3840, height: 1080 })).toBeCloseTo(640 / 1080, 5);
    const page = { width: 1080, height: 20_000 };
    expect(rasterScale(page) ** 2 * page.width * page.height).toBeCloseTo(4e6, -2);
    expect(rasterScale({ width: 3000, height: 2000 })).toBeCloseTo(1600 / 3000, 5);
    expect(rasterScale({ width: 900, height: 300 })).toBe(1);
  });
});
