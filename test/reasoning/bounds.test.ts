import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box } from '../../src/box.ts';
import type { Measure, Place, Side, SizeWord } from '../../src/expression/query.ts';
import {
  ageScore,
  ordinalScore,
  placeScore,
  rowScore,
  sizeScore,
  superlativeScore,
} from '../../src/reasoning/groups.ts';
import { between, COMPARISON_SCORES, RELATION_SCORES } from '../../src/reasoning/relations.ts';
import { ask, paint, type TestScene } from './scene.ts';

const FRAME = { width: 60, height: 40 };
/** Also outside the frame, without area, as large as the frame, and often equal to or inside one another. */
const anyBox: fc.Arbitrary<Box> = fc.oneof(
  fc
    .tuple(
      fc.integer({ min: -20, max: 80 }),
      fc.integer({ min: -20, max: 60 }),
      fc.nat({ max: 70 }),
      fc.nat({ max: 50 }),
    )
    .map(([x, y, w, h]): Box => [x, y, x + w, y + h]),
  fc
    .tuple(
      fc.double({ min: -5, max: 65, noNaN: true }),
      fc.double({ min: -5, max: 45, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    )
    .map(([x, y, side]): Box => [x, y, x + side, y + side]),
  fc.constantFrom<Box>([10, 10, 30, 30], [12, 12, 20, 20], [0, 0, 60, 40], [20, 20, 20, 20], [20, 5, 20, 35]),
);
const group = fc.array(anyBox, { minLength: 1, maxLength: 6 });

const isScore = (score: number | undefined): boolean => score === undefined || (score >= 0 && score <= 1);

const RELATIONS = Object.keys(RELATION_SCORES) as (keyof typeof RELATION_SCORES)[];
const PLACES: Place[] = [
  ...(['left', 'right', 'top', 'bottom', 'front', 'back', 'middle'] as const),
  ...(['top-left', 'top-right', 'bottom-left', 'bottom-right'] as const),
];
const SIDES: Side[] = ['left', 'right', 'top', 'bottom', 'front', 'back'];
const MEASURES: Measure[] = ['size', 'height', 'width', 'near', 'darkness', 'left', 'top'];
const SIZES: SizeWord[] = ['large', 'small', 'tall', 'short', 'wide', 'narrow'];

describe('scores stay within 0..1 for any boxes', () => {
  it.each(RELATIONS)('of the relation %s', (relation) => {
    fc.assert(fc.property(anyBox, anyBox, (a, b) => isScore(RELATION_SCORES[relation](a, b))));
  });

  it.each(['nearest-to', 'farthest-from'] as const)('of the comparison %s', (relation) => {
    fc.assert(
      fc.property(group, anyBox, (boxes, b) => isScore(COMPARISON_SCORES[relation](boxes[0]!, b, boxes))),
    );
  });

  it('of between', () => {
    fc.assert(fc.property(anyBox, anyBox, anyBox, (a, b, c) => isScore(between(a, b, c))));
  });

  it.each(PLACES)('of the place %s', (place) => {
    fc.assert(
      fc.property(group, fc.boolean(), (boxes, far) =>
        isScore(placeScore(boxes[0]!, boxes, { place, far }, FRAME)),
      ),
    );
  });

  it.each(['top', 'middle', 'bottom'] as const)('of the %s row', (row) => {
    fc.assert(fc.property(group, (boxes) => isScore(rowScore(boxes[0]!, boxes, { row }))));
  });

  it.each(SIDES)('of ordinals from the %s', (from) => {
    fc.assert(
      fc.property(group, fc.integer({ min: 1, max: 7 }), (boxes, nth) =>
        isScore(ordinalScore(boxes[0]!, boxes, { nth, from }, FRAME)),
      ),
    );
  });

  it.each(MEASURES)('of superlatives by %s', (by) => {
    fc.assert(
      fc.property(group, fc.boolean(), fc.integer({ min: 1, max: 7 }), (boxes, most, nth) =>
        isScore(superlativeScore(boxes[0]!, boxes, { by, most, nth }, FRAME, () => 0.5)),
      ),
    );
  });

  it.each(SIZES)('of being %s', (size) => {
    fc.assert(fc.property(group, (boxes) => isScore(sizeScore(boxes[0]!, boxes, { size }))));
  });

  it.each(['young', 'grown'] as const)('of being %s', (age) => {
    fc.assert(fc.property(group, (boxes) => isScore(ageScore(boxes[0]!, boxes, { age }))));
  });
});

describe('a whole question about any boxes', () => {
  const things = fc.array(
    fc.record({
      label: fc.constantFrom('dog', 'cat', 'person', 'umbrella'),
      box: anyBox,
      score: fc.double({ min: 0.1, max: 1, noNaN: true }),
    }),
    { maxLength: 7 },
  );
  const blank = paint([], FRAME);
  const EXPRESSIONS = [
    'the dog',
    'the red dog on the left',
    'the second largest cat from the right',
    'the man in the blue shirt holding an umbrella',
    'the woman with black hair between the dogs',
    'the small dog on the cat behind the man',
    'the dog with a cat to the left of it',
    'two dogs not next to a cat',
    'the tallest person in the top row',
    'the darkest dog in the bottom right corner',
    'the furry thing above the cat the man is holding',
    'the kangaroo',
  ];

  it.each(EXPRESSIONS)('is answered with numbers within 0..1: %s', async (expression) => {
    await fc.assert(
      fc.asyncProperty(things, async (seen) => {
        const scene: TestScene = { ...blank, things: seen };
        const { considered, candidates, presence, sentence } = await ask(scene, expression);
        const numbers = considered.flatMap((k) => [
          k.score,
          k.certainty,
          k.detection,
          ...k.judgements.flatMap((j) => j.score ?? []),
        ]);
        expect([presence, ...numbers].filter((n) => !(n >= 0 && n <= 1))).toEqual([]);
        expect(considered.every((k) => k.rival >= 0 && Number.isFinite(k.rival))).toBe(true);
        expect(candidates.every((k) => considered.includes(k))).toBe(true);
        expect(sentence).toMatch(/^[A-Z].*\.$/);
        expect(sentence).not.toMatch(/undefined|NaN|null|\[object|\.\.|" \./);
      }),
      { numRuns: 60 },
    );
  });
});
