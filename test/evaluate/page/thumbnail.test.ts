import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createThumbnails, SIDE, type Thumbnail } from '../../../src/evaluate/page/gallery.ts';
import { type ItemRecord, itemRecord } from '../../../src/evaluate/score/items.ts';
import { createPictureReader } from '../../../src/picture/read.ts';
import { positive, scored } from '../score/made.ts';

let images: string;
let base: ItemRecord;

beforeAll(async () => {
  images = await mkdtemp(join(tmpdir(), 'spotter-page-'));
  const grey = sharp({ create: { width: 960, height: 640, channels: 3, background: '#808080' } });
  await grey.jpeg().toFile(join(images, 'grey.jpg'));
  await writeFile(join(images, 'text.jpg'), 'no picture');
  base = itemRecord((await scored([positive('a')], [])).items.all[0]!);
});
afterAll(() => rm(images, { recursive: true }));

const thumbnail = (record: Partial<ItemRecord>, signal?: AbortSignal): Promise<Thumbnail> =>
  createThumbnails({ images, reader: createPictureReader() })(
    { ...base, file_name: 'grey.jpg', ...record },
    signal,
  );

async function pixels(of: Thumbnail) {
  if (!('jpeg' in of)) throw new Error(of.reason);
  const { data, info } = await sharp(of.jpeg).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [
    ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
  ];
  /** Pixels of a row or column, from bright to dark. */
  const spread = (of: readonly number[][]) =>
    Math.max(...of.map(([r]) => r!)) - Math.min(...of.map(([r]) => r!));
  return { info, at, spread };
}

describe('a thumbnail', () => {
  it('is small, has the size that it says, and marks nothing but boxes', async () => {
    const plain = await thumbnail({ reference: null, boxes: [] });
    const { info, at } = await pixels(plain);
    expect(Math.max(info.width, info.height)).toBe(SIDE);
    expect(plain).toMatchObject({ width: info.width, height: info.height });
    expect(info.format).toBe('raw');
    for (const [x, y] of [
      [10, 10],
      [240, 160],
      [470, 300],
    ] as const) {
      for (const v of at(x, y)) expect(Math.abs(v - 128)).toBeLessThan(4);
    }
  });

  it('shows the reference dashed, black and white, where it is', async () => {
    const { at, spread } = await pixels(await thumbnail({ reference: [320, 160, 640, 480], boxes: [] }));
    const along = (y: number) => Array.from({ length: 140 }, (_, i) => at(170 + i, y));
    // The line is two pixels wide, and scaled.
    expect(spread([79, 80, 81].flatMap(along))).toBeGreaterThan(150);
    expect(spread(along(160))).toBeLessThan(10);
    expect(spread(along(60))).toBeLessThan(10);
  });

  it("shows the answer's boxes in colours, each in its own", async () => {
    const { at } = await pixels(
      await thumbnail({
        reference: null,
        boxes: [
          [100, 100, 400, 500],
          [500, 100, 900, 500],
        ],
      }),
    );
    const colourful = ([r, g, b]: readonly number[]) => Math.max(r!, g!, b!) - Math.min(r!, g!, b!) > 60;
    const row = Array.from({ length: SIDE }, (_, x) => at(x, 150));
    const seen = row.flatMap((pixel, x) => (colourful(pixel) ? [{ x, warm: pixel[0]! > pixel[2]! }] : []));
    expect(seen.filter(({ warm }) => warm).every(({ x }) => x < 210)).toBe(true);
    expect(seen.filter(({ warm }) => !warm).every(({ x }) => x > 240)).toBe(true);
    expect(new Set(seen.map(({ warm }) => warm)).size).toBe(2);
  });

  it.each([
    ['text.jpg', 'not a picture'],
    ['gone.jpg', 'gone.jpg'],
    ['../grey.jpg', 'outside'],
    ['a/../../grey.jpg', 'outside'],
    ['..', 'outside'],
  ])('of %j is a reason', async (file_name, reason) => {
    expect(await thumbnail({ file_name })).toEqual({ reason: expect.stringContaining(reason) });
  });

  it('may have a name that begins with dots', async () => {
    await sharp({ create: { width: 20, height: 20, channels: 3, background: 'red' } })
      .png()
      .toFile(join(images, '..a.png'));
    expect(await thumbnail({ file_name: '..a.png' })).toHaveProperty('jpeg');
  });

  it('is not drawn when the work was given up', async () => {
    await expect(thumbnail({}, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });
});
