import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { createSpotter } from '../../../src/ask.ts';
import { type Box, iou } from '../../../src/box.ts';
import { readConfig } from '../../../src/config.ts';
import { example } from '../photos.ts';

const spotter = createSpotter(readConfig({ flags: { cache: false } }));
afterAll(() => spotter.close());

/** Of the photo that is shown, in its pixels. */
const UPPER_DOG: Box = [256, 297, 450, 613];

/** The photo in a larger empty screen, so many pixels high. */
async function screen(width: number, height: number, [left, top, high]: readonly [number, number, number]) {
  const photo = sharp(example('two-dogs.jpg')).resize({ height: high });
  const { data, info } = await photo.png().toBuffer({ resolveWithObject: true });
  const scale = high / (await sharp(example('two-dogs.jpg')).metadata()).height;
  const background = { r: 40, g: 44, b: 52 };
  const canvas = sharp({ create: { width, height, channels: 3, background } });
  const source = await canvas
    .composite([{ input: data, left, top }])
    .jpeg({ quality: 92 })
    .toBuffer();
  const [x1, y1, x2, y2] = UPPER_DOG.map((side) => side * scale) as [number, number, number, number];
  expect(info.width + left).toBeLessThan(width);
  return { source, dog: [x1 + left, y1 + top, x2 + left, y2 + top] as Box };
}

describe('a long picture', () => {
  it.each([
    ['three monitors', 5760, 1080, [700, 40, 800]],
    ['a panorama', 8000, 1000, [5000, 60, 700]],
    ['a long page', 1080, 5600, [200, 3000, 800]],
  ] as const)('shows a small thing in its true box: %s', async (_, width, height, where) => {
    const { source, dog } = await screen(width, height, where);
    const { verdict } = await spotter.ask({ source, expression: 'the upper dog' });
    expect(verdict.outcome).not.toBe('not-present');
    expect(iou(verdict.candidates[0]!.box, dog)).toBeGreaterThan(0.75);
  });
});
