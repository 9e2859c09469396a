import { describe, expect, it } from 'vitest';
import { chipOf, type Framing, similarity, writeChip } from '../../../src/observer/people/chips.ts';
import type { Point } from '../../../src/observer/people/faces.ts';

const apply = ({ a, b, tx, ty }: ReturnType<typeof similarity>, [x, y]: Point): Point => [
  a * x - b * y + tx,
  b * x + a * y + ty,
];

describe('similarity', () => {
  it('finds the turn, the scale and the way of points that have all moved alike', () => {
    const from: Point[] = [
      [0, 0],
      [10, 0],
      [4, 7],
    ];
    const turned = { a: 2 * Math.cos(0.3), b: 2 * Math.sin(0.3), tx: 5, ty: -3 };
    const found = similarity(
      from,
      from.map((point) => apply(turned, point)),
    );
    for (const key of ['a', 'b', 'tx', 'ty'] as const) expect(found[key]).toBeCloseTo(turned[key], 10);
  });
});

const CHIP_SIDE = 32;
const FRAMING: Framing = {
  side: CHIP_SIDE,
  divisor: 256,
  template: [
    [0.3, 0.3],
    [0.7, 0.3],
    [0.5, 0.54],
    [0.5, 0.72],
  ],
  jitters: [],
};
const PLAIN = { scale: 1, right: 0, down: 0, mirrored: false };
const face = (points: readonly Point[]) => ({ points: points as never });

describe('chipOf', () => {
  it('puts the eyes level and where the network expects them, however the head is turned', () => {
    const upright: Point[] = [
      [100, 100],
      [140, 100],
      [120, 124],
      [120, 142],
    ];
    const tilted = upright.map(([x, y]): Point => [500 - y, x]);
    for (const points of [upright, tilted]) {
      const toPicture = chipOf(face(points), FRAMING, PLAIN);
      const eye = (x: number): Point => [x * CHIP_SIDE, 0.3 * CHIP_SIDE];
      const [left, right] = [apply(toPicture, eye(0.3)), apply(toPicture, eye(0.7))];
      expect(Math.hypot(left[0] - points[0]![0], left[1] - points[0]![1])).toBeLessThan(2);
      expect(Math.hypot(right[0] - points[1]![0], right[1] - points[1]![1])).toBeLessThan(2);
    }
  });
});

describe('writeChip', () => {
  /** Red grows to the right, green downwards, blue is 100. */
  const raster = {
    width: 64,
    height: 64,
    data: Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => {
      const pixel = Math.floor(i / 3);
      return [(pixel % 64) * 2, Math.floor(pixel / 64) * 3, 100][i % 3]!;
    }),
  };
  const plane = CHIP_SIDE * CHIP_SIDE;
  const valueAt = (out: Float32Array, c: number, x: number, y: number, mean: number) =>
    out[c * plane + y * CHIP_SIDE + x]! * 256 + mean;

  it('samples pixels where they lie, and takes the mean where it makes smaller', () => {
    const out = new Float32Array(3 * plane);
    writeChip(raster, { a: 2, b: 0, tx: 0, ty: 0 }, { ...FRAMING, mirrored: false }, out);
    // A pixel of the chip is 2 x 2 pixels of the raster: its middle lies between columns 2x and 2x + 1.
    expect(valueAt(out, 0, 5, 9, 122.782)).toBeCloseTo((2 * 5 + 0.5) * 2, 2);
    expect(valueAt(out, 1, 5, 9, 117.001)).toBeCloseTo((2 * 9 + 0.5) * 3, 2);
    expect(valueAt(out, 2, 5, 9, 104.298)).toBeCloseTo(100, 2);
  });

  it('mirrors, and goes on with the edge outside of the picture', () => {
    const out = new Float32Array(3 * plane);
    writeChip(raster, { a: 1, b: 0, tx: 40, ty: 0 }, { ...FRAMING, mirrored: true }, out);
    expect(valueAt(out, 0, CHIP_SIDE - 1, 0, 122.782)).toBeCloseTo(80, 2);
    expect(valueAt(out, 0, 0, 0, 122.782)).toBeCloseTo(126, 2);
  });
});
