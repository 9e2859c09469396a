import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fixedSize,
  PreprocessorFile,
  tensorSize,
  tensorSpec,
} from '../../../src/detector/grounding-dino/inputs.ts';
import { fromTensor, intoTensor, squash } from '../../../src/picture/tensor.ts';
import { MODEL_FOLDER, readJsonFile } from './mini.ts';

const published = readJsonFile(`${MODEL_FOLDER}preprocessor_config.json`) as object;
const EDGES = { shortest_edge: 800, longest_edge: 1333 };

describe('the tensor of a picture', () => {
  it('is as the published file says', () => {
    expect(tensorSpec(PreprocessorFile.parse(published), { width: 2056, height: 3088 })).toEqual({
      width: 800,
      height: 800,
      fit: 'squash',
      kernel: 'linear',
      scale: 1 / 255,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
    });
    expect(fixedSize(PreprocessorFile.parse(published))).toEqual({ width: 800, height: 800 });
  });

  it('is as the reference assumes where the file is silent', () => {
    const config = PreprocessorFile.parse({});
    expect(fixedSize(config)).toBeUndefined();
    expect(tensorSpec(config, { width: 600, height: 400 })).toMatchObject({
      width: 1200,
      height: 800,
      scale: 1 / 255,
    });
  });

  it('leaves out what the file switches off', () => {
    const config = PreprocessorFile.parse({ ...published, do_rescale: false, do_normalize: false });
    const spec = tensorSpec(config, { width: 8, height: 8 });
    expect(spec.scale).toBe(1);
    expect(spec).not.toHaveProperty('mean');
    expect(spec).not.toHaveProperty('std');
  });

  // Width, height, shortest, longest, and what get_size_with_aspect_ratio of transformers 5.23 makes of them.
  it.each([
    [2056, 3088, 800, 1333, 800, 1201],
    [2560, 3837, 800, 1333, 800, 1199],
    [512, 512, 800, 1333, 800, 800],
    [1024, 819, 800, 1333, 1000, 800],
    [1116, 600, 800, 1333, 1333, 717],
    [1333, 800, 800, 1333, 1333, 800],
    [800, 800, 800, 1333, 800, 800],
    [3837, 1000, 800, 1333, 1333, 347],
    // Kept as it is where the shorter side already has the length it gets, though the longer one is another.
    [1255, 8, 800, 1333, 1255, 8],
    [8, 1334, 800, 1333, 8, 1334],
    [2000, 499, 800, 1333, 1333, 333],
    // 332.5 and 333.5 before rounding: to the even neighbour.
    [4000, 1000, 800, 1330, 1330, 332],
    [4000, 1000, 800, 1334, 1334, 334],
  ])('%i x %i by edges %i and %i is %i x %i', (width, height, shortest, longest, w, h) => {
    const size = { shortest_edge: shortest, longest_edge: longest };
    expect(tensorSize(size, { width, height })).toEqual({ width: w, height: h });
  });

  const side = fc.integer({ min: 8, max: 6000 });
  const picture = fc.record({ width: side, height: side });

  it('by edges keeps to them and to the proportions, whatever the picture', () => {
    fc.assert(
      fc.property(picture, (size) => {
        const made = tensorSize(EDGES, size);
        if (made.width === size.width && made.height === size.height) return;
        const [short, long] = [Math.min(made.width, made.height), Math.max(made.width, made.height)];
        expect(short).toBeGreaterThanOrEqual(1);
        expect(short).toBeLessThanOrEqual(800);
        expect(long).toBeLessThanOrEqual(1333);
        expect(short === 800 || long >= 1332).toBe(true);
        expect(made.width >= made.height).toBe(size.width >= size.height || made.width === made.height);
        const exact = (short * Math.max(size.width, size.height)) / Math.min(size.width, size.height);
        // The shorter side is rounded by up to half a pixel, which the longer one may show enlarged.
        expect(Math.abs(long - exact)).toBeLessThanOrEqual(1 + exact / (2 * short));
      }),
    );
  });

  it.each([
    ['square', { height: 800, width: 800 }],
    ['edges', EDGES],
  ])('a box comes back from it where it was, whatever the picture: %s', (_, size) => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(picture, unit, unit, unit, unit, (p, a, b, c, d) => {
        const mapping = squash(p, tensorSize(size, p));
        const box = [
          Math.min(a, b) * p.width,
          Math.min(c, d) * p.height,
          Math.max(a, b) * p.width,
          Math.max(c, d) * p.height,
        ] as const;
        const back = fromTensor(mapping, intoTensor(mapping, box));
        for (const [i, v] of back.entries()) expect(Math.abs(v - box[i]!)).toBeLessThan(1e-6);
      }),
    );
  });
});

describe('a preprocessor_config.json', () => {
  it.each([
    ['another size', { size: { max_height: 800, max_width: 800 } }],
    ['no number for a size', { size: 800 }],
    ['a box filter', { resample: 4 }],
    ['no resizing', { do_resize: false }],
    ['a padded size', { pad_size: { height: 1333, width: 1333 } }],
    ['a deviation of nothing', { image_std: [0, 1, 1] }],
  ])('with %s is refused', (_, change) => {
    expect(PreprocessorFile.safeParse({ ...published, ...change }).success).toBe(false);
  });
});
