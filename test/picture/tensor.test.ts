import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box } from '../../src/box.ts';
import type { Raster } from '../../src/picture/picture.ts';
import { readPicture } from '../../src/picture/read.ts';
import {
  fromTensor,
  intoTensor,
  letterbox,
  type Mapping,
  squash,
  type TensorSpec,
  toTensor,
} from '../../src/picture/tensor.ts';
import { BLUE, GREEN, quarters, RED, WHITE } from './fixtures.ts';

const side = fc.integer({ min: 8, max: 20_000 });
const size = fc.record({ width: side, height: side });
const tensorSize = fc.record({
  width: fc.integer({ min: 32, max: 1333 }),
  height: fc.integer({ min: 32, max: 1333 }),
});
const unit = fc.double({ min: 0, max: 1, noNaN: true });
const share = fc.tuple(unit, unit, unit, unit);

const boxIn = ([a, b, c, d]: readonly number[], w: number, h: number): Box => [
  Math.min(a!, b!) * w,
  Math.min(c!, d!) * h,
  Math.max(a!, b!) * w,
  Math.max(c!, d!) * h,
];

function expectClose(seen: Box, wanted: Box, scale: number): void {
  for (const [i, v] of seen.entries()) expect(Math.abs(v - wanted[i]!)).toBeLessThanOrEqual(1e-9 * scale);
}

describe('mapping', () => {
  it.each([
    ['letterbox', letterbox],
    ['squash', squash],
  ] as const)('%s: a box comes back from the tensor where it was, for every aspect ratio', (_, lay) => {
    fc.assert(
      fc.property(size, tensorSize, share, (picture, tensor, shares) => {
        const box = boxIn(shares, picture.width, picture.height);
        const mapping = lay(picture, tensor);
        expectClose(fromTensor(mapping, intoTensor(mapping, box)), box, 20_000);
      }),
    );
  });

  it('a letterbox lies inside, touches two opposite edges, is centred and keeps the aspect ratio', () => {
    fc.assert(
      fc.property(size, tensorSize, (picture, tensor) => {
        const m = letterbox(picture, tensor);
        expect(m.width === tensor.width || m.height === tensor.height).toBe(true);
        for (const [start, length, whole] of [
          [m.left, m.width, tensor.width],
          [m.top, m.height, tensor.height],
        ] as const) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect([0, 1]).toContain(whole - length - 2 * start);
        }
        const scale = Math.min(tensor.width / picture.width, tensor.height / picture.height);
        expect(Math.abs(m.width - Math.max(1, picture.width * scale))).toBeLessThanOrEqual(0.5);
        expect(Math.abs(m.height - Math.max(1, picture.height * scale))).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  it('cuts off what a model sees in the filling', () => {
    const m: Mapping = letterbox({ width: 200, height: 100 }, { width: 100, height: 100 });
    expect(m).toMatchObject({ left: 0, top: 25, width: 100, height: 50 });
    expect(fromTensor(m, [-10, 0, 200, 100])).toEqual([0, 0, 200, 100]);
    expect(fromTensor(m, [10, 30, 20, 40])).toEqual([20, 10, 40, 30]);
  });
});

describe('toTensor', () => {
  const plain: TensorSpec = { width: 64, height: 64, fit: 'letterbox', kernel: 'lanczos3' };
  const at = (data: Float32Array, w: number, h: number, x: number, y: number) =>
    [0, 1, 2].map((c) => data[c * w * h + y * w + x]);

  it('is planar RGB 0..255, aspect kept, centred on black', async () => {
    const picture = await readPicture(await quarters(128, 64).png().toBuffer());
    const { data, mapping } = await toTensor(picture, plain);
    expect(data.length).toBe(3 * 64 * 64);
    expect(mapping).toMatchObject({ left: 0, top: 16, width: 64, height: 32 });
    expect(at(data, 64, 64, 10, 20)).toEqual([...RED]);
    expect(at(data, 64, 64, 50, 20)).toEqual([...GREEN]);
    expect(at(data, 64, 64, 10, 44)).toEqual([...BLUE]);
    expect(at(data, 64, 64, 50, 44)).toEqual([...WHITE]);
    for (const y of [0, 15, 48, 63]) expect(at(data, 64, 64, 32, y)).toEqual([0, 0, 0]);
  });

  it('scales, subtracts the mean and divides by the deviation, in the filling too', async () => {
    const picture = await readPicture(await quarters(128, 64).png().toBuffer());
    const mean = [0.485, 0.456, 0.406] as const;
    const std = [0.229, 0.224, 0.225] as const;
    const { data } = await toTensor(picture, { ...plain, scale: 1 / 255, mean, std, fill: WHITE });
    const wanted = (colour: readonly number[]) => colour.map((v, i) => (v / 255 - mean[i]!) / std[i]!);
    for (const [x, y, colour] of [
      [10, 20, RED],
      [50, 44, WHITE],
      [5, 2, WHITE],
    ] as const) {
      for (const [i, v] of at(data, 64, 64, x, y).entries()) expect(v).toBeCloseTo(wanted(colour)[i]!, 5);
    }
  });

  it('squashes when asked to', async () => {
    const picture = await readPicture(await quarters(128, 64).png().toBuffer());
    const { data, mapping } = await toTensor(picture, { ...plain, width: 40, height: 60, fit: 'squash' });
    expect(mapping).toMatchObject({ left: 0, top: 0, width: 40, height: 60 });
    expect(at(data, 40, 60, 2, 2)).toEqual([...RED]);
    expect(at(data, 40, 60, 37, 57)).toEqual([...WHITE]);
  });

  it('writes over a buffer it is given, leaving nothing of the last picture', async () => {
    const wide = await readPicture(await quarters(128, 64).png().toBuffer());
    const tall = await readPicture(await quarters(64, 128).png().toBuffer());
    const { data } = await toTensor(wide, plain);
    const again = await toTensor(tall, plain, data);
    expect(again.data).toBe(data);
    expect(data).toEqual((await toTensor(tall, plain)).data);
    expect((await toTensor(tall, plain, new Float32Array(7))).data.length).toBe(3 * 64 * 64);
  });

  it('maps to the full picture though the raster is smaller', async () => {
    const raster: Raster = { width: 16, height: 8, data: new Uint8Array(16 * 8 * 3) };
    const { mapping } = await toTensor({ width: 3200, height: 1600, raster }, plain);
    expect(fromTensor(mapping, [0, 16, 64, 48])).toEqual([0, 0, 3200, 1600]);
  });
});
