import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FollowUp, mergeFollowUp } from '../../src/expression/follow-up/follow-up.ts';
import { MAX_EXPRESSION_LENGTH } from '../../src/expression/query.ts';
import { readExpression } from '../../src/expression/read.ts';
import { describeQuery } from './describe.ts';

interface Dialogue {
  readonly turns: string;
  readonly asked: string;
  /** None where a candidate is picked. */
  readonly read?: string;
}

/** Sections of the file: a heading and its dialogues. */
function sections(): [heading: string, dialogues: Dialogue[]][] {
  const found: [string, Dialogue[]][] = [];
  for (const line of readFileSync(new URL('follow-ups.txt', import.meta.url), 'utf8').split('\n')) {
    const [turns, asked, read] = line.split('  =>  ');
    if (asked === undefined) {
      if (line.startsWith('# ')) found.push([line.slice(2), []]);
    } else found.at(-1)![1].push({ turns: turns!, asked, ...(read === undefined ? {} : { read }) });
  }
  return found.filter(([, dialogues]) => dialogues.length > 0);
}

/** What the last turn of a dialogue comes to; every turn builds on what the one before came to. */
function follow(turns: string): FollowUp {
  const [first, ...texts] = turns.split(' > ');
  const [, asked, shown] = /^(.*?)(?: \((\d)\))?$/.exec(first!)!;
  let said: FollowUp = { kind: 'new', expression: asked! };
  for (const text of texts) {
    if (said.kind === 'pick') break;
    const { expression } = said;
    said = mergeFollowUp(text, { expression, ...(shown === undefined ? {} : { shown: Number(shown) }) });
  }
  return said;
}

const describeFollowUp = (said: FollowUp): string => {
  if (said.kind === 'pick') return `#${said.number}`;
  if (said.kind === 'new') return `new: ${said.expression}`;
  return `${said.other ? 'other: ' : ''}${said.expression}`;
};

describe.each(sections())('%s', (_, dialogues) => {
  it.each(dialogues)('$turns', ({ turns, asked, read }) => {
    const said = follow(turns);
    expect(describeFollowUp(said)).toBe(asked);
    expect(said.kind === 'pick' ? undefined : describeQuery(readExpression(said.expression))).toBe(read);
  });
});

it('the dialogues are many, and some have three turns or more', () => {
  const all = sections().flatMap(([, dialogues]) => dialogues);
  expect(all.length).toBeGreaterThan(160);
  expect(all.filter(({ turns }) => turns.split(' > ').length > 2).length).toBeGreaterThan(15);
});

it('the dialogues mean the same in a mirror', () => {
  const mirrored = (text: string) =>
    text.replace(/left|right/g, (side) => (side === 'left' ? 'right' : 'left'));
  // There, "right" is no side.
  const sided = sections()
    .flatMap(([, dialogues]) => dialogues.map(({ turns }) => turns))
    .filter((turns) => /left|right/.test(turns) && !/the right one$|right,/.test(turns));
  expect(sided.length).toBeGreaterThan(40);
  for (const turns of sided) {
    // What nobody counted from a side is counted from the left, and the last from the right.
    if (/> the (?:second|last) one$/.test(turns)) continue;
    expect(describeFollowUp(follow(mirrored(turns)))).toBe(mirrored(describeFollowUp(follow(turns))));
  }
});

describe('a text', () => {
  const isFollowUp = (text: string) =>
    mergeFollowUp(text, { expression: 'the thing', shown: 1 }).kind !== 'new';
  it.each([
    'the left one',
    'and the dog?',
    'no',
    'no, the red one',
    'the other one',
    '2',
    'his hat',
    'on the left',
    'both',
  ])('that needs an earlier question is no new one: %s', (text) => expect(isFollowUp(text)).toBe(true));
  it.each([
    'the dog',
    'the red cup on the left',
    'where is the dog?',
    'two dogs',
    'no parking sign',
    'hello',
    '',
    '?',
  ])('that stands for itself is new: %s', (text) => expect(isFollowUp(text)).toBe(false));
});

const WORDS =
  `the a no not and what about sorry I meant actually one ones other it that this his all both of them left right on in
  next to behind red blue bigger second last 2 #3 dog cup man holding wearing who is , . ? ! ' ’s " < @ > ( [ \\ $& * |
  @everyone <@123> <!channel> again same please two than between with from`.split(/\s+/);
const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 600 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.array(fc.constantFrom(...WORDS), { maxLength: 110 }).map((words) => words.join(' ')),
);
const shown = fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined });

const mentionsIn = (text: string): string[] => text.match(/<[@#!&][^>\s]*>|@\w+/g) ?? [];

describe('whatever is said', () => {
  it('comes to an expression that can be asked, or back unchanged', () => {
    fc.assert(
      fc.property(anything, anything, shown, (text, expression, number) => {
        const last = { expression, ...(number === undefined ? {} : { shown: number }) };
        const said = mergeFollowUp(text, last);
        if (said.kind === 'pick') expect(number).toBeGreaterThan(0);
        else if (said.kind === 'new') expect(said.expression).toBe(text);
        else {
          expect(said.expression.length).toBeLessThanOrEqual(MAX_EXPRESSION_LENGTH);
          expect(said.expression).toMatch(/[\p{L}\p{N}]/u);
        }
      }),
      { numRuns: 600 },
    );
  });

  it('mentions nobody whom nobody mentioned', () => {
    fc.assert(
      fc.property(anything, anything, (text, expression) => {
        const said = mergeFollowUp(text, { expression });
        const before = [...mentionsIn(text.normalize('NFC')), ...mentionsIn(expression.normalize('NFC'))];
        if (said.kind === 'ask') expect(before).toEqual(expect.arrayContaining(mentionsIn(said.expression)));
      }),
      { numRuns: 300 },
    );
  });

  it('never grows past what is read, however long the conversation', () => {
    let expression = 'the small red cup on the table';
    for (let turn = 0; turn < 200; turn++) {
      const said = mergeFollowUp(turn % 2 ? 'the one next to it' : 'the blue one', { expression });
      expect(said.kind).toBe('ask');
      expression = said.kind === 'ask' ? said.expression : '';
      expect(expression.length).toBeLessThanOrEqual(MAX_EXPRESSION_LENGTH);
      expect(readExpression(expression).target.nouns).toContain('cup');
    }
  });

  it.each([
    'no, ',
    'and ',
    'not the red one, ',
    'the other ',
    'the one behind it ',
    'what about ',
    '(',
    'all of ',
  ])('as often as "%s" fits is understood in no time that grows out of hand', (words) => {
    const text = words.repeat(Math.floor(MAX_EXPRESSION_LENGTH / words.length));
    const said = mergeFollowUp(text, { expression: 'the red cup on the table' });
    expect(['ask', 'new']).toContain(said.kind);
  });
});

const colour = fc.constantFrom('red', 'blue', 'light blue', 'black and white');
const noun = fc.constantFrom('man', 'dog', 'teddy bear', 'coffee cup', 'zebra', 'umbrella');
const size = fc.constantFrom('', 'small ', 'big ', 'biggest ', 'taller ');
const place = fc.constantFrom('on the left', 'on the far right', 'in the middle', 'second from the right');
const relation = fc.constantFrom(
  'next to the plate',
  'behind the white car',
  'under the tree',
  'between the two benches',
);
const said = (expression: string): string[] => {
  const [head, ...constraints] = describeQuery(readExpression(expression)).split(/: (?=\S)/);
  return [
    head!,
    ...constraints
      .join(': ')
      .split(/, (?![^(]*\))/)
      .sort(),
  ];
};
const asked = (text: string, expression: string): string => {
  const followed = mergeFollowUp(text, { expression });
  return followed.kind === 'ask' ? followed.expression : '';
};

describe('a combination', () => {
  it('that is whole comes back as it is', () => {
    fc.assert(
      fc.property(size, colour, noun, fc.oneof(place, relation), noun, (big, red, dog, there, cup) => {
        const whole = `the ${big}${red} ${dog} ${there}`;
        expect(mergeFollowUp(whole, { expression: `the ${cup}` })).toEqual({
          kind: 'new',
          expression: whole,
        });
      }),
    );
  });

  it('with another colour keeps the rest', () => {
    fc.assert(
      fc.property(size, colour, noun, place, relation, colour, (big, red, dog, there, near, blue) => {
        const last = `the ${big}${red} ${dog} ${there} ${near}`;
        const meant = `the ${big}${blue} ${dog} ${there} ${near}`;
        expect(said(asked(`the ${blue} one`, last))).toEqual(said(meant));
        expect(said(asked(`no, the ${blue} one`, last))).toEqual(said(meant));
      }),
    );
  });

  it('with another place keeps the rest', () => {
    fc.assert(
      fc.property(size, colour, noun, place, relation, place, (big, red, dog, there, near, here) => {
        const last = `the ${big}${red} ${dog} ${there} ${near}`;
        const meant = `the ${big}${red} ${dog} ${here} ${near}`;
        expect(said(asked(`sorry, the one ${here}`, last))).toEqual(said(meant));
      }),
    );
  });

  it('of which another one is meant asks for the same', () => {
    fc.assert(
      fc.property(colour, noun, relation, (red, dog, near) => {
        const expression = `the ${red} ${dog} ${near}`;
        const other = mergeFollowUp('what about the other one?', { expression });
        expect(other).toEqual({ kind: 'ask', expression, other: true });
      }),
    );
  });
});
