import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Raster, Size } from '../../src/picture/picture.ts';
import { readPicture } from '../../src/picture/read.ts';
import { enlarge, resize } from '../../src/picture/tensor.ts';
import { GOLDEN_FOLDER, PHOTO_FOLDER } from '../detector/grounding-dino/mini.ts';

const raster = fc
  .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
  .chain(({ width, height }) =>
    fc
      .uint8Array({ minLength: 3 * width * height, maxLength: 3 * width * height })
      .map((data): Raster => ({ width, height, data })),
  );
const more = fc.record({ width: fc.nat(20), height: fc.nat(20) });
const larger = (from: Size, by: Size): Size => ({
  width: from.width + by.width,
  height: from.height + by.height,
});

/** One value, read off the definition: a row first, rounded, and then a column. */
function valueAt({ width, height, data }: Raster, to: Size, x: number, y: number, c: number): number {
  const between = (n: number, from: number, length: number, at: (i: number) => number): number => {
    const centre = Math.min(Math.max(((n + 0.5) * from) / length - 0.5, 0), from - 1);
    const first = Math.floor(centre);
    const second = Math.min(first + 1, from - 1);
    return at(first) + (centre - first) * (at(second) - at(first));
  };
  const row = (j: number) => Math.round(between(x, width, to.width, (i) => data[3 * (j * width + i) + c]!));
  return Math.round(between(y, height, to.height, row));
}

describe('enlarging', () => {
  it('is linear between the centres of pixels', () => {
    fc.assert(
      fc.property(raster, more, (from, by) => {
        const size = larger(from, by);
        const made = enlarge(from, size);
        expect(made).toMatchObject(size);
        expect(made.data).toHaveLength(3 * size.width * size.height);
        for (let y = 0; y < size.height; y++) {
          for (let x = 0; x < size.width; x++) {
            for (let c = 0; c < 3; c++) {
              expect(made.data[3 * (y * size.width + x) + c]).toBe(valueAt(from, size, x, y, c));
            }
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('changes nothing of one colour, nor where no side grows', () => {
    const grey: Raster = { width: 2, height: 3, data: new Uint8Array(18).fill(201) };
    expect(enlarge(grey, { width: 7, height: 11 }).data).toEqual(new Uint8Array(3 * 77).fill(201));
    expect(enlarge(grey, grey)).toBe(grey);
  });

  it('keeps the ends of an edge, and puts its middle in the middle', () => {
    const edge: Raster = { width: 2, height: 1, data: Uint8Array.of(0, 0, 0, 200, 100, 50) };
    const red = enlarge(edge, { width: 8, height: 1 }).data.filter((_, i) => i % 3 === 0);
    expect([...red]).toEqual([0, 0, 25, 75, 125, 175, 200, 200]);
  });
});

describe('resizing linearly', () => {
  const levels = (a: Raster, b: Raster) => {
    const apart = a.data.map((v, i) => Math.abs(v - b.data[i]!));
    return {
      mean: apart.reduce((sum, v) => sum + v, 0) / apart.length,
      most: apart.reduce((x, y) => Math.max(x, y)),
    };
  };

  it('gives the pixels of PIL where both sides grow', async () => {
    const { raster: photo } = await readPicture(`${PHOTO_FOLDER}astronaut.png`);
    const { raster: pil } = await readPicture(`${GOLDEN_FOLDER}images/astronaut.square.png`);
    const { mean, most } = levels(await resize(photo, pil, 'linear'), pil);
    // Its colour profile, which PIL ignores, moves a few values by a level or two.
    expect(most).toBeLessThanOrEqual(2);
    expect(mean).toBeLessThan(0.1);
  });

  it.each(['two_dogs.jpg', 'wine.jpg'])(
    'gives nearly the pixels of PIL where both shrink: %s',
    async (name) => {
      const { raster: photo } = await readPicture(PHOTO_FOLDER + name);
      const { raster: pil } = await readPicture(`${GOLDEN_FOLDER}images/${name.split('.')[0]}.square.png`);
      expect(levels(await resize(photo, pil, 'linear'), pil).mean).toBeLessThan(0.5);
    },
  );

  it('does each side by itself where one grows and the other shrinks', async () => {
    const { raster: photo } = await readPicture(`${PHOTO_FOLDER}astronaut.png`);
    const mixed = await resize(photo, { width: 700, height: 300 }, 'linear');
    expect(mixed).toMatchObject({ width: 700, height: 300 });
    const low = await resize(photo, { width: 512, height: 300 }, 'linear');
    expect(mixed.data).toEqual(enlarge(low, mixed).data);
  });

  it('leaves the other kernels as they were', async () => {
    const { raster: photo } = await readPicture(`${PHOTO_FOLDER}astronaut.png`);
    const size = { width: 700, height: 700 };
    const [cubic, linear] = await Promise.all([resize(photo, size, 'cubic'), resize(photo, size, 'linear')]);
    expect(cubic.data).not.toEqual(linear.data);
    expect(await resize(photo, photo, 'cubic')).toBe(photo);
  });
});
