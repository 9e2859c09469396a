import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createSideBySide, inGrid, type Panel, planGrid } from '../../src/annotate/side-by-side.ts';
import { RASTER_SIDE, type Raster } from '../../src/picture/picture.ts';

const flat = (width: number, height: number, value: number): Raster => ({
  width,
  height,
  data: new Uint8Array(width * height * 3).fill(value),
});
const asPicture = (raster: Raster) => ({ width: 2 * raster.width, height: 2 * raster.height, raster });

const panel = (title: string): Panel => ({
  title,
  marks: [{ box: [20, 20, 80, 60], label: 'dog 87 %' }],
  options: { style: 'found' },
});

describe('planGrid', () => {
  const side = fc.integer({ min: 8, max: RASTER_SIDE });

  it('has room for all, within the limit, and keeps the shape of the picture', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), side, side, (count, width, height) => {
        const plan = planGrid(count, { width, height });
        const rows = Math.ceil(count / plan.columns);
        expect(plan.columns).toBeLessThanOrEqual(count);
        expect(plan.columns * plan.panel.width).toBeLessThanOrEqual(RASTER_SIDE);
        expect(rows * plan.panel.height).toBeLessThanOrEqual(RASTER_SIDE);
        expect(plan.panel.width).toBeLessThanOrEqual(width);
        // Whole pixels: each side loses less than one.
        const scale = Math.max(plan.panel.width / width, plan.panel.height / height);
        expect(Math.abs(plan.panel.width - scale * width)).toBeLessThan(1 + width / height);
        expect(Math.abs(plan.panel.height - scale * height)).toBeLessThan(1 + height / width);
      }),
    );
  });

  it('puts tall pictures beside, and wide ones below each other', () => {
    expect(planGrid(3, { width: 400, height: 1600 }).columns).toBe(3);
    expect(planGrid(3, { width: 1600, height: 400 }).columns).toBe(1);
    expect(planGrid(4, { width: 1600, height: 1600 }).columns).toBe(2);
  });
});

describe('inGrid', () => {
  it('lays rasters out in order, the last row may be shorter', () => {
    const grid = inGrid([flat(30, 20, 100), flat(30, 40, 150), flat(30, 10, 200)], 2);
    const at = (x: number, y: number) => grid.data[(y * grid.width + x) * 3];
    expect([grid.width, grid.height]).toEqual([12 + 30 + 12 + 30 + 12, 12 + 40 + 12 + 10 + 12]);
    expect([at(12, 12), at(41, 31), at(12, 32)]).toEqual([100, 100, 24]);
    expect([at(54, 12), at(83, 51), at(53, 12)]).toEqual([150, 150, 24]);
    expect([at(12, 64), at(41, 73), at(54, 64)]).toEqual([200, 200, 24]);
  });
});

describe('createSideBySide', () => {
  it.each([
    [1, 900, 600],
    [2, 640, 1280],
    [5, 1600, 1200],
    [5, 1600, 90],
    [3, 8, 8],
    [5, 8, 1600],
  ])(
    'draws %i answers about a picture of %i x %i as one JPEG within the limit',
    async (count, width, height) => {
      const panels = Array.from({ length: count }, (_, i) => panel(`strategy ${i}: found`));
      const jpeg = await createSideBySide()(asPicture(flat(width, height, 128)), panels);
      const drawn = await sharp(jpeg).metadata();
      expect(drawn.format).toBe('jpeg');
      expect(Math.max(drawn.width, drawn.height)).toBeLessThanOrEqual(RASTER_SIDE);
    },
  );

  it('marks in each panel what its answer marks', async () => {
    const picture = asPicture(flat(600, 400, 128));
    const marked: Panel = { ...panel('left'), marks: [{ box: [300, 200, 900, 600] }] };
    const plain: Panel = { title: 'right', marks: [], options: { style: 'plain' } };
    const jpeg = await createSideBySide()(picture, [marked, plain]);
    const { data, info } = await sharp(jpeg).greyscale().raw().toBuffer({ resolveWithObject: true });
    const near = (x: number, y: number) => data[Math.round(y) * info.width + Math.round(x)]!;
    const middle = info.height / 2;
    expect(near(info.width * 0.25, middle)).toBeGreaterThan(120);
    expect(near(info.width * 0.05, middle)).toBeLessThan(100);
    expect(near(info.width * 0.75, middle)).toBeGreaterThan(120);
    expect(near(info.width * 0.55, middle)).toBeGreaterThan(120);
  });
});
