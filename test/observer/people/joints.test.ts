import { describe, expect, it } from 'vitest';
import { decodeJoints, JOINTS } from '../../../src/observer/people/joints.ts';

const CELLS = 64;
const PLANE = CELLS * CELLS;
const mapping = { left: 0, top: 0, width: 256, height: 256, picture: { width: 256, height: 256 } };
const area = [1000, 2000, 1256, 2256] as const;

/** Two persons: a fainter one in the middle of the area, a brighter one in its corner. */
function output() {
  const planes = {
    heatmaps: new Float32Array(17 * PLANE),
    centre: new Float32Array(PLANE),
    regression: new Float32Array(34 * PLANE),
    offsets: new Float32Array(34 * PLANE),
  };
  const cell = (row: number, column: number) => row * CELLS + column;
  planes.centre[cell(30, 33)] = 0.6;
  planes.centre[cell(4, 4)] = 0.9;
  const nose = JOINTS.indexOf('nose');
  // From the middle of the person the nose is expected ten cells up and one to the right.
  planes.regression[2 * nose * PLANE + cell(30, 33)] = -10;
  planes.regression[(2 * nose + 1) * PLANE + cell(30, 33)] = 1;
  planes.heatmaps[nose * PLANE + cell(21, 34)] = 0.5;
  planes.heatmaps[nose * PLANE + cell(2, 4)] = 0.9;
  planes.offsets[2 * nose * PLANE + cell(21, 34)] = 0.25;
  planes.offsets[(2 * nose + 1) * PLANE + cell(21, 34)] = -0.5;
  return planes;
}

describe('decodeJoints', () => {
  it('takes the person in the middle and the joint where it is expected, y before x', () => {
    const { nose } = decodeJoints(output(), mapping, area);
    expect(nose.score).toBe(0.5);
    expect(nose.at).toEqual([1000 + (34 - 0.5) * 4, 2000 + (21 + 0.25) * 4]);
  });
});
