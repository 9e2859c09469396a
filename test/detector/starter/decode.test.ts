import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Box, iou } from '../../../src/box.ts';
import { type DecodeOptions, decode, type Output } from '../../../src/detector/starter/decode.ts';
import { letterbox } from '../../../src/picture/tensor.ts';

const LABELS = ['chair', 'dining table', 'dog'];

/** Twice the input square's side and twice as wide as high: filled 128 pixels above and below. */
const WIDE: DecodeOptions = {
  labels: LABELS,
  mapping: letterbox({ width: 1024, height: 512 }, { width: 512, height: 512 }),
  minScore: 0.05,
  maxIou: 0.5,
  max: 300,
};

type Row = readonly [box: Box, scores: readonly [chair: number, table: number, dog: number]];

const output = (rows: readonly Row[]): Output => ({
  boxes: new Float32Array(rows.flatMap(([box]) => box)),
  scores: new Float32Array(rows.flatMap(([, scores]) => scores)),
});

describe('decoding', () => {
  it('puts boxes back into the picture, best first', () => {
    const regions = decode(
      output([
        [
          [0, 128, 256, 384],
          [0, 0, 0.5],
        ],
        [
          [256, 192, 512, 320],
          [0.75, 0, 0],
        ],
      ]),
      WIDE,
    );
    expect(regions).toEqual([
      { box: [512, 128, 1024, 384], score: 0.75, label: 'chair' },
      { box: [0, 0, 512, 512], score: 0.5, label: 'dog' },
    ]);
  });

  it('lets one row be two things when both are plausible', () => {
    const regions = decode(
      output([
        [
          [0, 128, 100, 228],
          [0.25, 0.5, 0.03125],
        ],
      ]),
      WIDE,
    );
    expect(regions.map(({ label, score }) => [label, score])).toEqual([
      ['dining table', 0.5],
      ['chair', 0.25],
    ]);
  });

  it('takes overlapping boxes of one class for one object, but not those of two classes', () => {
    const regions = decode(
      output([
        [
          [0, 128, 100, 228],
          [0.5, 0, 0],
        ],
        [
          [2, 128, 102, 228],
          [0.625, 0, 0],
        ],
        [
          [4, 128, 104, 228],
          [0, 0, 0.375],
        ],
        [
          [200, 128, 300, 228],
          [0.25, 0, 0],
        ],
      ]),
      WIDE,
    );
    expect(regions.map(({ label, score }) => [label, score])).toEqual([
      ['chair', 0.625],
      ['dog', 0.375],
      ['chair', 0.25],
    ]);
  });

  it('cuts boxes at the picture, and drops those that lie in the filling', () => {
    const regions = decode(
      output([
        [
          [-20, 100, 60, 178],
          [0.5, 0, 0],
        ],
        [
          [0, 0, 512, 128],
          [0.9, 0, 0],
        ],
      ]),
      WIDE,
    );
    expect(regions).toEqual([{ box: [0, 0, 120, 100], score: 0.5, label: 'chair' }]);
  });

  it('keeps the best when there are too many', () => {
    const rows = Array.from({ length: 9 }, (_, i): Row => {
      const x = i * 50;
      return [
        [x, 128, x + 40, 168],
        [(i + 1) / 16, 0, 0],
      ];
    });
    const regions = decode(output(rows), { ...WIDE, max: 2 });
    expect(regions.map(({ score }) => score)).toEqual([9 / 16, 8 / 16]);
  });

  it('sees nothing in nothing', () => {
    expect(decode(output([]), WIDE)).toEqual([]);
    expect(
      decode(
        output([
          [
            [0, 128, 50, 178],
            [0.04, 0, 0],
          ],
        ]),
        WIDE,
      ),
    ).toEqual([]);
  });

  it('refuses tensors that do not fit the labels', () => {
    const short = { boxes: new Float32Array(8), scores: new Float32Array(5) };
    expect(() => decode(short, WIDE)).toThrow('5 scores do not fit 2 boxes and 3 labels');
  });

  it('gives sorted regions inside the picture, never two of a class for one place', () => {
    const coordinate = fc.integer({ min: -100, max: 612 });
    const score = fc.integer({ min: 0, max: 16 }).map((n) => n / 16);
    const row = fc.tuple(
      fc.tuple(coordinate, coordinate, coordinate, coordinate),
      fc.tuple(score, score, score),
    );
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        const regions = decode(output(rows), WIDE);
        regions.forEach(({ box: [x1, y1, x2, y2] }, i) => {
          expect(0 <= x1 && x1 < x2 && x2 <= 1024 && 0 <= y1 && y1 < y2 && y2 <= 512).toBe(true);
          expect(regions[i]!.score).toBeLessThanOrEqual(regions[i - 1]?.score ?? 1);
        });
        for (const a of regions) {
          const rivals = regions.filter((b) => b !== a && b.label === a.label);
          expect(rivals.every((b) => iou(a.box, b.box) <= WIDE.maxIou)).toBe(true);
        }
      }),
    );
  });
});
