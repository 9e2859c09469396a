import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { type AnnotateOptions, createAnnotator, type Mark } from '../../src/annotate/annotate.ts';
import type { Box } from '../../src/box.ts';
import { type Picture, RASTER_SIDE } from '../../src/picture/picture.ts';
import { readPicture } from '../../src/picture/read.ts';

// After a wanted change: UPDATE_GOLDEN=1 npx vitest run test/annotate/golden.test.ts, then look at each of them.
const UPDATE = process.env.UPDATE_GOLDEN === '1';
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

type Cut = { readonly side: number; readonly part?: Box };

/** An example photo, or a part of it given in shares of its size, scaled to a longer side. */
async function photo(name: string, { side, part = [0, 0, 1, 1] }: Cut): Promise<Picture> {
  const image = sharp(here(`../../examples/${name}.jpg`));
  const { width, height } = await image.metadata();
  const [left, top] = [Math.round(part[0] * width), Math.round(part[1] * height)];
  const size = { width: Math.round(part[2] * width) - left, height: Math.round(part[3] * height) - top };
  return readPicture(
    await image
      .extract({ left, top, ...size })
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .png()
      .toBuffer(),
  );
}

/** Marks whose boxes are given in shares of the picture. */
const marks = (picture: Picture, list: readonly (readonly [Box, string?])[]): Mark[] =>
  list.map(([[x1, y1, x2, y2], label]) => ({
    box: [x1 * picture.width, y1 * picture.height, x2 * picture.width, y2 * picture.height],
    ...(label === undefined ? {} : { label }),
  }));

type Case = readonly [name: string, photo: string, Cut, AnnotateOptions, (readonly [Box, string?])[]];

const UPPER_DOG: Box = [0.3, 0.23, 0.54, 0.5];
const LOWER_DOG: Box = [0.45, 0.44, 0.73, 0.68];
const GLASS: Box = [0.37, 0.19, 0.46, 0.34];
const BOTTLE: Box = [0.46, 0.12, 0.53, 0.34];
const found: AnnotateOptions = { style: 'found' };
const candidates: AnnotateOptions = { style: 'candidates' };

const CASES: readonly Case[] = [
  ['found', 'two-dogs', { side: 640 }, found, [[UPPER_DOG, 'dog 87 %']]],
  [
    'found-several',
    'two-dogs',
    { side: 640 },
    found,
    [
      [UPPER_DOG, 'dog 87 %'],
      [LOWER_DOG, 'dog 74 %'],
    ],
  ],
  [
    'found-neighbours',
    'wine',
    { side: 640 },
    found,
    [
      [GLASS, 'wine glass 71 %'],
      [BOTTLE, 'bottle 67 %'],
    ],
  ],
  ['candidates', 'two-dogs', { side: 640 }, candidates, [[UPPER_DOG], [LOWER_DOG], [[0.24, 0.2, 0.75, 0.7]]]],
  [
    'candidates-many',
    'boats',
    { side: 640 },
    candidates,
    [
      [[0.036, 0.8, 0.63, 0.95]],
      [[0.21, 0.155, 0.73, 0.72]],
      [[0.364, 0.792, 0.452, 0.867]],
      [[0.8, 0.6, 0.9, 0.75]],
      [[0.03, 0.5, 0.2, 0.7]],
      [[0.85, 0.1, 0.99, 0.3]],
      [[0.02, 0.05, 0.2, 0.3]],
      [[0.72, 0.78, 0.99, 0.99]],
    ],
  ],
  ['not-present', 'two-dogs', { side: 480 }, { style: 'plain', caption: 'not present: the cat' }, []],
  ['tiny', 'coffee', { side: 64 }, found, [[[0.27, 0.03, 0.7, 0.94], 'cup 72 %']]],
  [
    'narrow',
    'two-dogs',
    { side: 640, part: [0.4, 0, 0.47, 1] },
    found,
    [[[0, 0.23, 0.9, 0.5], 'the upper dog 87 %']],
  ],
  [
    'whole',
    'astronaut',
    { side: 360 },
    found,
    [[[0, 0, 1, 1], 'photo of an astronaut in her orange suit 91 %']],
  ],
  [
    'edge',
    'coffee',
    { side: 480 },
    found,
    [
      [[0.55, 0.4, 1, 1], 'table <b>&amp; \u202eevil'],
      [[0, 0, 0.2, 0.2], 'corner'],
    ],
  ],
];

describe('golden pictures', () => {
  const annotate = createAnnotator();
  it.each(CASES)('%s', async (name, source, cut, options, list) => {
    const picture = await photo(source, cut);
    const jpeg = await annotate(picture, marks(picture, list), options);
    const path = here(`golden/${name}.jpg`);
    if (UPDATE) await writeFile(path, jpeg);
    expect(existsSync(path), `${path} is missing: make it with UPDATE_GOLDEN=1`).toBe(true);

    const [seen, wanted] = await Promise.all([pixels(jpeg), pixels(await readFile(path))]);
    expect(seen.info).toMatchObject({ format: 'raw', width: wanted.info.width, height: wanted.info.height });
    expect(Math.max(seen.info.width, seen.info.height)).toBeLessThanOrEqual(RASTER_SIDE);
    let sum = 0;
    let far = 0;
    for (let i = 0; i < wanted.data.length; i++) {
      const off = Math.abs(seen.data[i]! - wanted.data[i]!);
      sum += off;
      if (off > 48) far++;
    }
    // Other processors and versions of the JPEG and text libraries round differently; a moved label or another
    // colour changes far more.
    expect(sum / wanted.data.length).toBeLessThan(1.5);
    expect(far / wanted.data.length).toBeLessThan(0.002);
  });
});

const pixels = (jpeg: Buffer) => sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
