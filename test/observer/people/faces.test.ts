import { describe, expect, it } from 'vitest';
import { decodeFaces } from '../../../src/observer/people/faces.ts';

const ANCHORS = 896;
/** The picture fills the tensor at half its size, and the area begins at (100, 50). */
const mapping = { left: 0, top: 0, width: 256, height: 256, picture: { width: 512, height: 512 } };
const area = [100, 50, 612, 562] as const;

/** One face of 40 x 60 tensor pixels whose middle is 4 right and 2 below of an anchor. */
function output(anchor: number, score: number) {
  const scores = new Float32Array(ANCHORS).fill(-20);
  const faces = new Float32Array(ANCHORS * 16);
  scores[anchor] = score;
  faces.set([4, 2, 40, 60, -10, -8, 10, -8, 0, 2, 0, 12], anchor * 16);
  return { scores, faces };
}

describe('decodeFaces', () => {
  // The first grid has 16 cells of 16 pixels a row with two anchors each, the second 8 cells of 32 with six.
  it.each([
    ['the first anchor', 0, 8, 8],
    ['its twin', 1, 8, 8],
    ['the next cell', 2, 24, 8],
    ['the next row', 32, 8, 24],
    ['the second grid', 512, 16, 16],
    ['the last anchor', 895, 240, 240],
  ])('counts from the middle of the cell: %s', (_, anchor, x, y) => {
    const [face] = decodeFaces(output(anchor, 3), { mapping, area, minScore: 0.5 });
    const inPicture = (u: number, v: number) => [100 + 2 * u, 50 + 2 * v];
    expect(face!.box).toEqual([...inPicture(x + 4 - 20, y + 2 - 30), ...inPicture(x + 4 + 20, y + 2 + 30)]);
    expect(face!.points).toEqual([
      inPicture(x - 10, y - 8),
      inPicture(x + 10, y - 8),
      inPicture(x, y + 2),
      inPicture(x, y + 12),
    ]);
    expect(face!.score).toBeCloseTo(1 / (1 + Math.exp(-3)), 6);
  });

  it('leaves out what scores less, and what is the same face again', () => {
    expect(decodeFaces(output(0, -1), { mapping, area, minScore: 0.5 })).toEqual([]);
    const twice = output(0, 3);
    twice.scores[1] = 2;
    twice.faces.copyWithin(16, 0, 16);
    expect(decodeFaces(twice, { mapping, area, minScore: 0.5 })).toHaveLength(1);
  });
});
