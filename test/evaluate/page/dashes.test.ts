import { describe, expect, it } from 'vitest';
import { createCanvas } from '../../../src/annotate/canvas.ts';
import { dashedRect } from '../../../src/evaluate/page/html.ts';

/** A canvas of middle grey, a character a pixel: white, black or untouched. */
function drawn(
  width: number,
  height: number,
  box: readonly [number, number, number, number],
  thick: number,
): string[] {
  const canvas = createCanvas(width, height);
  canvas.data.fill(128);
  dashedRect(canvas, box, thick);
  const characters: Readonly<Record<number, string>> = { 255: 'w', 0: 'b', 128: '.' };
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => characters[canvas.data[(y * width + x) * 3]!] ?? '?').join(''),
  );
}

describe('dashedRect', () => {
  it('draws dashes along all four sides, within the box', () => {
    expect(drawn(12, 7, [1, 1, 11, 6], 1)).toEqual([
      '............',
      '.wwwwbbbbww.',
      '.w........w.',
      '.w........w.',
      '.w........w.',
      '.bwwwbbbbwb.',
      '............',
    ]);
  });

  it('draws a box of one pixel, and one at the edge, without leaving the canvas', () => {
    expect(drawn(3, 3, [1, 1, 2, 2], 1)).toEqual(['...', '.w.', '...']);
    expect(drawn(3, 2, [0, 0, 3, 2], 5).join('')).toMatch(/^[wb]{6}$/);
  });
});
