import { describe, expect, it } from 'vitest';
import { readCharacters } from '../../src/observer/reading/look.ts';
import { findTextRegions } from '../../src/observer/reading/text-regions.ts';

const SIZE = { width: 200, height: 120 };

/** A map with a bar of text at an angle, in radians. */
function mapWith(cx: number, cy: number, length: number, across: number, angle: number): Float32Array {
  const map = new Float32Array(SIZE.width * SIZE.height);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  for (let y = 0; y < SIZE.height; y++) {
    for (let x = 0; x < SIZE.width; x++) {
      const [dx, dy] = [x + 0.5 - cx, y + 0.5 - cy];
      const inside = Math.abs(dx * cos + dy * sin) < length / 2 && Math.abs(dy * cos - dx * sin) < across / 2;
      if (inside) map[y * SIZE.width + x] = 0.9;
    }
  }
  return map;
}

describe('regions of text', () => {
  it.each([0, 0.3, -0.5])('are the smallest rectangles around them, widened: %d', (angle) => {
    const [region, ...others] = findTextRegions(mapWith(100, 60, 80, 12, angle), SIZE);
    expect(others).toEqual([]);
    const by = (80 * 12 * 1.6) / (2 * 92);
    expect(region!.centre[0]).toBeCloseTo(100, 0);
    expect(region!.centre[1]).toBeCloseTo(60, 0);
    expect(region!.angle).toBeCloseTo(angle, 1);
    expect(Math.abs(region!.size[0] - (80 + 2 * by))).toBeLessThan(3);
    expect(Math.abs(region!.size[1] - (12 + 2 * by))).toBeLessThan(3);
    expect(region!.score).toBeGreaterThan(0.75);
  });

  it('are none where the map is empty, faint or has only specks', () => {
    expect(findTextRegions(new Float32Array(200 * 120), SIZE)).toEqual([]);
    expect(
      findTextRegions(
        mapWith(100, 60, 80, 12, 0).map((p) => p / 4),
        SIZE,
      ),
    ).toEqual([]);
    expect(findTextRegions(mapWith(100, 60, 2, 2, 0), SIZE)).toEqual([]);
  });

  it('are not looked for in specks, however many there are', () => {
    const specks = new Float32Array(200 * 120).map((_, i) =>
      i % 2 === 0 && Math.floor(i / 200) % 2 === 0 ? 1 : 0,
    );
    expect(findTextRegions(specks, SIZE)).toEqual([]);
  });

  it('are no more than asked for, the largest ones', () => {
    const two = mapWith(50, 30, 60, 10, 0).map((p, i) => Math.max(p, mapWith(120, 90, 90, 14, 0)[i]!));
    expect(findTextRegions(two, SIZE)).toHaveLength(2);
    expect(findTextRegions(two, SIZE, { max: 1 })[0]!.centre[1]).toBeCloseTo(90, 0);
  });
});

describe('characters', () => {
  const rows = (...best: readonly number[]): Float32Array =>
    Float32Array.from(best.flatMap((at) => [0, 1, 2, 3].map((symbol) => (symbol === at ? 0.97 : 0.01))));

  it('are the likeliest symbols, repeated ones once, without the blank between them', () => {
    const { text, score } = readCharacters(rows(0, 1, 1, 0, 1, 2, 2, 0), 4, ['A', 'B', ' ']);
    expect(text).toBe('AAB');
    expect(score).toBeCloseTo(0.97, 5);
  });

  it('may be none', () => {
    expect(readCharacters(rows(0, 0, 3), 4, ['A', 'B', ' '])).toMatchObject({ text: '' });
    expect(readCharacters(rows(0, 0), 4, ['A', 'B', ' '])).toEqual({ text: '', score: 0 });
  });
});
