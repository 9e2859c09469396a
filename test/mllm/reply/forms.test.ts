import { describe, expect, it } from 'vitest';
import type { Box } from '../../../src/box.ts';
import type { OfferSize } from '../../../src/config.ts';
import { makeMultipleChoice } from '../../../src/mllm/multiple-choice.ts';
import type { Convention } from '../../../src/mllm/profile.ts';
import { type AskedFor, readBox } from '../../../src/mllm/reply/box.ts';
import { readLetter } from '../../../src/mllm/reply/letter.ts';
import { answerWithin, withoutThoughts } from '../../../src/mllm/reply/thoughts.ts';
import { squash } from '../../../src/picture/tensor.ts';

const TEN = makeMultipleChoice(
  Array.from({ length: 10 }, (_, i) => ({ box: [i, i, i + 9, i + 9] as Box })),
  { sha256: '', expression: '' },
  { k: 10 as OfferSize, none: true, seed: 3 },
);
const letterOf = (text: string, finish: 'stop' | 'length' = 'stop') => {
  const choice = readLetter({ text, finish }, TEN);
  return choice.kind === 'option' ? choice.letter : choice.kind;
};

/** Each with X for a letter, and Y for another one. */
const LETTER_FORMS = [
  'X',
  '(X)',
  '**X**',
  '### X',
  '✅ X',
  'X<|im_end|>',
  'X.',
  'X: the dog that lies higher',
  'X - the dog that lies higher in the picture',
  'X (the dog that lies higher)',
  'X, the dog that lies higher',
  'X\nThe dog that lies higher in the picture.',
  'X  \n**Reason:** it lies higher.',
  'X\n\nThe dog in region X is higher, lying with its head on the other dog, which is region Y.',
  '**Answer: X**\n\n**Explanation:** Region X contains the dog at the top. Region Y contains the dog at the bottom.',
  'Option X\n\nIt is the dog lying higher in the picture.',
  '## Answer\n\nX',
  '```json\n["X"]\n```',
  '{"answer": "X"}',
  '```json\n[{"bbox_2d": [301, 232, 529, 479], "label": "X"}]\n```',
  'X. (301,232),(529,479)',
  'The correct region is **X**, which shows the upper dog.',
  "The correct answer is X. Here's why: option X is correct because it covers the dog lying above.",
  'The answer is X. Note that Y is a common distractor.',
  'Answer: I think it is X',
  'Answer: It is not Y, the answer is X',
  'I considered (Y), but it is incorrect. Final answer: X.',
  '<think>Y is lower, so X? No, Y.</think>X',
  'Got it. Region Y is the lower dog. Wait, no.\n</think>\n\nX',
  '<thought>Y is the lower dog, so X.</thought>\nX',
  '<reasoning>Y is the lower dog, so X.</reasoning>\n<answer>X</answer>',
  'It could be Y or X. <answer>X</answer>',
  '[THINK]Y?[/THINK]X',
  '◁think▷Y is the lower one.◁/think▷X',
  '<seed:think>Y is lower</seed:think>X',
  '<|channel>thought\nY is lower.<channel|>X',
  '<|channel|>analysis<|message|>Y is lower.<|end|><|start|>assistant<|channel|>final<|message|>X<|return|>',
  'Y <|begin_of_box|>X<|end_of_box|>',
];

describe('a letter, whichever it is', () => {
  it.each(LETTER_FORMS)('%s', (form) => {
    for (const letter of 'ABCDEFGH') {
      const other = letter === 'C' ? 'D' : 'C';
      const text = form.replace(/\bX\b/g, letter).replace(/\bY\b/g, other);
      expect(letterOf(text), text).toBe(letter);
    }
  });

  it('is none where two lines each have one, or what is explained is another one', () => {
    for (const text of [
      'A\nB',
      'A\nB fits better.',
      'A\nor B',
      'A\nThe answer is B.',
      'A\nA is wrong.',
      'A\nWait, B.',
    ])
      expect(letterOf(text), text).toBe('unreadable');
    expect(letterOf('The answer is B. Final answer: C')).toBe('unreadable');
    expect(letterOf('❌ A')).toBe('unreadable');
  });
});

/** A picture of 1000 x 1000, so that thousandths are pixels. */
const IMAGE = squash({ width: 1000, height: 1000 }, { width: 1000, height: 1000 });
const DOG: AskedFor = { expression: 'the upper dog', nouns: ['dog'], several: false };
const UPPER: Box = [301, 232, 529, 479];
const LOWER: Box = [458, 444, 701, 673];
const boxes = (text: string, asked: AskedFor = DOG, convention: Convention = 'relative-1000-xyxy') => {
  const read = readBox({ text, finish: 'stop' }, convention, IMAGE, asked);
  return read.kind === 'boxes' ? read.boxes.map((box) => box.map(Math.round)) : read.kind;
};

describe('one box', () => {
  it.each<[string, Convention?]>([
    ['```json\n[\n\t{"bbox_2d": [301, 232, 529, 479], "label": "the upper dog"}\n]\n```'],
    ['[{"bbox_2d": ["301", "232", "529", "479"], "label": "dog"}]'],
    ['{"bbox_2d": "301, 232, 529, 479"}'],
    ["{'bbox': [301, 232, 529, 479], 'label': 'dog',}"],
    ['{"box": {"x": 301, "y": 232, "width": 228, "height": 247}}'],
    ['{"x1": "301px", "y1": "232px", "x2": "529px", "y2": "479px"}'],
    ['{"bounding_box": {"top_left": [301, 232], "bottom_right": [529, 479]}}'],
    ['{"bounding_box": {"top_left": {"x": 301, "y": 232}, "bottom_right": {"x": 529, "y": 479}}}'],
    ['{"objects": [{"name": "dog", "box_2d": [[301, 232, 529, 479]]}]}'],
    ['There are no other dogs lying above it. The bounding box is (301,232),(529,479).'],
    ['In a coordinate system from (0,0) to (1000,1000), the upper dog is at (301,232),(529,479).'],
    ['Using the range [0, 0, 1000, 1000] for the whole image, the box is [301, 232, 529, 479].'],
    ['from (301, 232) to (529, 479)'],
    ['**(301, 232), (529, 479)**'],
    ['| x1 | y1 | x2 | y2 |\n|---|---|---|---|\n| 301 | 232 | 529 | 479 |'],
    ['x=301, y=232, w=228, h=247'],
    ['301 232 529 479'],
    ['[{"label": "dog [1, 2, 3, 4 legs]", "bbox_2d": [301, 232, 529, 479]}]'],
    ['<ref>the upper dog</ref><box>[[301, 232, 529, 479]]</box>'],
    ['<think>The lower dog is at [458, 444, 701, 673].</think>[301, 232, 529, 479]'],
    ['The lower one is at [458, 444, 701, 673].\n</think>\n[301, 232, 529, 479]'],
    [
      '[{"box_2d": [444, 458, 673, 701], "label": "the lower dog"}, {"box_2d": [232, 301, 479, 529], "label": "the upper dog"}]',
      'relative-1000-yxyx',
    ],
    ['<loc0238><loc0308><loc0491><loc0542> the upper dog', 'relative-1000-yxyx'],
  ])('%s', (text, convention) => {
    const [box] = boxes(text, DOG, convention) as number[][];
    for (const [i, v] of box!.entries()) expect(Math.abs(v - UPPER[i]!), text).toBeLessThan(2);
  });
});

describe('several boxes', () => {
  const both = JSON.stringify([
    { bbox_2d: UPPER, label: 'dog' },
    { bbox_2d: LOWER, label: 'dog' },
  ]);
  it('are several regions where several are meant, and none where one is', () => {
    expect(boxes(both, { ...DOG, expression: 'the dogs', several: true })).toEqual([UPPER, LOWER]);
    expect(boxes(both)).toBe('unreadable');
  });

  it('are one where the other has a label that was not asked for', () => {
    const text = JSON.stringify([
      { bbox_2d: LOWER, label: 'couch' },
      { bbox_2d: UPPER, label: 'dog' },
    ]);
    expect(boxes(text)).toEqual([UPPER]);
    expect(boxes(JSON.stringify([{ bbox_2d: LOWER, label: 'couch' }]))).toBe('unreadable');
  });
});

describe('nothing is there', () => {
  const cat: AskedFor = { expression: 'the cat', nouns: ['cat'], several: false };
  it.each([
    '[{"bbox_2d": null, "label": "the cat"}]',
    'Here is the result:\n```json\n[]\n```',
    '{"objects": []}',
    '{"found": false, "bbox_2d": []}',
    '{"bbox_2d": [0, 0, 0, 0]}',
    '图片中没有猫。',
    '未检测到目标',
    'None. The image shows two dogs, one at (301,232),(529,479); there is no cat.',
    'No, there is no cat; the dog is at (301,232),(529,479).',
  ])('%s', (text) => {
    expect(boxes(text, cat)).toBe('none');
  });

  it('is not said by a "no" before the box of what was asked for: that says two things', () => {
    expect(boxes('No, the cat is at (301,232),(529,479).', cat)).toBe('unreadable');
  });

  it('is not said by the expression itself', () => {
    const hatless: AskedFor = {
      expression: 'the man who does not have a hat, there is no hat',
      nouns: ['man'],
      several: false,
    };
    expect(boxes(`${hatless.expression}: (301,232),(529,479)`, hatless)).toEqual([UPPER]);
    expect(boxes(hatless.expression, hatless)).toBe('unreadable');
  });
});

it('points, numbers of another convention and what is not there are no boxes', () => {
  expect(boxes('[{"point_2d": [415, 355], "label": "the upper dog"}]')).toBe('unreadable');
  expect(boxes('<|det|>[[2, 311, 99999, 98]]<|/det|>')).toBe('unreadable');
});

it('a thought that does not end leaves nothing', () => {
  expect(withoutThoughts('A<think>B')).toEqual({ text: 'A', thinking: true });
  expect(withoutThoughts('so it is A</think>')).toEqual({ text: '', thinking: false });
  expect(answerWithin('<answer>A</answer> <answer>B</answer>')).toContain('B');
});
