import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeLabels, type Unplaced } from '../../src/annotate/labels.ts';
import { type Box, height, intersection, width } from '../../src/box.ts';
import type { Size } from '../../src/picture/picture.ts';

const scene = fc
  .record({ width: fc.integer({ min: 60, max: 1600 }), height: fc.integer({ min: 40, max: 1600 }) })
  .chain((canvas) =>
    fc.record({
      canvas: fc.constant(canvas),
      gap: fc.integer({ min: 0, max: 6 }),
      labels: fc.array(label(canvas), { maxLength: 12 }),
    }),
  );

function label(canvas: Size): fc.Arbitrary<Unplaced> {
  const edge = (max: number) => fc.oneof(fc.integer({ min: 0, max }), fc.constant(0), fc.constant(max));
  return fc
    .tuple(
      edge(canvas.width),
      edge(canvas.width),
      edge(canvas.height),
      edge(canvas.height),
      fc.integer({ min: 8, max: canvas.width }),
      fc.integer({ min: 8, max: 60 }),
    )
    .map(([xa, xb, ya, yb, w, h]) => ({
      size: { width: w, height: h },
      region: [Math.min(xa, xb), Math.min(ya, yb), Math.max(xa, xb), Math.max(ya, yb)] as const,
    }));
}

const covers = (a: Box, b: Box) => intersection(a, b) > 0;

describe('placeLabels', () => {
  it('never covers what a label names, nor another label, nor leaves the canvas', () => {
    fc.assert(
      fc.property(scene, ({ canvas, gap, labels }) => {
        const placed = placeLabels(labels, canvas, gap);
        expect(placed.boxes).toHaveLength(labels.length);
        expect(placed.height).toBeGreaterThanOrEqual(canvas.height);
        for (const [i, box] of placed.boxes.entries()) {
          const { size, region } = labels[i]!;
          expect([width(box), height(box)]).toEqual([size.width, size.height]);
          expect(box.every(Number.isInteger)).toBe(true);
          expect(box[0] >= 0 && box[1] >= 0 && box[2] <= canvas.width && box[3] <= placed.height).toBe(true);
          expect(covers(box, region)).toBe(false);
          for (const other of placed.boxes.slice(0, i)) expect(covers(box, other)).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('hides at most a tenth of any region', () => {
    fc.assert(
      fc.property(scene, ({ canvas, gap, labels }) => {
        for (const box of placeLabels(labels, canvas, gap).boxes) {
          for (const { region } of labels) {
            expect(intersection(box, region)).toBeLessThanOrEqual(0.1 * width(region) * height(region));
          }
        }
      }),
    );
  });

  it('adds a strip only where a label found no spot beside its region', () => {
    fc.assert(
      fc.property(scene, ({ canvas, gap, labels }) => {
        const placed = placeLabels(labels, canvas, gap);
        const below = placed.boxes.filter((box) => box[1] >= canvas.height);
        expect(placed.height > canvas.height).toBe(below.length > 0);
        const lowest = Math.max(canvas.height, ...below.map((box) => box[3]));
        expect(placed.height - lowest).toBeLessThanOrEqual(below.length > 0 ? gap + 60 : 0);
      }),
    );
  });

  const canvas = { width: 400, height: 300 };
  const size = { width: 80, height: 20 };
  const only = (region: Box) => placeLabels([{ size, region }], canvas, 2).boxes[0];

  it.each<[string, Box, Box]>([
    ['above', [100, 100, 200, 200], [100, 80, 180, 100]],
    ['below where there is no room above', [100, 10, 200, 200], [100, 200, 180, 220]],
    ['to the right of a full-height region', [100, 0, 200, 300], [200, 0, 280, 20]],
    ['to the left where the right is full too', [100, 0, 400, 300], [20, 0, 100, 20]],
    ['moved in at the right edge', [350, 100, 400, 200], [320, 80, 400, 100]],
    ['in a strip where the region fills the picture', [0, 0, 400, 300], [160, 302, 240, 322]],
  ])('stands %s', (_, region, wanted) => {
    expect(only(region)).toEqual(wanted);
  });

  it('keeps off a neighbour', () => {
    const lower: Unplaced = { size, region: [100, 100, 200, 200] };
    const upper: Unplaced = { size, region: [90, 40, 210, 100] };
    const [a, b] = placeLabels([lower, upper], canvas, 2).boxes;
    expect(a).toEqual([100, 200, 180, 220]);
    expect(b).toEqual([90, 20, 170, 40]);
  });

  it('is content with nothing', () => {
    expect(placeLabels([], canvas, 2)).toEqual({ boxes: [], height: 300 });
  });
});
