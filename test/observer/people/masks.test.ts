import { describe, expect, it } from 'vitest';
import type { Box } from '../../../src/box.ts';
import { MASK_SIDE } from '../../../src/observer/observer.ts';
import { BODY_SIDE } from '../../../src/observer/people/joints.ts';
import { maskOf } from '../../../src/observer/people/masks.ts';
import { letterbox } from '../../../src/picture/tensor.ts';

/** An area of 200 x 100 pixels at (50, 20) of a picture: letterboxed, it fills the middle half of the rows. */
const AREA: Box = [50, 20, 250, 120];
const MAPPING = letterbox({ width: 200, height: 100 }, { width: BODY_SIDE, height: BODY_SIDE });

/** The network's mask that is 1 where the picture has x below that. */
const leftOf = (x: number): Float32Array =>
  Float32Array.from({ length: BODY_SIDE * BODY_SIDE }, (_, i) => {
    const [column, row] = [i % BODY_SIDE, Math.floor(i / BODY_SIDE)];
    const filled = row < MAPPING.top || row >= MAPPING.top + MAPPING.height;
    return !filled && AREA[0] + (column / BODY_SIDE) * 200 < x ? 1 : 0;
  });

describe('maskOf', () => {
  it('says of each cell of the box, in percent, how much is the person', () => {
    const mask = maskOf(leftOf(150), MAPPING, AREA, [100, 40, 200, 100]);
    expect(mask).toHaveLength(MASK_SIDE ** 2);
    const rows = Array.from({ length: MASK_SIDE }, (_, row) =>
      mask.slice(row * MASK_SIDE, (row + 1) * MASK_SIDE),
    );
    const half = [...new Array(MASK_SIDE / 2).fill(100), ...new Array(MASK_SIDE / 2).fill(0)];
    for (const row of rows) expect(row).toEqual(half);
  });

  it('takes the nearest pixel where the box goes beyond what was looked at', () => {
    const mask = maskOf(leftOf(1000), MAPPING, AREA, [0, 40, 300, 100]);
    expect(mask.every((share) => share === 100)).toBe(true);
  });
});
