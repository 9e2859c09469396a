import { describe, expect, it } from 'vitest';
import type { Box } from '../../../src/box.ts';
import { fuse, type Seen } from '../../../src/detector/starter/decode.ts';

const BOX: Box = [10, 10, 110, 110];
const seen = (view: Seen['view'], score: number, box: Box = BOX, label = 'dog'): Seen => ({
  view,
  score,
  box,
  label,
});
const options = { maxIou: 0.5, max: 10 };
const scoreOf = (...regions: Seen[]) => fuse(regions, options)[0]!.score;

describe('what several views saw', () => {
  it('at one place as one thing becomes one region', () => {
    const fused = fuse(
      [seen('whole', 0.6), seen('mirrored', 0.4, [12, 12, 112, 112]), seen('part', 0.5)],
      options,
    );
    expect(fused).toHaveLength(1);
    expect(fused[0]!.box[0]).toBeCloseTo((10 * 0.6 + 12 * 0.4 + 10 * 0.5) / 1.5);
    expect(fused[0]!.label).toBe('dog');
  });

  it('counts half when only one of the picture and its mirror image shows it', () => {
    expect(scoreOf(seen('whole', 0.6))).toBeCloseTo(0.5 * scoreOf(seen('whole', 0.6), seen('mirrored', 0.6)));
  });

  it('is believed more when a part shows it more clearly, and less when less', () => {
    const whole = [seen('whole', 0.5), seen('mirrored', 0.5)];
    expect(scoreOf(...whole, seen('part', 0.9))).toBeGreaterThan(scoreOf(...whole));
    expect(scoreOf(...whole, seen('part', 0.1))).toBeLessThan(scoreOf(...whole));
  });

  it('stays apart for other places and other labels, best first', () => {
    const fused = fuse(
      [seen('whole', 0.5), seen('whole', 0.8, [300, 10, 400, 110]), seen('whole', 0.7, BOX, 'cat')],
      options,
    );
    expect(fused.map((r) => [r.label, r.box[0]])).toEqual([
      ['dog', 300],
      ['cat', 10],
      ['dog', 10],
    ]);
  });

  it('keeps at most so many', () => {
    const many = Array.from({ length: 30 }, (_, i) => seen('whole', 0.5, [i * 200, 0, i * 200 + 100, 100]));
    expect(fuse(many, options)).toHaveLength(10);
  });
});
