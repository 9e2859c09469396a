import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Box } from '../../src/box.ts';
import { cropFor, imageFor, sentSize } from '../../src/mllm/image.ts';
import type { Profile } from '../../src/mllm/profile.ts';
import { readPicture } from '../../src/picture/read.ts';
import { fromTensor, intoTensor } from '../../src/picture/tensor.ts';
import { example } from '../detector/photos.ts';
import { BLUE, type Colour, GREEN, noisyJpeg, quarters, RED, WHITE } from '../picture/fixtures.ts';

const limits = (image: Partial<Profile['image']> = {}): Pick<Profile, 'image'> => ({
  image: { maxSide: 1024, maxPixels: 1e6, multipleOf: 1, maxBytes: 1e6, ...image },
});
const picture = async (width: number, height: number) =>
  readPicture(await quarters(width, height).png().toBuffer());

async function pixels(bytes: Uint8Array) {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [
    ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
  ];
  return { ...info, at };
}

/** JPEG changes colours a little. */
function expectColour(seen: readonly number[], colour: Colour): void {
  const off = Math.max(...seen.map((v, i) => Math.abs(v - colour[i]!)));
  expect(off, `${seen} instead of ${colour}`).toBeLessThan(30);
}

describe('the size of what is sent', () => {
  it.each<[string, [number, number], Partial<Profile['image']>, [number, number]]>([
    ['small enough: as it is', [640, 480], {}, [640, 480]],
    ['too long', [1600, 800], {}, [1024, 512]],
    ['too many pixels', [1000, 1000], { maxPixels: 250_000 }, [500, 500]],
    ['in multiples', [640, 480], { multipleOf: 28 }, [644, 476]],
    ['in multiples, never beyond a limit', [1600, 1600], { multipleOf: 28, maxSide: 1000 }, [980, 980]],
    ['less than a multiple', [10, 8], { multipleOf: 28 }, [28, 28]],
    ['very long', [1600, 10], { multipleOf: 28, maxPixels: 28 * 560 }, [560, 28]],
  ])('%s', (_, [width, height], image, size) => {
    expect(sentSize({ width, height }, limits(image).image)).toEqual({ width: size[0], height: size[1] });
  });

  it('is within every limit, and keeps the shape as far as multiples allow', () => {
    const side = fc.integer({ min: 1, max: 1600 });
    const anyLimits = fc
      .record({ m: fc.integer({ min: 1, max: 32 }), side: fc.nat(2000), pixels: fc.nat(2e6) })
      .map((l) => ({ multipleOf: l.m, maxSide: l.m + l.side, maxPixels: l.m * l.m + l.pixels }));
    fc.assert(
      fc.property(side, side, anyLimits, (width, height, l) => {
        const size = sentSize({ width, height }, l);
        expect(Math.max(size.width, size.height)).toBeLessThanOrEqual(l.maxSide);
        expect(size.width * size.height).toBeLessThanOrEqual(l.maxPixels);
        expect([size.width % l.multipleOf, size.height % l.multipleOf]).toEqual([0, 0]);
        if (Math.min(size.width, size.height) === l.multipleOf) return;
        const pixels = Math.sqrt(l.maxPixels / (width * height));
        const scale = Math.min(1, l.maxSide / Math.max(width, height), pixels);
        expect(Math.abs(size.width - width * scale)).toBeLessThan(l.multipleOf + 1e-6);
        expect(Math.abs(size.height - height * scale)).toBeLessThan(l.multipleOf + 1e-6);
      }),
    );
  });
});

describe('the image', () => {
  it('is a JPEG that shows the whole picture, and its mapping leads back exactly', async () => {
    const { image, mapping } = await imageFor(await picture(2000, 1000), limits({ multipleOf: 28 }));
    expect(image.mime).toBe('image/jpeg');
    const seen = await pixels(image.bytes);
    expect([seen.format, seen.width, seen.height]).toEqual(['raw', 1008, 504]);
    expect((await sharp(image.bytes).metadata()).format).toBe('jpeg');
    expect(mapping).toMatchObject({ left: 0, top: 0, width: 1008, height: 504 });
    expectColour(seen.at(5, 5), RED);
    expectColour(seen.at(1002, 5), GREEN);
    expectColour(seen.at(5, 498), BLUE);
    expectColour(seen.at(1002, 498), WHITE);
    const box: Box = [123.4, 56.7, 1999, 1000];
    const back = fromTensor(mapping, intoTensor(mapping, box));
    for (const [i, v] of back.entries()) expect(v).toBeCloseTo(box[i]!, 9);
  });

  it('gets worse, then smaller, until it has few enough bytes', async () => {
    const noisy = await readPicture(await noisyJpeg(256));
    const sizes: number[] = [];
    for (const maxBytes of [90_000, 40_000, 15_000, 5_000]) {
      const { image, mapping } = await imageFor(noisy, limits({ maxBytes }));
      expect(image.bytes.length).toBeLessThanOrEqual(maxBytes);
      const seen = await pixels(image.bytes);
      expect([seen.width, seen.height]).toEqual([mapping.width, mapping.height]);
      sizes.push(seen.width);
    }
    expect(sizes[0]).toBe(256);
    expect(sizes[3]).toBeLessThan(sizes[1]!);
    await expect(imageFor(noisy, limits({ maxBytes: 500 }))).rejects.toMatchObject({ code: 'bad-config' });
  });
});

describe('marks', () => {
  const boxes: [string, Box][] = [
    ['A', [100, 60, 300, 200]],
    ['B', [0, 0, 640, 480]],
    ['C', [630, 470, 640, 480]],
    ['D', [320, 240, 321, 241]],
  ];

  it('are drawn where the boxes are; size and picture stay as they were', async () => {
    const shown = await picture(640, 480);
    const before = Buffer.from(shown.raster.data);
    const { image, mapping } = await imageFor(shown, limits(), [{ letter: 'A', box: [100, 60, 300, 200] }]);
    expect([mapping.width, mapping.height]).toEqual([640, 480]);
    const seen = await pixels(image.bytes);
    expectColour(seen.at(200, 130), RED);
    expectColour(seen.at(400, 130), GREEN);
    // The frame is around the box: orange between two dark lines.
    const across = Array.from({ length: 12 }, (_, i) => seen.at(200, 60 - i));
    expect(across.some(([r, g, b]) => r! + g! + b! < 150)).toBe(true);
    expect(across.some(([r, g, b]) => r! > 180 && g! > 110 && b! < 90)).toBe(true);
    expect(Buffer.compare(before, Buffer.from(shown.raster.data))).toBe(0);
  });

  it.each([
    [640, 480],
    [64, 48],
    [30, 600],
    [1600, 20],
  ])('never change the size of an image of %d x %d', async (width, height) => {
    const shown = await picture(width, height);
    const marks = boxes.map(([letter, [x1, y1, x2, y2]]) => ({
      letter,
      box: [(x1 * width) / 640, (y1 * height) / 480, (x2 * width) / 640, (y2 * height) / 480] as Box,
    }));
    const { image, mapping } = await imageFor(shown, limits({ maxSide: 1600 }), marks);
    const seen = await pixels(image.bytes);
    expect([seen.width, seen.height]).toEqual([width, height]);
    expect([mapping.width, mapping.height]).toEqual([width, height]);
  });
});

describe('a crop', () => {
  it('shows the region with a little around it, enlarged where it is small', async () => {
    const seen = await pixels((await cropFor(await picture(800, 600), [420, 20, 480, 80], limits())).bytes);
    expect([seen.width, seen.height]).toEqual([224, 224]);
    expectColour(seen.at(20, 112), GREEN);
    expectColour(seen.at(200, 112), GREEN);
  });

  it('keeps to the limits', async () => {
    const photo = await readPicture(example('boats.jpg'));
    const crop = await cropFor(
      photo,
      [0, 0, photo.width, photo.height],
      limits({ multipleOf: 28, maxBytes: 20_000 }),
    );
    const seen = await pixels(crop.bytes);
    expect(Math.max(seen.width, seen.height)).toBeLessThanOrEqual(512);
    expect([seen.width % 28, seen.height % 28]).toEqual([0, 0]);
    expect(crop.bytes.length).toBeLessThanOrEqual(20_000);
  });

  it.each<[string, Box]>([
    ['at the edge', [790, 590, 800, 600]],
    ['of nothing', [400, 300, 400, 300]],
    ['outside', [900, 700, 950, 750]],
  ])('%s is a picture too', async (_, box) => {
    const seen = await pixels((await cropFor(await picture(800, 600), box, limits())).bytes);
    expect(Math.min(seen.width, seen.height)).toBeGreaterThanOrEqual(1);
  });
});
