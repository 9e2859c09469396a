import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreementOf, agreementWords } from '../../adapters/web/page/compare/agreement.ts';
import { columnShapes, narrowed, type Proposed, proposedOf } from '../../adapters/web/page/compare/narrow.ts';
import {
  bounded,
  boxAt,
  drawnLabel,
  labelSpot,
  ontoFrame,
  WHOLE,
  zoomed,
} from '../../adapters/web/page/picture/geometry.ts';
import { formatLink, type Link, readLink, TOP_K } from '../../adapters/web/page/shared/link.ts';
import { answerShapes, consideredShapes } from '../../adapters/web/page/shared/marks.ts';
import type { Answer } from '../../adapters/web/page/shared/types.ts';
import { costWords, sentenceAfterOutcome, stepTimes } from '../../adapters/web/page/shared/words.ts';
import type { Box } from '../../src/box.ts';
import { OFFER_SIZES } from '../../src/config.ts';
import type { Detector } from '../../src/detector/detector.ts';
import { tuned } from '../../src/detector/tuned.ts';

type Corners = [number, number, number, number];
const LEFT: Corners = [10, 10, 50, 50];
const RIGHT: Corners = [60, 10, 90, 40];

const answerOf = (given: Partial<Answer>): Answer =>
  ({ outcome: 'found', boxes: [], scores: [], expression: 'the dog', considered: [], ...given }) as Answer;
const considered = [
  { box: LEFT, label: 'dog', detection: 0.9 },
  { box: RIGHT, label: 'cat', detection: 0.25 },
] as unknown as NonNullable<Answer['considered']>;

describe('a link', () => {
  const share = fc.integer({ min: 0, max: 100 }).map((n) => n / 100);
  const settings = fc.record(
    {
      box_threshold: share,
      nms_iou: share,
      top_k: fc.constantFrom(3, 5, 8, 10),
      none: fc.boolean(),
      seed: fc.nat(),
      focus: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  const way = fc
    .record(
      { strategy: fc.constantFrom('auto', 'sfa'), detector: fc.constantFrom('starter', 'a@b'), settings },
      { requiredKeys: [] },
    )
    .map(({ settings: some, ...rest }) =>
      some && Object.keys(some).length > 0 ? { ...rest, settings: some } : rest,
    );
  const link = fc
    .tuple(
      fc.record(
        {
          example: fc.constantFrom('two-dogs.jpg', 'wine.jpg'),
          q: fc.string({ minLength: 1, maxLength: 100 }),
          columns: fc.array(way, { minLength: 2, maxLength: 4 }),
        },
        { requiredKeys: [] },
      ),
      way,
    )
    .map(([some, one]) => ({ ...some, ...one }) as Link);

  it('is read as it was written', () => {
    fc.assert(
      fc.property(link, (written) => {
        expect(readLink(formatLink(written))).toEqual({ link: written, ignored: [] });
      }),
    );
  });

  it('knows as many sizes as the server', () => {
    expect(TOP_K).toEqual(OFFER_SIZES);
  });

  it.each([
    ['settings={"top_k":4}', 'settings'],
    ['settings={"box_threshold":2}', 'settings'],
    ['settings={"seed":-1}', 'settings'],
    ['settings={"__proto__":1}', 'settings'],
    ['settings=[', 'settings'],
    ['strategy=a b', 'strategy'],
    ['example=../../secret', 'example'],
    ['columns=[{}]', 'columns'],
    ['columns=[{},{},{},{},{}]', 'columns'],
    ['columns=[{},{"strategy":1}]', 'columns'],
    [`q=${'a'.repeat(1001)}`, 'q'],
  ])('%s is not taken', (text, name) => {
    expect(readLink(`#${text}`)).toEqual({ link: {}, ignored: [name] });
  });
});

describe('what an answer marks', () => {
  it('is solid where it is found, with what it was detected as', () => {
    const shapes = answerShapes(answerOf({ boxes: [[10.04, 10, 50, 50]], considered }));
    expect(shapes).toEqual([
      { kind: 'box', box: [10.04, 10, 50, 50], colour: '--mark-3', look: 'solid', label: 'dog' },
    ]);
  });

  it('is numbered where it is undecided, and can be picked only where it may be', () => {
    const given: Partial<Answer> = { outcome: 'undecided', boxes: [LEFT, RIGHT], considered };
    expect(answerShapes(answerOf({ ...given, choices: 2 }))).toMatchObject([
      { label: '1 dog', id: '1', look: 'solid' },
      { label: '2 cat', id: '2', look: 'solid' },
    ]);
    const shown = answerShapes(answerOf(given));
    expect(shown).toMatchObject([{ look: 'dashed' }, { look: 'dashed' }]);
    expect(shown[0]).not.toHaveProperty('id');
  });

  it('is dashed once it cannot be chosen among any more', () => {
    const given = answerOf({ outcome: 'undecided', boxes: [LEFT, RIGHT], considered, choices: 2 });
    const shown = answerShapes(given, false);
    expect(shown).toMatchObject([{ look: 'dashed' }, { look: 'dashed' }]);
    expect(shown[0]).not.toHaveProperty('id');
  });

  it('has the number only where the picture is narrow', () => {
    const [one] = answerShapes(answerOf({ outcome: 'undecided', boxes: [LEFT], considered, choices: 1 }));
    expect([300, 900].map((width) => drawnLabel(one!, { width, height: 300 }))).toEqual(['1', '1 dog']);
  });

  it('is nothing where it is not present', () => {
    expect(answerShapes(answerOf({ outcome: 'not-present', boxes: [LEFT] }))).toEqual([]);
    expect(consideredShapes(answerOf({ outcome: 'not-present', considered }))).toHaveLength(2);
  });
});

describe('regions of a column', () => {
  const region = (box: Box, score: number) => ({ box, label: 'dog', score });
  const nouns: Proposed[] = [
    {
      words: 'the dog',
      noun: 'dog',
      regions: [region(LEFT, 0.9), region([15, 15, 50, 50], 0.6), region(RIGHT, 0.3)],
    },
  ];

  it('are narrowed as the server narrows them, in whatever order they come', async () => {
    const side = fc.integer({ min: 51, max: 99 });
    const any = fc.uniqueArray(
      fc.record({
        box: fc.tuple(fc.nat(50), fc.nat(50), side, side),
        score: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { maxLength: 12, selector: ({ score }) => score },
    );
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const some = fc.record(
      { box_threshold: share, nms_iou: share, top_k: fc.constantFrom(3, 5, 8, 10) },
      { requiredKeys: [] },
    );
    const orders = any.chain((boxes) =>
      fc.tuple(...[0, 1].map(() => fc.shuffledSubarray(boxes, { minLength: boxes.length }))),
    );
    await fc.assert(
      fc.asyncProperty(orders, some, async (boxes, settings) => {
        const [here, there] = boxes.map((order) => order.map(({ box, score }) => region(box, score)));
        const { box_threshold: minScore, nms_iou: nmsIou, top_k: topK } = settings;
        const detector = {
          propose: async () => [there],
          detectAll: async () => there,
        } as unknown as Detector;
        const server = tuned(detector, { minScore, nmsIou, topK });
        const [theirs] = await server.propose({} as never, ['dog']);
        const noun = { words: 'dog', noun: 'dog', regions: here! };
        expect(narrowed([noun], settings)[0]!.regions).toEqual(theirs);
        const unknown = narrowed([{ ...noun, match: 'unknown' }], settings);
        expect(unknown[0]!.regions).toEqual(await server.detectAll!({} as never));
      }),
    );
  });

  it('are drawn with the answer over them', () => {
    const shapes = columnShapes(nouns, answerOf({ boxes: [LEFT], considered }));
    expect(shapes.map((shape) => shape.kind === 'box' && [shape.look, shape.label])).toEqual([
      ['faint', undefined],
      ['dashed', 'dog 0.60'],
      ['dashed', 'dog 0.30'],
      ['solid', 'dog'],
    ]);
  });

  it('have labels for the best three of a noun where the picture is narrow', () => {
    const regions = [0.9, 0.8, 0.7, 0.6].map((score, i) => region([i, 0, i + 1, 1], score));
    const shapes = columnShapes([{ words: 'the dog', noun: 'dog', regions }], undefined);
    const drawn = (width: number) => shapes.map((shape) => drawnLabel(shape, { width, height: 100 }));
    expect(drawn(300)).toEqual(['dog 0.90', 'dog 0.80', 'dog 0.70', undefined]);
    expect(drawn(900)[3]).toBe('dog 0.60');
  });

  it('are those of the nouns, or what was considered where there are none', () => {
    expect(proposedOf(answerOf({ explanation: { nouns } }))).toEqual(nouns);
    expect(proposedOf(answerOf({ explanation: { nouns: [] }, considered }))).toMatchObject([
      { noun: 'the dog', regions: [{ score: 0.9 }, { score: 0.25 }] },
    ]);
  });
});

describe('agreement', () => {
  it('is the outcome that most have, and the overlap of the first boxes', () => {
    const [a, b] = [answerOf({ boxes: [LEFT] }), answerOf({ boxes: [[10, 10, 50, 30]] })];
    const { same, of, outcome, overlaps } = agreementOf([
      a,
      b,
      answerOf({ outcome: 'not-present' }),
      undefined,
    ]);
    expect([same, of, outcome]).toEqual([2, 3, 'found']);
    expect(overlaps[0]).toEqual([1, 0.5, undefined, undefined]);
    expect(agreementOf([undefined]).outcome).toBeUndefined();
  });

  it.each([
    [['found'], 'Two answers are needed to compare.'],
    [['found', 'found'], '2 of 2 say found.'],
    [['found', 'undecided'], 'The outcomes differ.'],
    [['undecided', 'found', 'undecided', 'not-present'], '2 of 4 say undecided.'],
    [['undecided', 'found', 'undecided', 'found'], 'The outcomes differ.'],
  ] as const)('of %j in words', (outcomes, words) => {
    expect(agreementWords(agreementOf(outcomes.map((outcome) => answerOf({ outcome }))))).toBe(words);
  });
});

describe('a picture that is zoomed', () => {
  const frame = { width: 200, height: 100 };
  const size = { width: 100, height: 50 };
  const view = fc.record({
    zoom: fc.double({ min: 0.1, max: 20, noNaN: true }),
    x: fc.double({ min: -5000, max: 5000, noNaN: true }),
    y: fc.double({ min: -5000, max: 5000, noNaN: true }),
  });

  it('always fills its frame', () => {
    fc.assert(
      fc.property(view, (any) => {
        const [x1, y1, x2, y2] = ontoFrame([0, 0, 100, 50], size, frame, bounded(any, frame));
        expect(x1).toBeLessThanOrEqual(0);
        expect(y1).toBeLessThanOrEqual(0);
        expect(x2).toBeGreaterThanOrEqual(frame.width - 1e-9);
        expect(y2).toBeGreaterThanOrEqual(frame.height - 1e-9);
      }),
    );
  });

  it('keeps the point that it is zoomed at', () => {
    const near = zoomed(WHOLE, 2, [50, 25], frame);
    expect(near).toEqual({ zoom: 2, x: -50, y: -25 });
    expect(zoomed(near, 0.5, [50, 25], frame)).toEqual(WHOLE);
    expect(zoomed(WHOLE, 100, [0, 0], frame).zoom).toBe(8);
  });

  it('is picked from: the smallest box at a point', () => {
    const box = (b: Box, id?: string) =>
      ({ kind: 'box', box: b, colour: '--mark-1', ...(id && { id }) }) as const;
    const shapes = [box([0, 0, 100, 50], 'large'), box([10, 10, 20, 20], 'small'), box([12, 12, 14, 14])];
    const place = (b: Box) => ontoFrame(b, size, frame, WHOLE);
    expect(boxAt(shapes, [26, 26], place)).toBe('small');
    expect(boxAt(shapes, [100, 80], place)).toBe('large');
    expect(boxAt(shapes, [300, 300], place)).toBeUndefined();
  });

  it('has labels inside it, apart from each other, and leaves out only what may be', () => {
    const first = labelSpot([0, 0, 60, 60], 40, frame, { taken: [], isNeeded: false })!;
    expect(first).toEqual([0, 0, 40, 20]);
    const second = labelSpot([0, 0, 60, 60], 40, frame, { taken: [first], isNeeded: false })!;
    expect(second[1]).toBeGreaterThanOrEqual(20);
    const everywhere: Box[] = [[0, 0, 200, 100]];
    expect(labelSpot([0, 0, 60, 60], 40, frame, { taken: everywhere, isNeeded: false })).toBeUndefined();
    expect(labelSpot([0, 0, 60, 60], 40, frame, { taken: everywhere, isNeeded: true })).toEqual(first);
  });
});

describe('words', () => {
  it.each([
    ['Not present: I see 2 dogs, but no cat.', 'I see 2 dogs, but no cat.'],
    ['Undecided: 2 could be the dog.', '2 could be the dog.'],
    ['Found the upper dog.', 'The upper dog.'],
    ['Found: you chose candidate 2, a dog.', 'You chose candidate 2, a dog.'],
    ['There are at least 2 dogs (51 % sure).', 'There are at least 2 dogs (51 % sure).'],
  ])('%s', (sentence, after) => {
    expect(sentenceAfterOutcome(sentence)).toBe(after);
  });

  it('tell how long the steps took, or that nothing was done', () => {
    const timings_ms = { total: 900, language: 10, specialist: 40.4 };
    const step = { name: 'language', ms: 10, said: '' };
    expect(stepTimes({ timings_ms, steps: [step] })).toBe('50 ms');
    expect(stepTimes({ timings_ms, steps: [{ ...step, name: 'memory' }, step] })).toBe('from memory');
  });

  it('tell a cost', () => {
    const cost = { calls: 1, prompt_tokens: 1310, answer_tokens: 4, ms: 850, dollars: 0.0033 };
    expect(costWords(cost)).toBe('1 call, 1310 + 4 tokens, 850 ms, $0.0033');
    expect(costWords({ ...cost, calls: 2, dollars: null })).toBe('2 calls, 1310 + 4 tokens, 850 ms');
  });
});
