import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Constraint, NounPhrase, Query } from '../../src/expression/query.ts';
import { readExpression } from '../../src/expression/read.ts';
import { quoted } from './describe.ts';

const WORDS =
  `the a left right of top on in with and , or not no second last from to man red dog blue shirt wearing
  is that who standing "STOP" ' ’s 's number 22 closest camera 🐶 - / than next it his hand all two light can`.split(
    /\s+/,
  );
const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.array(fc.constantFrom(...WORDS), { maxLength: 90 }).map((words) => words.join(' ').slice(0, 500)),
);

describe('whatever is asked', () => {
  it('the phrase is where the span says, and not empty when there is a letter', () => {
    fc.assert(
      fc.property(anything, (expression) => {
        const { text, span, phrase } = readExpression(expression);
        expect(text.slice(...span)).toBe(phrase);
        if (/\p{L}/u.test(text)) expect(phrase).not.toBe('');
      }),
      { numRuns: 400 },
    );
  });

  it('every constraint quotes words of the expression', () => {
    fc.assert(
      fc.property(anything, (expression) => {
        const { text, target } = readExpression(expression);
        expect(text).toContain(target.words);
        for (const words of quoted(target)) {
          expect(text).toContain(words);
          expect(words).not.toBe('');
        }
      }),
      { numRuns: 400 },
    );
  });

  it.each(['the ', 'left of ', 'red and ', 'a man with ', '"', "'s ", 'not ', 'in the middle of '])(
    'a thousand times "%s" is read to the end',
    (words) => {
      const { text, target } = readExpression(words.repeat(1000));
      expect(text.endsWith(target.words.slice(-1))).toBe(true);
    },
  );
});

const adjective = fc.constantFrom(
  '',
  'red ',
  'small ',
  'light blue ',
  'left ',
  'right ',
  'top left ',
  'bottom right ',
);
const noun = fc.constantFrom('man', 'dog', 'wine glass', 'people', 'traffic light');
const placed = fc.constantFrom(
  'on the left',
  'on the far right',
  'in the bottom left corner',
  'second from the right',
  'closest to the left',
  'facing right',
  'in red',
  'with the left hand raised',
);
const relation = fc.constantFrom(
  'to the left of',
  'just to the right of',
  'left of',
  'on',
  'behind',
  'right of',
);
const thing = fc.tuple(adjective, noun).map((parts) => `the ${parts.join('')}`);
const expressions = fc
  .tuple(thing, fc.array(placed, { maxLength: 2 }), fc.option(fc.tuple(relation, thing)))
  .map(([what, where, other]) => [what, ...where, ...(other ?? [])].join(' '));

const SWAPPED: Readonly<Record<string, string>> = { left: 'right', right: 'left' };
const swap = (text: string): string => text.replace(/left|right/g, (side) => SWAPPED[side] ?? side);

/** The same query with left and right exchanged. */
const mirrored = ({ target, phrase, english }: Omit<Query, 'text' | 'span'>) => ({
  target: mirrorPhrase(target),
  phrase: swap(phrase),
  english,
});

function mirrorPhrase(phrase: NounPhrase): unknown {
  return { ...phrase, words: swap(phrase.words), constraints: phrase.constraints.map(mirrorConstraint) };
}

function mirrorConstraint(k: Constraint): unknown {
  const words = swap(k.words);
  if (k.kind === 'place') return { ...k, words, place: swap(k.place) };
  if (k.kind === 'ordinal') return { ...k, words, from: swap(k.from) };
  if (k.kind === 'relation') return { ...k, words, relation: swap(k.relation), to: k.to.map(mirrorPhrase) };
  if (k.kind === 'superlative' && k.by === 'left') return { ...k, words, most: !k.most };
  return { ...k, words };
}

describe('left and right', () => {
  it('mean the same mirrored', () => {
    fc.assert(
      fc.property(expressions, (expression) => {
        const { target, phrase, english } = readExpression(swap(expression));
        expect({ target, phrase, english }).toEqual(mirrored(readExpression(expression)));
      }),
      { numRuns: 500 },
    );
  });

  it('is more than words: the mirror image of a reading is another one', () => {
    const read = readExpression('the left dog to the right of the second man from the left');
    expect(mirrored(read).target).not.toEqual(read.target);
  });
});

describe('what is said around the expression', () => {
  const courtesy = fc.constantFrom(
    '',
    'find ',
    'please show me ',
    'where is ',
    'Hey, can you find ',
    'is there ',
  );
  const ending = fc.constantFrom('', '?', '!!', ', please', ' please', ' in the picture', ' 🙏');

  it('changes nothing', () => {
    fc.assert(
      fc.property(courtesy, expressions, ending, (before, expression, after) => {
        const { target, phrase } = readExpression(before + expression + after);
        const plain = readExpression(expression);
        expect({ target, phrase }).toEqual({ target: plain.target, phrase: plain.phrase });
      }),
      { numRuns: 300 },
    );
  });
});
