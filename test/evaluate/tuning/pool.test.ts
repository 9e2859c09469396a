import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Box, iou } from '../../../src/box.ts';
import { OFFER_SIZES } from '../../../src/config.ts';
import {
  asShown,
  offerWithoutRight,
  offerWithRight,
  poolOf,
} from '../../../src/evaluate/tuning/candidates.ts';

const SIZE = { width: 1000, height: 500 };
const NONE: ReadonlySet<string> = new Set();
const at = (x: number, score = 0.5, label?: string) => ({
  box: [x, 0, x + 100, 100] as Box,
  score,
  ...(label !== undefined && { label }),
});
const five = { k: 5, insertReference: false } as const;

describe('a pool', () => {
  it('has the best first, and none twice: IoU 0.7', () => {
    // 100 x 100 boxes 15 and 20 pixels apart have IoU .739 and .667.
    const pool = poolOf([at(0, 0.5), at(15, 0.9), at(35, 0.4)], SIZE, NONE);
    expect(pool.map(({ box }) => box[0])).toEqual([15, 35]);
  });

  it('keeps the order given where there are no scores', () => {
    const boxes = [300, 0, 600].map((x) => ({ box: at(x).box }));
    expect(poolOf(boxes, SIZE, NONE).map(({ box }) => box[0])).toEqual([300, 0, 600]);
  });

  it('has the kinds that are asked for first', () => {
    const all = [at(0, 0.9, 'cat'), at(200, 0.3, 'dog'), at(400, 0.6, 'dog'), at(600, 0.95)];
    expect(poolOf(all, SIZE, new Set(['dog'])).map(({ box }) => box[0])).toEqual([400, 200, 600, 0]);
  });

  it('cuts boxes to the picture, and drops what is not in it or too thin to be shown', () => {
    const odd = [
      { box: [-50, -10, 50, 50] as Box },
      { box: [1100, 0, 1200, 90] as Box },
      { box: [300, 10, 300.4, 90] as Box },
    ];
    expect(poolOf(odd, SIZE, NONE)).toEqual([{ box: [0, 0, 50, 50] }]);
  });
});

describe('a box as it is shown', () => {
  it('is rounded to thousandths of the sides', () => {
    expect(asShown([10.4, 10.4, 100.6, 100.4], SIZE)).toEqual([10, 10.5, 101, 100.5]);
    expect(asShown([10, 10, 10.2, 100], SIZE)).toBeUndefined();
  });
});

describe('an offer with the right one', () => {
  const pool = poolOf([at(0, 0.9), at(200, 0.8), at(400, 0.7), at(600, 0.6)], SIZE, NONE);

  it('is right from an IoU of 0.5', () => {
    // [0, 100] and [0, 50] of one height: exactly a half.
    const half = offerWithRight(pool, [[0, 0, 50, 100]], SIZE, five);
    expect(half).toMatchObject({ right: pool[0], inserted: false, rivals: 0 });
    expect(offerWithRight(pool, [[0, 0, 49, 100]], SIZE, five)).toBe('not-proposed');
  });

  it('tells what comes after the k from what is not proposed', () => {
    const three = { k: 3, insertReference: false } as const;
    expect(offerWithRight(pool, [at(600).box], SIZE, three)).toBe('beyond-k');
    expect(offerWithRight(pool, [at(800).box], SIZE, three)).toBe('not-proposed');
    expect(offerWithRight([], [at(0).box], SIZE, three)).toBe('no-candidates');
  });

  it.each([
    ['what is not proposed', 800],
    ['what comes after the k', 600],
  ])('gets the reference box for %s, where that is wanted', (_, x) => {
    const offer = offerWithRight(pool, [at(x).box], SIZE, { k: 3, insertReference: true });
    expect(offer).toMatchObject({ inserted: true, right: { box: at(x).box } });
    if (typeof offer === 'string') throw new Error(offer);
    expect(offer.options.map(({ box }) => box[0])).toEqual([0, 200, x]);
  });

  it('leaves out what would be right as well, and offers the next ones for it', () => {
    const close = poolOf([at(0, 0.9), at(30, 0.8), at(200, 0.7), at(400, 0.6)], SIZE, NONE);
    const offer = offerWithRight(close, [at(25).box], SIZE, { k: 3, insertReference: false });
    expect(offer).toMatchObject({ rivals: 1, right: close[1] });
    if (typeof offer === 'string') throw new Error(offer);
    expect(offer.options.map(({ box }) => box[0])).toEqual([30, 200, 400]);
  });

  it('leaves out what the same words name as well', () => {
    const offer = offerWithRight(pool, [at(0).box, at(400).box], SIZE, five);
    if (typeof offer === 'string') throw new Error(offer);
    expect(offer.options.map(({ box }) => box[0])).toEqual([0, 200, 600]);
  });

  it('holds exactly one right option, whatever is proposed', () => {
    const side = fc.double({ min: 1, max: 300, noNaN: true });
    const box = fc
      .tuple(
        fc.double({ min: 0, max: 999, noNaN: true }),
        fc.double({ min: 0, max: 499, noNaN: true }),
        side,
        side,
      )
      .map(([x, y, w, h]) => [x, y, x + w, y + h] as Box);
    const proposal = fc.record({ box, score: fc.double({ min: 0, max: 1, noNaN: true }) });
    fc.assert(
      fc.property(
        fc.array(proposal, { maxLength: 20 }),
        box,
        fc.constantFrom(...OFFER_SIZES),
        (all, reference, k) => {
          const offer = offerWithRight(poolOf(all, SIZE, NONE), [reference], SIZE, {
            k,
            insertReference: false,
          });
          if (typeof offer === 'string') return;
          const hits = offer.options.filter((o) => iou(o.box, reference) >= 0.5);
          expect(hits).toEqual([offer.right]);
          expect(iou(asShown(offer.right.box, SIZE)!, reference)).toBeGreaterThanOrEqual(0.5);
          expect(offer.options.length).toBeLessThanOrEqual(k);
        },
      ),
    );
  });
});

describe('an offer without the right one', () => {
  it('has nothing that overlaps it by 0.3 or more', () => {
    // 50 pixels apart: IoU 1/3; 60 pixels: 1/4.
    const pool = poolOf([at(0, 0.9), at(50, 0.8), at(160, 0.7), at(400, 0.6)], SIZE, NONE);
    const left = offerWithoutRight(pool, [at(100).box], 5);
    expect(left.map(({ box }) => box[0])).toEqual([0, 160, 400]);
    expect(offerWithoutRight(pool, [at(100).box, at(400).box], 5).map(({ box }) => box[0])).toEqual([0, 160]);
  });
});
