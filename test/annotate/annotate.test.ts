import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { type AnnotateStyle, createAnnotator, type Mark } from '../../src/annotate/annotate.ts';
import { ontoCanvas, planCanvas, withOutline } from '../../src/annotate/canvas.ts';
import { type Box, containment } from '../../src/box.ts';
import { RASTER_SIDE, type Raster } from '../../src/picture/picture.ts';

/** A picture of one colour. */
function flat(width: number, height: number, colour: readonly number[] = [120, 130, 140]) {
  const raster: Raster = {
    width,
    height,
    data: Uint8Array.from({ length: width * height * 3 }, (_, i) => colour[i % 3]!),
  };
  return { width, height, raster };
}

async function pixels(jpeg: Buffer) {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [
    ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
  ];
  return { width: info.width, height: info.height, at };
}

describe('planCanvas', () => {
  const side = fc.integer({ min: 1, max: RASTER_SIDE });

  it('enlarges threefold at most, never beyond the limit, and keeps text readable', () => {
    fc.assert(
      fc.property(side, side, (width, height) => {
        const plan = planCanvas({ width, height });
        expect(plan.picture.width).toBeGreaterThanOrEqual(width);
        expect(plan.picture.width).toBeLessThanOrEqual(3 * width);
        expect(Math.max(plan.picture.width, plan.picture.height)).toBeLessThanOrEqual(RASTER_SIDE);
        expect(plan.text).toBeGreaterThanOrEqual(14);
        expect(plan.width).toBeGreaterThanOrEqual(9 * plan.text);
      }),
    );
  });

  it('keeps boxes in the picture, at least one pixel large, with their outline around them', () => {
    const number = fc.double({ min: -5000, max: 10_000, noNaN: true });
    fc.assert(
      fc.property(side, side, fc.tuple(number, number, number, number), (width, height, [a, b, c, d]) => {
        const plan = planCanvas({ width, height });
        const wanted: Box = [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
        const box = ontoCanvas(plan, { width: 3 * width, height: 3 * height }, wanted);
        const frame: Box = [plan.left, 0, plan.left + plan.picture.width, plan.picture.height];
        expect(box[2] - box[0]).toBeGreaterThanOrEqual(1);
        expect(box[3] - box[1]).toBeGreaterThanOrEqual(1);
        expect(containment(box, frame)).toBe(1);
        expect(containment(box, withOutline(plan, box))).toBe(1);
        expect(containment(withOutline(plan, box), frame)).toBe(1);
      }),
    );
  });
});

describe('annotate', () => {
  const annotate = createAnnotator();
  const mark: Mark = { box: [200, 150, 400, 300], label: 'dog 87 %' };

  it('leaves the region as it was and lets the rest recede', async () => {
    const { at } = await pixels(await annotate(flat(640, 480), [mark], { style: 'found' }));
    expect(Math.abs(at(300, 220)[0]! - 120)).toBeLessThan(6);
    expect(at(50, 50)[0]).toBeLessThan(100);
  });

  it('outlines it in two tones that differ from each other on any background', async () => {
    for (const colour of [
      [0, 0, 0],
      [255, 255, 255],
      [240, 228, 66],
    ]) {
      const { at } = await pixels(await annotate(flat(640, 480, colour), [mark], { style: 'found' }));
      const across = Array.from({ length: 14 }, (_, i) => at(190 + i, 220).reduce((a, b) => a + b) / 3);
      expect(Math.max(...across) - Math.min(...across)).toBeGreaterThan(100);
    }
  });

  it('marks nothing in the plain style, whatever it is given', async () => {
    const picture = flat(640, 480);
    const plain = await annotate(picture, [], { style: 'plain' });
    const marked = await annotate(picture, [mark], { style: 'plain' });
    expect(Buffer.compare(marked, plain)).toBe(0);
    const { width, height, at } = await pixels(plain);
    expect([width, height]).toEqual([640, 480]);
    expect(Math.abs(at(200, 150)[0]! - 120)).toBeLessThan(4);
  });

  it('does not recede when there is nothing to stand out', async () => {
    const { at } = await pixels(await annotate(flat(640, 480), [], { style: 'found' }));
    expect(Math.abs(at(50, 50)[0]! - 120)).toBeLessThan(4);
  });

  it('puts the caption below the picture, in as many lines as it needs', async () => {
    const picture = flat(640, 480);
    const short = await pixels(
      await annotate(picture, [], { style: 'plain', caption: 'not present: the cat' }),
    );
    expect(short.height).toBeGreaterThan(480);
    expect(Math.abs(short.at(320, 470)[0]! - 120)).toBeLessThan(8);
    const caption = `not present: ${'a very long cat '.repeat(100)}`;
    const long = await pixels(await annotate(picture, [], { style: 'plain', caption }));
    expect(long.height).toBeGreaterThan(short.height);
    expect(long.height).toBeLessThan(480 + 3 * (short.height - 480));
  });

  it('does not change the picture', async () => {
    const picture = flat(640, 480);
    const before = picture.raster.data.slice();
    await annotate(picture, [mark], { style: 'found', caption: 'x' });
    expect(Buffer.compare(picture.raster.data, before)).toBe(0);
  });

  it('draws boxes of the full picture on its smaller raster', async () => {
    const { raster } = flat(640, 480);
    const large = { width: 6400, height: 4800, raster };
    const scaled: Mark = { ...mark, box: [2000, 1500, 4000, 3000] };
    const [seen, wanted] = await Promise.all([
      annotate(large, [scaled], { style: 'found' }),
      annotate(flat(640, 480), [mark], { style: 'found' }),
    ]);
    expect(Buffer.compare(seen, wanted)).toBe(0);
  });

  it('survives any marks on any picture and stays within the size limit', async () => {
    const number = fc.double({ min: -100, max: 2000, noNaN: true });
    const anyMark = fc.record({
      box: fc.tuple(number, number, number, number) as fc.Arbitrary<Box>,
      label: fc.string({ unit: 'binary', maxLength: 60 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 8, max: 1600 }),
        fc.integer({ min: 8, max: 300 }),
        fc.boolean(),
        fc.array(anyMark, { maxLength: 6 }),
        fc.constantFrom<AnnotateStyle>('found', 'candidates', 'plain'),
        async (a, b, tall, marks, style) => {
          const picture = tall ? flat(b, a) : flat(a, b);
          const { width, height } = await pixels(await annotate(picture, marks, { style, caption: 'any' }));
          expect(Math.max(width, height)).toBeLessThanOrEqual(RASTER_SIDE);
        },
      ),
      { numRuns: 40 },
    );
  });
});

it('shows of a long picture what is around its marks, where all of it would be too small', async () => {
  const raster = { width: 2000, height: 400, data: new Uint8Array(2000 * 400 * 3).fill(120) };
  const picture = { width: 4000, height: 800, raster };
  const annotate = createAnnotator();
  const size = async (bytes: Buffer) => {
    const { width, height } = await sharp(bytes).metadata();
    return width! / height!;
  };
  const marked = await annotate(picture, [{ box: [2000, 300, 2300, 500], label: 'dog' }], { style: 'found' });
  expect(await size(marked)).toBeLessThan(2);
  expect(await size(await annotate(picture, [], { style: 'plain' }))).toBeCloseTo(5, 1);
  const both = [{ box: [0, 0, 90, 90] as Box }, { box: [3900, 0, 4000, 90] as Box }];
  expect(await size(await annotate(picture, both, { style: 'candidates' }))).toBeGreaterThan(4);
});
