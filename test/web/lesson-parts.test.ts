import { describe, expect, it } from 'vitest';
import { candidatesOf, type LessonAnswer, matrixOf, partsOf } from '../../adapters/web/page/lesson/data.ts';
import { type Guess, guessesOf, nextGuess, tally } from '../../adapters/web/page/lesson/guesses.ts';
import { barOf, CURVE, curveOf, shareOf, sumOf } from '../../adapters/web/page/lesson/layout.ts';
import {
  candidateShapes,
  evidenceShapes,
  evidenceWords,
  nounShapes,
  optionShapes,
} from '../../adapters/web/page/lesson/marks.ts';
import { cellView, VIEWS } from '../../adapters/web/page/lesson/views.ts';
import {
  briefReason,
  cameOf,
  FEATURE_WORDS,
  signed,
  three,
  two,
} from '../../adapters/web/page/lesson/words.ts';
import type { Box } from '../../src/box.ts';
import type { Exchange, Explanation } from '../../src/explanation.ts';
import { FEATURES } from '../../src/reasoning/calibration.ts';
import { sigmoid } from '../../src/scales.ts';
import { list } from '../../src/text.ts';
import type { Candidate, ConstraintScore } from '../../src/verdict.ts';

const LEFT: Box = [0, 10, 20, 30];
const MIDDLE: Box = [40, 10, 60, 30];
const RIGHT: Box = [80, 10, 100, 30];

const judged = (words: string, score: number | undefined, more: Partial<ConstraintScore> = {}) =>
  ({ kind: 'place', words, score, reason: 'by its position', ...more }) as const;

const candidate = (box: Box, score: number, ...judgements: ConstraintScore[]): Candidate => ({
  ...{ box, score, judgements },
  ...{ label: 'dog', detection: 0.5, certainty: 0.6, rival: 0 },
});

/** Two dogs; the right one fits, and a language model has chosen the left one. */
const CONSIDERED = [
  candidate(LEFT, 0.1, judged('on the right', 0.2)),
  candidate(RIGHT, 0.9, judged('on the right', 1)),
];

const EXCHANGE: Exchange = {
  ...{ model: 'm', prompt: 'p', images: 1, reply: 'B' },
  options: [
    { letter: 'A', box: RIGHT, label: 'dog', probability: 0.2 },
    { letter: 'B', box: LEFT, label: 'dog', probability: 0.7 },
    { letter: 'C', probability: 0.1 },
  ],
  choice: { kind: 'option', letter: 'B', presence: 0.9 },
};

const EXPLANATION: Explanation = {
  reading: {
    text: 'the friendly dog on the right',
    parts: [
      { start: 0, end: 16, as: 'target' },
      { start: 17, end: 29, as: 'place' },
    ],
    ...{ english: true, taken: [] },
  },
  nouns: [
    {
      ...{ words: 'the friendly dog on the right', noun: 'dog', match: 'same' },
      regions: CONSIDERED.map(({ box, label }) => ({ box, label, score: 0.5, certainty: 0.6 })),
    },
    {
      ...{ words: 'the cat', noun: 'cat', match: 'same' },
      regions: [{ box: MIDDLE, label: 'cat', score: 0.3, certainty: 0.2 }],
    },
  ],
  seen: [],
  routing: { hard: true, reason: 'reasoning leaves it undecided' },
  exchanges: [EXCHANGE],
  weighing: {
    bias: 0.5,
    features: [
      { name: 'certainty', value: 2, weight: 0.25 },
      { name: 'doubt', value: 0, weight: -1.8 },
      { name: 'rival', value: 0.5, weight: -0.4 },
    ],
    logOdds: 0.8,
    presence: sigmoid(0.8),
    right: 0.7,
    thresholds: { found: 0.6, absent: 0.25 },
  },
};

const ANSWER: LessonAnswer = {
  ...{ expression: 'the friendly dog on the right', detector: 'starter', outcome: 'found' },
  ...{ boxes: [LEFT], scores: [0.1], presence: 0.8, sentence: 'Found.', unresolved: [], strategy: 'auto' },
  ...{ route: 'mllm', cost: null, output: null, timings_ms: {} },
  image: { width: 100, height: 40, sha256: '' },
  ...{ steps: [], considered: CONSIDERED, explanation: EXPLANATION },
};

const labels = (shapes: readonly { kind: string; label?: string }[]) => shapes.map(({ label }) => label);

describe('the features of the weighing', () => {
  it('all have words', () => {
    expect(Object.keys(FEATURE_WORDS)).toEqual([...FEATURES]);
  });
});

describe('the matrix', () => {
  it('has a column for each thing said, and a gap where a candidate was not judged by it', () => {
    const { columns, rows } = matrixOf([
      candidate(LEFT, 0.9, judged('red', 0.1, { kind: 'colour' }), judged('on the left', 1)),
      candidate(RIGHT, 0.1, judged('on the left', 0.2), judged('on the left', 0.8, { negated: true })),
    ]);
    expect(columns.map(({ words, negated }) => [words, negated])).toEqual([
      ['red', false],
      ['on the left', false],
      ['on the left', true],
    ]);
    expect(rows.map(({ cells }) => cells.map((cell) => cell?.score))).toEqual([
      [0.1, 1, undefined],
      [undefined, 0.2, 0.8],
    ]);
  });

  it('puts what fits best first, whatever a language model chose', () => {
    expect(candidatesOf(ANSWER).map(({ box }) => box)).toEqual([RIGHT, LEFT]);
  });
});

describe('the parts of the expression', () => {
  it('show words within a phrase that nothing could judge', () => {
    const unjudged = judged('friendly', undefined, { kind: 'unresolved' });
    const answer = { ...ANSWER, considered: [candidate(LEFT, 1, unjudged)] };
    const text = EXPLANATION.reading.text;
    expect(partsOf(answer).map(({ start, end, as }) => [as, text.slice(start, end)])).toEqual([
      ['target', 'the'],
      ['unresolved', 'friendly'],
      ['target', 'dog'],
      ['place', 'on the right'],
    ]);
    expect(partsOf(ANSWER)).toEqual(EXPLANATION.reading.parts);
  });
});

describe('what is drawn', () => {
  it('is a line from a candidate to the other things of a relation', () => {
    const shapes = evidenceShapes(candidate(LEFT, 1), 2, { evidence: { others: [RIGHT] } });
    expect(labels(shapes)).toEqual(['candidate 2', 'other thing', undefined]);
    expect(shapes[2]).toMatchObject({ kind: 'line', from: [10, 20], to: [90, 20] });
  });

  it('is the group in its order, the candidate among it', () => {
    const shapes = evidenceShapes(candidate(MIDDLE, 1), 1, { evidence: { group: [LEFT, MIDDLE, RIGHT] } });
    expect(labels(shapes)).toEqual(['1', '2: candidate 1', '3']);
    expect(shapes.map((shape) => shape.kind === 'box' && shape.look)).toEqual([
      'dashed',
      undefined,
      'dashed',
    ]);
  });

  it('is the area whose pixels were read, filled, and the candidate around it', () => {
    const shapes = evidenceShapes(candidate(LEFT, 1), 1, { evidence: { pixels: [[5, 10, 15, 20]] } });
    expect(labels(shapes)).toEqual(['pixels read', 'candidate 1']);
    expect(shapes[0]).toMatchObject({ look: 'filled', box: [5, 10, 15, 20] });
    const whole = evidenceShapes(candidate(LEFT, 1), 1, { evidence: { pixels: [LEFT] } });
    expect(labels(whole)).toEqual(['candidate 1: pixels read']);
  });

  it('is the candidate alone where nothing else was looked at, and said so', () => {
    expect(labels(evidenceShapes(candidate(LEFT, 1), 1))).toEqual(['candidate 1']);
    expect(evidenceWords({ kind: 'pose' })).toBe('Nothing besides the candidate was looked at.');
    expect(evidenceWords({ kind: 'ordinal', evidence: { group: [LEFT, RIGHT] } })).toBe(
      'Drawn: the 2 it was counted among, numbered.',
    );
  });

  it('is the regions of the nouns that are switched on, with their scores', () => {
    expect(labels(nounShapes(EXPLANATION.nouns, new Set([1])))).toEqual(['cat 0.30']);
    expect(nounShapes(EXPLANATION.nouns, new Set())).toEqual([]);
    const [dog, , cat] = nounShapes(EXPLANATION.nouns, new Set([0, 1]));
    expect(dog!.colour).not.toBe(cat!.colour);
  });

  it('is the options by letter, without None, and the chosen one filled', () => {
    const shapes = optionShapes(EXCHANGE);
    expect(labels(shapes)).toEqual(['A', 'B']);
    expect(shapes.map((shape) => shape.kind === 'box' && shape.look)).toEqual([undefined, 'filled']);
  });

  it('is numbered candidates, and the answer', () => {
    expect(labels(candidateShapes(candidatesOf(ANSWER)))).toEqual(['1', '2']);
    const undecided: LessonAnswer = { ...ANSWER, outcome: 'undecided', boxes: [LEFT, RIGHT] };
    expect(labels(VIEWS.verdict(undecided, new Set()).shapes)).toEqual(['1 dog', '2 dog']);
    expect(labels(VIEWS.verdict(ANSWER, new Set()).shapes)).toEqual(['dog']);
  });

  it('follows the steps', () => {
    const on = new Set([0]);
    expect(VIEWS.reading(ANSWER, on).shapes).toEqual([]);
    expect(VIEWS.regions(ANSWER, on).shapes).toHaveLength(2);
    expect(VIEWS.weighing(ANSWER, on).shapes).toMatchObject([{ box: RIGHT }]);
    expect(VIEWS.exchanges(ANSWER, on).shapes).toHaveLength(2);
    expect(VIEWS.verdict(ANSWER, on)).toMatchObject({
      shapes: [{ box: LEFT }],
      caption: 'The answer: found.',
    });
    expect(cellView(ANSWER, 0, CONSIDERED[1]!.judgements[0]).caption).toMatch(
      /^Candidate 1, dog: “on the right”\. /,
    );
    expect(cellView(ANSWER, 7).shapes).toEqual([]);
    const other = { ...ANSWER, explanation: { ...EXPLANATION, nouns: [] } };
    expect(VIEWS.regions(other, on)).toEqual(VIEWS.matrix(other, on));
  });
});

describe('the weighing', () => {
  it('is a sum of bars that begin where the one before ended', () => {
    const { summands, idle, total, domain } = sumOf(EXPLANATION.weighing!);
    expect(summands.map(({ name }) => name)).toEqual(['bias', 'certainty', 'rival']);
    expect(summands[0]).toMatchObject({ from: 0, to: 0.5 });
    for (const [i, summand] of summands.entries()) {
      expect(summand.to - summand.from).toBeCloseTo(summand.product, 9);
      if (i > 0) expect(summand.from).toBeCloseTo(summands[i - 1]!.to, 9);
    }
    expect(total).toBeCloseTo(0.8, 9);
    expect(idle).toEqual(['doubt']);
    expect(domain).toEqual([0, 1]);
  });

  it('has bars of the right length on the right side', () => {
    expect(barOf(0, 1, [-1, 1], [0, 200])).toEqual({ x: 100, width: 100 });
    expect(barOf(0, -0.5, [-1, 1], [0, 200])).toEqual({ x: 50, width: 50 });
    expect(barOf(0, 0, [0, 0], [0, 200]).width).toBe(1);
  });
});

describe('the logistic curve', () => {
  it('goes through one half at 0, rises, and stays in its frame', () => {
    const { x, y, ticks, points } = curveOf([0.8]);
    const middle = points[(points.length - 1) / 2]!;
    expect(middle[0]).toBeCloseTo(x(0), 6);
    expect(middle[1]).toBeCloseTo(y(0.5), 6);
    expect(ticks).toEqual([-4, -2, 0, 2, 4]);
    for (const [i, [px, py]] of points.entries()) {
      expect(px).toBeGreaterThanOrEqual(CURVE.left);
      expect(px).toBeLessThanOrEqual(CURVE.right + 1e-9);
      if (i > 0) expect(py).toBeLessThan(points[i - 1]![1]);
    }
  });

  it('widens for what lies further out, and keeps what lies beyond at its end', () => {
    expect(curveOf([-5.2]).ticks.at(-1)).toBe(6);
    const { x, ticks } = curveOf([40]);
    expect(ticks.at(-1)).toBe(8);
    expect(x(40)).toBe(CURVE.right);
  });

  it('is moved and tilted by a Platt scaling', () => {
    const { y, points } = curveOf([0], -1, 0.5);
    expect(points[(points.length - 1) / 2]![1]).toBeCloseTo(y(sigmoid(-1)), 6);
  });
});

describe('guesses', () => {
  const guesses = guessesOf(ANSWER);
  const rightOf = ({ choices }: Guess) => choices.filter(({ isRight }) => isRight).map(({ name }) => name);

  it('are made along the steps, each with one right choice', () => {
    expect(guesses.map(({ step }) => step)).toEqual([
      ...['regions', 'matrix', 'matrix', 'weighing', 'routing', 'exchanges', 'verdict'],
    ]);
    expect(guesses.map(rightOf)).toEqual([
      ['two or three'],
      ['β'],
      ['it does not hold'],
      ['over two thirds'],
      ['too hard'],
      ['B'],
      ['Found'],
    ]);
  });

  it('name regions from left to right, so that names tell no rank', () => {
    expect(guesses[1]!.regions).toEqual([
      { name: 'α', box: LEFT },
      { name: 'β', box: RIGHT },
    ]);
    expect(guesses[1]!.truth).toBe('β fits best, with 0.90; it is candidate 1 below.');
  });

  it('leave out what an answer does not have', () => {
    const bare: LessonAnswer = { ...ANSWER, considered: [], explanation: undefined };
    expect(guessesOf(bare).map(({ step }) => step)).toEqual(['verdict']);
    const alone = { ...ANSWER, considered: [CONSIDERED[1]!] };
    expect(
      guessesOf(alone)
        .filter(({ step }) => step === 'matrix')
        .map(rightOf),
    ).toEqual([['it holds']]);
  });

  it('of a reply that was no letter have that as their right choice', () => {
    const exchange: Exchange = { ...EXCHANGE, choice: { kind: 'unreadable' } };
    const answer = { ...ANSWER, explanation: { ...EXPLANATION, exchanges: [exchange] } };
    const [letter] = guessesOf(answer).filter(({ step }) => step === 'exchanges');
    expect(rightOf(letter!)).toEqual(['nothing that can be read']);
  });

  it('are counted', () => {
    expect(nextGuess(guesses, new Map())).toBe(0);
    expect(nextGuess(guesses, new Map([[0, 2]]))).toBe(1);
    expect(nextGuess(guesses, new Map(guesses.map((_, i) => [i, 0])))).toBeUndefined();
    const made = new Map([
      [0, 2],
      [1, 0],
    ]);
    expect(tally(guesses, made)).toEqual({ right: 1, made: 2 });
  });
});

describe('words', () => {
  it('say what came of a choice, and of None', () => {
    expect(cameOf(EXCHANGE)).toBe('It chooses B, with 70 %. Presence = 1 − P(None) = 1 − 0.10 = 0.90.');
    expect(cameOf({ ...EXCHANGE, choice: { kind: 'none', letter: 'C', presence: 0.1 } })).toBe(
      'It takes None (C). Presence = 1 − P(None) = 1 − 0.90 = 0.10.',
    );
    expect(cameOf({ ...EXCHANGE, choice: { kind: 'unreadable' } })).toMatch(/does not count/);
    expect(cameOf({ ...EXCHANGE, choice: { kind: 'option', letter: 'A' } })).toMatch(/None was not on offer/);
  });

  it('say numbers and lists', () => {
    expect([two(-0.386), two(-0.001), signed(0.5), signed(-0.5), signed(0)]).toEqual([
      ...['−0.39', '0.00', '+0.50', '−0.50', '0.00'],
    ]);
    expect([three(-0.3861), three(-0.0001), three(0.2351)]).toEqual(['−0.386', '0.000', '0.235']);
    expect([list(['a']), list(['a', 'b', 'c'])]).toEqual(['a', 'a, b and c']);
    expect(briefReason('left of it: holds', 'left of it')).toBe('holds');
    expect(shareOf(1, 0)).toBe(0);
    expect(shareOf(1, 4)).toBe(0.25);
  });
});
