import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Box, roundHalfEven } from '../../../src/box.ts';
import { CONVENTIONS, type Convention } from '../../../src/mllm/profile.ts';
import { readBox } from '../../../src/mllm/reply/box.ts';
import { COORDINATES, writeBox } from '../../../src/mllm/reply/coordinates.ts';
import { squash } from '../../../src/picture/tensor.ts';

/** A picture of 2000 x 1000 pixels, sent at half its size. */
const IMAGE = squash({ width: 2000, height: 1000 }, { width: 1000, height: 500 });
const BOX: Box = [200, 100, 1000, 600];
const read = (
  text: string,
  convention: Convention = 'relative-1000-xyxy',
  finish: 'stop' | 'length' = 'stop',
) => readBox({ text, finish }, convention, IMAGE);

describe('rounding', () => {
  it.each([
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [-0.5, 0],
    [-1.5, -2],
    [2.4999, 2],
    [2.5001, 3],
    [7, 7],
  ])('%d to %d, a half to the even one', (v, whole) => {
    expect(roundHalfEven(v) + 0).toBe(whole);
  });
});

describe('a box is written', () => {
  it.each<[Convention, string]>([
    ['relative-1000-xyxy', '(100,100),(500,600)'],
    ['relative-1000-yxyx', '[100, 100, 600, 500]'],
    ['pixels-resized-xyxy', '[100, 50, 500, 300]'],
    ['unit-xyxy', '[0.1, 0.1, 0.5, 0.6]'],
  ])('as %s', (convention, text) => {
    expect(writeBox(convention, IMAGE, BOX)).toBe(text);
  });

  it('with halves rounded to even: 1/16 of the side is 62, 3/16 is 188', () => {
    const image = squash({ width: 16, height: 16 }, { width: 160, height: 160 });
    expect(writeBox('relative-1000-xyxy', image, [1, 3, 5, 7])).toBe('(62,188),(312,438)');
  });
});

describe('a box is read', () => {
  it.each<[string, string, Convention?]>([
    ['plain', '(100,100),(500,600)'],
    [
      'from Qwen2-VL',
      '<|object_ref_start|>the dog<|object_ref_end|><|box_start|>(100,100),(500,600)<|box_end|>',
    ],
    ['from Qwen2-VL, its end token', '<|box_start|>(100,100),(500,600)<|box_end|><|im_end|>'],
    ['from CogVLM', '[[100,100,500,600]]'],
    ['from Qwen3-VL', '```json\n[{"bbox_2d": [100, 100, 500, 600], "label": "player 10"}]\n```'],
    ['from Qwen2.5-VL', '{"bbox_2d": [100, 50, 500, 300], "label": "dog"}', 'pixels-resized-xyxy'],
    ['from Gemini', '[{"box_2d": [100, 100, 600, 500], "label": "dog"}]', 'relative-1000-yxyx'],
    ['from Moondream', '{"objects":[{"x_min":0.1,"y_min":0.1,"x_max":0.5,"y_max":0.6}]}', 'unit-xyxy'],
    ['in prose', 'Sure! The dog (a terrier) is at [100, 100, 500, 600] in the image.'],
    ['with blanks for commas', '[100 100 500 600]'],
    ['as pairs in square brackets', '[[100, 100], [500, 600]]'],
    ['as pairs without a comma between', '(100,100)(500,600)'],
    ['as bare numbers and nothing else', ' 100, 100, 500, 600. '],
    ['in per cent', 'left to right: [10%, 10%, 50%, 60%]'],
    ['in per cent, whatever the convention', '(10.0 %, 10.0 %), (50 %, 60 %)', 'unit-xyxy'],
    ['with its corners swapped', '(500,600),(100,100)'],
    ['with one pair of sides swapped', '(500,100),(100,600)'],
    ['with decimals', '(100.0,100.00),(500.000,600.0)'],
    ['in full width', '（１００，１００），（５００，６００）'],
    [
      'with named corners, whatever the order of the convention',
      'x1=100, y1=100, x2=500, y2=600',
      'relative-1000-yxyx',
    ],
    ['with named corners in another order', '{"ymin": 100, "xmin": 100, "ymax": 600, "xmax": 500}'],
    ['with named sides', '{"left": 100, "top": 100, "right": 500, "bottom": 600}'],
    ['with the two of an axis together', 'xmin: 100, xmax: 500, ymin: 100, ymax: 600'],
    ['with a place and a size', '{"x": 100, "y": 100, "width": 400, "height": 500}'],
    ['before it says what is not there', '(100,100),(500,600). The cat is not visible.'],
  ])('%s', (_, text, convention) => {
    const reply = read(text, convention);
    expect(reply).toMatchObject({ kind: 'boxes' });
    const box = reply.kind === 'boxes' ? reply.boxes[0] : [];
    for (const [i, v] of box.entries()) expect(v).toBeCloseTo(BOX[i]!, 6);
  });

  it('and cut to the picture where it sticks out a little', () => {
    expect(read('(-20,100),(1003,600)')).toEqual({ kind: 'boxes', boxes: [[0, 100, 2000, 600]] });
  });
});

describe('nothing is there', () => {
  it.each([
    'none',
    'None.',
    '"None"',
    'null',
    '[]',
    '```json\n[]\n```',
    '{"bbox_2d": null}',
    'No.',
    'not present',
    'There is no red dog in the image.',
    'There are no dogs.',
    'The dog is not visible in this picture.',
    "I'm sorry, but I cannot find a dog.",
    'No such object exists.',
    "It doesn't appear in the image.",
    'It isn’t present.',
  ])('%s', (text) => {
    expect(read(text)).toEqual({ kind: 'none' });
  });
});

describe('what cannot be read is no box', () => {
  it.each<[string, string, (Convention | undefined)?, ('stop' | 'length')?]>([
    ['a sentence', 'The dog is on the left.'],
    ['a refusal', "I'm sorry, I can't help with that."],
    ['a model that sees nothing', 'I am unable to view images.'],
    ['both at once', 'There is no red dog, the closest is [100, 100, 500, 600].'],
    ['three numbers', '[100, 100, 500]'],
    ['five numbers', '[100, 100, 500, 600, 0.9]'],
    ['a polygon', '[100, 100, 500, 600, 700, 800]'],
    ['one number of four digits', '[1234]'],
    ['four numbers in prose', 'I count 10 dogs, 20 cats, 30 cows and 40 hens'],
    ['cut off', '[[120, 30, 44', undefined, 'length'],
    ['bare numbers that may lack digits', '100, 100, 500, 60', undefined, 'length'],
    ['not a number', '[NaN, 1, 2, 3]'],
    ['infinity', '[1e99, 1, 2, 3]'],
    ['huge numbers', '[100, 100, 500000, 600]'],
    ['longer than any number', '[12345678901234567890, 1, 2, 3]'],
    ['pixels where thousandths are the convention', '[100, 100, 1900, 600]'],
    ['fractions where thousandths are the convention', '[0.1, 0.1, 0.5, 0.6]'],
    ['thousandths where fractions are the convention', '[100, 100, 500, 600]', 'unit-xyxy'],
    ['without extent', '(100,100),(100,600)'],
    ['off the image', '(1100,100),(1200,600)'],
    ['only some per cent', '[10%, 10%, 500, 600]'],
    ['several for one thing', '[100,100,500,600] or [0,0,900,900]'],
    ['several, in different forms', '(100,100),(500,600) i.e. [0,0,900,900]'],
  ])('%s', (_, text, convention, finish) => {
    const reply = read(text, convention, finish);
    expect(reply).toMatchObject({ kind: 'unreadable', why: expect.stringMatching(/\w/) });
  });

  it('as when a filter refused', () => {
    const reply = readBox({ text: '(100,100),(500,600)', finish: 'refused' }, 'relative-1000-xyxy', IMAGE);
    expect(reply).toMatchObject({ kind: 'unreadable' });
  });

  it('and never an error, whatever it is; a box lies in the picture', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '[',
        ']',
        '(',
        ')',
        ',',
        ' ',
        '"x1":',
        'bbox',
        '%',
        '-',
        'e',
        '<|box_start|>',
        'none',
        '{',
      ),
      fc.integer({ min: -10, max: 2000 }).map(String),
      fc.double().map(String),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, fc.constantFrom(...CONVENTIONS), (said, convention) => {
        const reply = read(said, convention);
        if (reply.kind !== 'boxes') return;
        const [x1, y1, x2, y2] = reply.boxes[0];
        expect(x1 >= 0 && x1 < x2 && x2 <= 2000 && y1 >= 0 && y1 < y2 && y2 <= 1000).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('there and back', () => {
  const side = fc.integer({ min: 8, max: 8000 });
  const share = fc.double({ min: 0, max: 1, noNaN: true });

  it.each(CONVENTIONS)('%s: within half a step, for every shape of picture and image', (convention) => {
    fc.assert(
      fc.property(side, side, side, side, share, share, share, share, (w, h, iw, ih, a, b, c, d) => {
        const image = squash({ width: w, height: h }, { width: iw, height: ih });
        const box: Box = [Math.min(a, b) * w, Math.min(c, d) * h, Math.max(a, b) * w, Math.max(c, d) * h];
        const { edge, step } = COORDINATES[convention];
        const [right, bottom] = edge(image);
        const [stepX, stepY] = [(step * w) / right, (step * h) / bottom];
        fc.pre(box[2] - box[0] > 2 * stepX && box[3] - box[1] > 2 * stepY);
        const reply = readBox({ text: writeBox(convention, image, box), finish: 'stop' }, convention, image);
        expect(reply.kind).toBe('boxes');
        if (reply.kind !== 'boxes') return;
        reply.boxes[0].forEach((v, i) => {
          expect(Math.abs(v - box[i]!)).toBeLessThanOrEqual((i % 2 ? stepY : stepX) * 0.5 + 1e-6);
        });
      }),
    );
  });
});
