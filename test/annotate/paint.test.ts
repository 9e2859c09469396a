import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contrast,
  copy,
  copyReceded,
  createCanvas,
  FOUND,
  fillRect,
  inkOn,
  luminance,
  OKABE_ITO,
  stamp,
  strokeRect,
} from '../../src/annotate/canvas.ts';
import type { Raster, Rgb } from '../../src/picture/picture.ts';

const RED: Rgb = [255, 0, 0];
const at = ({ data, width }: Raster, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];
const count = ({ data }: Raster) => data.reduce((n, v, i) => n + (i % 3 === 0 && v === 255 ? 1 : 0), 0);

describe('painting', () => {
  it('fills exactly the rectangle, cut off at the edges', () => {
    const coordinate = fc.integer({ min: -20, max: 40 });
    fc.assert(
      fc.property(coordinate, coordinate, coordinate, coordinate, (x1, y1, x2, y2) => {
        const canvas = createCanvas(20, 15);
        fillRect(canvas, [x1, y1, x2, y2], RED);
        const side = (from: number, to: number, max: number) =>
          Math.max(0, Math.min(to, max) - Math.max(from, 0));
        expect(count(canvas)).toBe(side(x1, x2, 20) * side(y1, y2, 15));
      }),
    );
  });

  it('strokes inside its box', () => {
    const canvas = createCanvas(10, 10);
    strokeRect(canvas, [1, 1, 9, 8], 2, RED);
    expect(count(canvas)).toBe(8 * 7 - 4 * 3);
    expect(at(canvas, 1, 1)).toEqual([...RED]);
    expect(at(canvas, 3, 3)).toEqual([0, 0, 0]);
  });

  it('copies a part to the same place, moved to the right', () => {
    const from: Raster = { width: 4, height: 3, data: Uint8Array.from({ length: 36 }, (_, i) => i) };
    const canvas = createCanvas(8, 5);
    copy(canvas, from, 2, [3, 1, 5, 2]);
    expect(at(canvas, 3, 1)).toEqual(at(from, 1, 1));
    expect(at(canvas, 4, 1)).toEqual(at(from, 2, 1));
    expect(at(canvas, 5, 1)).toEqual([0, 0, 0]);
    expect(at(canvas, 3, 0)).toEqual([0, 0, 0]);
  });

  it('recedes: darker and greyer, the order of channels kept', () => {
    fc.assert(
      fc.property(fc.tuple(...Array.from({ length: 3 }, () => fc.integer({ min: 0, max: 255 }))), (rgb) => {
        const canvas = createCanvas(1, 1);
        copyReceded(canvas, { width: 1, height: 1, data: Uint8Array.from(rgb) }, 0);
        const [before, after] = [rgb, at(canvas, 0, 0)];
        expect(Math.max(...after)).toBeLessThanOrEqual(Math.max(...before));
        const spread = (v: number[]) => Math.max(...v) - Math.min(...v);
        expect(spread(after)).toBeLessThanOrEqual(spread(before) / 2 + 1);
        for (const [i, j] of [
          [0, 1],
          [1, 2],
          [0, 2],
        ] as const) {
          expect((before[i]! - before[j]!) * (after[i]! - after[j]!)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
    const white = createCanvas(1, 1);
    copyReceded(white, { width: 1, height: 1, data: Uint8Array.of(255, 255, 255) }, 0);
    // Mild: what recedes can still be seen.
    expect(at(white, 0, 0)[0]).toBeGreaterThan(150);
    expect(at(white, 0, 0)[0]).toBeLessThan(200);
  });

  it('stamps text by its coverage, its line at the given place, cut off at the edges', () => {
    const mask = { width: 2, height: 3, top: 1, bottom: 3, data: Uint8Array.of(0, 0, 255, 0, 0, 51) };
    const canvas = createCanvas(4, 4);
    stamp(canvas, mask, 1, 1, [255, 255, 255]);
    expect(at(canvas, 1, 1)).toEqual([255, 255, 255]);
    expect(at(canvas, 2, 2)).toEqual([51, 51, 51]);
    expect(at(canvas, 1, 2)).toEqual([0, 0, 0]);
    const edge = createCanvas(4, 4);
    stamp(edge, mask, 3, -1, [255, 255, 255]);
    stamp(edge, mask, -1, 3, [255, 255, 255]);
    expect(count(edge)).toBe(0);
  });
});

describe('palette', () => {
  it('writes on each colour in ink that can be read (WCAG AA)', () => {
    for (const colour of [...OKABE_ITO, FOUND]) expect(contrast(colour, inkOn(colour))).toBeGreaterThan(4.5);
  });

  it('measures contrast as WCAG does', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21);
    expect(luminance([255, 0, 0])).toBeCloseTo(0.2126);
    expect(contrast([119, 119, 119], [255, 255, 255])).toBeCloseTo(4.48, 2);
  });

  it('has seven different colours', () => {
    expect(new Set(OKABE_ITO.map(String)).size).toBe(7);
  });
});
