import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkBox } from '../../../src/evaluate/read/check.ts';

const size = { width: 100, height: 50 };

describe('checkBox', () => {
  it('gives a box that is inside back as it is', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 60, noNaN: true }),
        fc.double({ min: 1e-3, max: 40, noNaN: true }),
        (x, w) => {
          expect(checkBox([x, 0.1, w, 49.9], size)).toEqual({ bbox: [x, 0.1, w, 49.9], clamped: false });
        },
      ),
    );
  });

  it('cuts others to what is inside, which is at least half, or says that most is outside', () => {
    const edge = fc.integer({ min: -80, max: 180 });
    const length = fc.integer({ min: 1, max: 200 });
    fc.assert(
      fc.property(edge, edge, length, length, (x, y, w, h) => {
        const checked = checkBox([x, y, w, h], size);
        const across = Math.max(0, Math.min(x + w, size.width) - Math.max(x, 0));
        const down = Math.max(0, Math.min(y + h, size.height) - Math.max(y, 0));
        const inside = {
          bbox: [Math.max(x, 0), Math.max(y, 0), across, down],
          clamped: across !== w || down !== h,
        };
        expect(checked).toMatchObject(across * down < (w * h) / 2 ? { reason: 'box-outside' } : inside);
      }),
    );
  });

  it('does not call rounding a cut', () => {
    const bbox = [0.1, 0, 99.9000000001, 50];
    expect(checkBox(bbox, size)).toEqual({ bbox, clamped: false });
  });
});
