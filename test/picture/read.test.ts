import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode, SpotterError } from '../../src/errors.ts';
import type { Picture } from '../../src/picture/picture.ts';
import type { PictureSource } from '../../src/picture/read.ts';
import { createPictureReader, type ReadOptions, readPicture } from '../../src/picture/read.ts';
import {
  BLUE,
  type Colour,
  GREEN,
  isoMedia,
  noisyJpeg,
  pngBomb,
  quarters,
  RED,
  SVG,
  WHITE,
  zip,
} from './fixtures.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'picture-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, bytes: Uint8Array | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

async function refusal(source: PictureSource, options?: ReadOptions): Promise<SpotterError> {
  const thrown = await readPicture(source, options).then(
    () => 'was accepted',
    (error) => error,
  );
  expect(thrown).toMatchObject({ name: 'SpotterError' });
  expect(thrown.message).toMatch(/^\S.*\.$/);
  expect(thrown.hint).not.toBe('');
  return thrown;
}

function pixel({ raster }: Picture, x: number, y: number): Colour {
  const at = (Math.floor(y * raster.height) * raster.width + Math.floor(x * raster.width)) * 3;
  return [raster.data[at]!, raster.data[at + 1]!, raster.data[at + 2]!];
}

function expectNear(seen: Colour, wanted: Colour, tolerance = 12): void {
  const off = Math.max(...seen.map((v, i) => Math.abs(v - wanted[i]!)));
  expect(off, `${seen} is not ${wanted}`).toBeLessThanOrEqual(tolerance);
}

function expectQuarters(picture: Picture): void {
  expectNear(pixel(picture, 0.25, 0.25), RED);
  expectNear(pixel(picture, 0.75, 0.25), GREEN);
  expectNear(pixel(picture, 0.25, 0.75), BLUE);
  expectNear(pixel(picture, 0.75, 0.75), WHITE);
}

describe('formats', () => {
  it.each([
    ['jpeg', () => quarters().jpeg({ quality: 95, chromaSubsampling: '4:4:4' })],
    ['png', () => quarters().png()],
    ['webp', () => quarters().webp({ lossless: true })],
    ['gif', () => quarters().gif()],
    ['avif', () => quarters().avif({ quality: 90, effort: 0, chromaSubsampling: '4:4:4' })],
    ['tiff', () => quarters().tiff({ compression: 'lzw' })],
  ] as const)('reads %s', async (format, make) => {
    const bytes = await make().toBuffer();
    const picture = await readPicture(bytes);
    expect(picture).toMatchObject({ format, width: 64, height: 48, raster: { width: 64, height: 48 } });
    expect(picture.raster.data.length).toBe(64 * 48 * 3);
    expect(picture.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expectQuarters(picture);
  });

  it('believes the bytes, not the name', async () => {
    const picture = await readPicture(await file('holiday.txt', await quarters().png().toBuffer()));
    expect(picture.format).toBe('png');
    expect((await refusal(await file('holiday.jpg', 'no picture at all'))).code).toBe('not-a-picture');
  });

  it('takes the first frame of an animation', async () => {
    const frames = [RED, BLUE, GREEN].flatMap((colour) => Array.from({ length: 20 * 10 }, () => colour));
    const gif = await sharp(Buffer.from(frames.flat()), {
      raw: { width: 20, height: 30, channels: 3, pageHeight: 10 },
    })
      .gif()
      .toBuffer();
    expect((await sharp(gif).metadata()).pages).toBe(3);
    const picture = await readPicture(gif);
    expect(picture).toMatchObject({ width: 20, height: 10 });
    expectNear(pixel(picture, 0.5, 0.9), RED);
  });

  it('brings 16 bits, grey and CMYK to 8-bit RGB', async () => {
    const deep = await quarters().toColourspace('rgb16').png().toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe('ushort');
    expectQuarters(await readPicture(deep));

    const grey = await readPicture(await quarters().greyscale().png().toBuffer());
    const [r, g, b] = pixel(grey, 0.25, 0.25);
    expect([g, b]).toEqual([r, r]);

    const cmyk = await quarters().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
    expect((await sharp(cmyk).metadata()).channels).toBe(4);
    const printed = await readPicture(cmyk);
    // Print cannot hold these colours exactly; the hues must survive.
    expectNear(pixel(printed, 0.25, 0.25), RED, 40);
    expectNear(pixel(printed, 0.75, 0.75), WHITE, 8);
  });

  it('converts an embedded profile to sRGB', async () => {
    const wide = await quarters().withIccProfile('p3').png().toBuffer();
    const stored = await sharp(wide, { ignoreIcc: true }).removeAlpha().raw({ depth: 'uchar' }).toBuffer();
    expect(Math.abs(stored[0]! - RED[0])).toBeGreaterThan(12);
    expectQuarters(await readPicture(wide));
  });

  it('lays transparency on white', async () => {
    const clear = await sharp({
      create: { width: 20, height: 20, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer();
    expect(pixel(await readPicture(clear), 0.5, 0.5)).toEqual([255, 255, 255]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('turns EXIF orientation %i the right way up', async (orientation) => {
    // What a camera held that way would have stored: the inverse of what the tag tells us to do.
    const stored = {
      1: () => quarters(),
      2: () => quarters().flop(),
      3: () => quarters().rotate(180),
      4: () => quarters().flip(),
      5: async () => sharp(await quarters().rotate(90).png().toBuffer()).flop(),
      6: () => quarters().rotate(-90),
      7: async () => sharp(await quarters().rotate(90).png().toBuffer()).flip(),
      8: () => quarters().rotate(90),
    }[orientation]!;
    const turned = await sharp(await (await stored()).png().toBuffer())
      .withMetadata({ orientation })
      .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
      .toBuffer();
    expect((await sharp(turned).metadata()).orientation).toBe(orientation);
    const picture = await readPicture(turned);
    expect(picture).toMatchObject({ width: 64, height: 48, raster: { width: 64, height: 48 } });
    expectQuarters(picture);
  });

  it('keeps the full size in numbers and at most 1600 pixels in memory', async () => {
    const picture = await readPicture(await quarters(2400, 1800).jpeg().toBuffer());
    expect(picture).toMatchObject({ width: 2400, height: 1800, raster: { width: 1600, height: 1200 } });
    expectQuarters(picture);
  });
});

describe('refusals', () => {
  const text = (words: string) => Buffer.from(words);
  it.each<[string, () => Promise<Buffer> | Buffer, ErrorCode, RegExp]>([
    ['an empty file', () => Buffer.alloc(0), 'empty-file', /0 bytes/],
    ['text', () => text('dear diary,\nÄ 👍'), 'not-a-picture', /text/],
    ['a web page', () => text('<!DOCTYPE html><title>Sign in</title>'), 'not-a-picture', /web page/],
    ['an SVG drawing', () => text(SVG), 'unsupported-picture', /SVG/],
    ['an SVG drawing without prologue', () => text(SVG.slice(22)), 'unsupported-picture', /SVG/],
    ['a zip archive', () => zip(), 'not-a-picture', /ZIP/],
    ['HEIC', () => isoMedia('heic'), 'broken-picture', /HEIC/],
    ['random bytes', () => Buffer.from([7, 0, 3, 255, 0, 1, 2, 250, 9]), 'not-a-picture', /unknown/],
    ['one pixel', () => quarters(1, 1).png().toBuffer(), 'too-small', /1 x 1 pixels.*at least 8/],
    ['a thread', () => quarters(600, 3).png().toBuffer(), 'too-small', /600 x 3/],
    ['a bomb of 400 megapixels', () => pngBomb(20000, 20000), 'too-many-pixels', /400 megapixels.*50 mega/],
    ['half a JPEG', async () => (await noisyJpeg()).subarray(0, 20_000), 'broken-picture', /JPEG/],
    ['a JPEG header alone', async () => (await noisyJpeg()).subarray(0, 100), 'broken-picture', /JPEG/],
    [
      'half a PNG',
      async () => (await quarters(500, 500).png().toBuffer()).subarray(0, 600),
      'broken-picture',
      /PNG/,
    ],
    [
      'half a TIFF',
      async () => (await quarters(300, 300).tiff().toBuffer()).subarray(0, 700),
      'broken-picture',
      /TIFF/,
    ],
    ['an AVIF header alone', () => isoMedia('avif'), 'broken-picture', /AVIF/],
  ])('%s', async (_, make, code, says) => {
    const error = await refusal(await make());
    expect(error.code).toBe(code);
    expect(error.message).toMatch(says);
  });

  it('names the formats it can read', async () => {
    expect((await refusal(zip())).hint).toMatch(/JPEG, PNG, WebP, GIF, AVIF, HEIC or TIFF/);
  });

  it('a bomb by its header alone, whatever the memory', async () => {
    const before = process.memoryUsage().rss;
    await refusal(pngBomb(60000, 60000));
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);
  });

  it('what decodes to more than 250 MB: 50 megapixels are read of 8 bits a channel, and not of 16', async () => {
    const wide = { width: 8000, height: 6000, channels: 3, background: '#357' } as const;
    const png = (colourspace: 'srgb' | 'rgb16') =>
      sharp({ create: wide }).toColourspace(colourspace).png({ compressionLevel: 1 }).toBuffer();
    expect((await readPicture(await png('srgb'))).width).toBe(8000);
    await expect(readPicture(await png('rgb16'))).rejects.toMatchObject({
      code: 'too-costly',
      message: expect.stringContaining('decodes to 274.7 MiB'),
    });
  });

  it('missing files and folders', async () => {
    const missing = await refusal(join(folder, 'missing.jpg'));
    expect(missing.code).toBe('not-found');
    expect(missing.message).toContain('missing.jpg');
    const directory = await refusal(folder);
    expect([directory.code, directory.message]).toEqual(['not-a-picture', expect.stringContaining('folder')]);
  });

  it('a file over the limit', async () => {
    const path = await file('large.png', await quarters(300, 300).png().toBuffer());
    const error = await refusal(path, { limits: { maxBytes: 300 } });
    expect(error.code).toBe('too-many-bytes');
    expect(error.message).toMatch(/limit is 300 bytes/);
  });

  it('bytes over the limit', async () => {
    expect((await refusal(Buffer.alloc(21 * 2 ** 20))).message).toMatch(/21 MiB.*20 MiB/);
  });
});

describe('streams', () => {
  it('reads one that arrives in pieces', async () => {
    const bytes = await quarters().png().toBuffer();
    const pieces = Array.from({ length: 10 }, (_, i) =>
      bytes.subarray((i * bytes.length) / 10, ((i + 1) * bytes.length) / 10),
    );
    expectQuarters(await readPicture(Readable.from(pieces)));
  });

  it('leaves one that never ends', async () => {
    let sent = 0;
    let closed = false;
    async function* endless() {
      try {
        for (;;) {
          sent += 65536;
          yield new Uint8Array(65536);
        }
      } finally {
        closed = true;
      }
    }
    const error = await refusal(endless(), { limits: { maxBytes: 2 ** 20 } });
    expect(error.code).toBe('too-many-bytes');
    expect(sent).toBeLessThanOrEqual(2 ** 20 + 65536);
    expect(closed).toBe(true);
  });

  it('gives up on one that stalls when told to', async () => {
    async function* stalled() {
      yield new Uint8Array(10);
      await new Promise(() => {});
    }
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 20);
    expect((await refusal(stalled(), { signal: abort.signal })).code).toBe('cancelled');
    expect((await refusal(stalled(), { signal: AbortSignal.timeout(20) })).code).toBe('timed-out');
  });

  it('does nothing for a signal that has already fired', async () => {
    const bytes = await quarters().png().toBuffer();
    expect((await refusal(bytes, { signal: AbortSignal.abort() })).code).toBe('cancelled');
  });
});

describe('createPictureReader', () => {
  it('decodes the same bytes once, from wherever they come', async () => {
    const bytes = await quarters().png().toBuffer();
    const reader = createPictureReader();
    const [first, second] = await Promise.all([reader.read(bytes), reader.read(Readable.from([bytes]))]);
    expect(second).toBe(first);
    expect(await reader.read(await file('same.png', bytes))).toBe(first);
    expect(await createPictureReader().read(bytes)).not.toBe(first);
  });

  it('forgets the oldest when its bytes are used up', async () => {
    const [a, b] = [await quarters(40, 40).png().toBuffer(), await quarters(41, 40).png().toBuffer()];
    const reader = createPictureReader({ cacheBytes: 41 * 40 * 3 });
    const first = await reader.read(a);
    await reader.read(b);
    expect(await reader.read(a)).not.toBe(first);
  });

  it('serves a picture larger than its cache', async () => {
    const reader = createPictureReader({ cacheBytes: 100 });
    expectQuarters(await reader.read(await quarters().png().toBuffer()));
  });

  it('does not remember failures, and refuses by its own limits', async () => {
    const reader = createPictureReader({ limits: { maxPixels: 100 } });
    const bytes = await quarters().png().toBuffer();
    await expect(reader.read(bytes)).rejects.toMatchObject({ code: 'too-many-pixels' });
    await expect(reader.read(bytes)).rejects.toMatchObject({ code: 'too-many-pixels' });
  });

  it('lets one asker give up without spoiling it for the other', async () => {
    const bytes = await noisyJpeg(900);
    const reader = createPictureReader();
    const abort = new AbortController();
    const patient = reader.read(bytes);
    const hasty = reader.read(bytes, { signal: abort.signal });
    abort.abort();
    await expect(hasty).rejects.toMatchObject({ code: 'cancelled' });
    expect((await patient).width).toBe(900);
  });
});
