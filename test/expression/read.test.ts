import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readExpression } from '../../src/expression/read.ts';
import { describeQuery, quoted } from './describe.ts';

const lines = readFileSync(new URL('expressions.txt', import.meta.url), 'utf8').split('\n');

/** Sections of the file: a heading and its examples. */
function sections(): Map<string, [expression: string, meaning: string][]> {
  const found = new Map<string, [string, string][]>();
  let heading = '';
  for (const line of lines) {
    if (line.startsWith('# ')) heading = line.slice(2);
    const [expression, meaning] = line.split('  =>  ');
    if (expression === undefined || meaning === undefined) continue;
    found.set(heading, [...(found.get(heading) ?? []), [expression, meaning]]);
  }
  return found;
}

describe.each([...sections()])('%s', (_, examples) => {
  it.each(examples)('%s', (expression, meaning) => {
    expect(describeQuery(readExpression(expression))).toBe(meaning);
  });
});

/** May go without being kept: little words, postures whose place is said, hedges, and that the viewer is "us". */
const UNSAID =
  /^(the|an?|and|but|is|are|was|being|been|has|have|that|that's|which|who|my|this|i|in|of|on|not|isn't|it|its|standing|stands|sitting|sits|parked|located|partially|all|one|with|same|only|to|there|from|us)$/i;

describe('no word is dropped in silence', () => {
  const told = [...sections()]
    .filter(([heading]) => !heading.startsWith('Questions'))
    .flatMap(([, examples]) => examples.map(([expression]) => expression));

  it('of any of the examples', () => {
    expect(told.length).toBeGreaterThan(600);
    const dropped = told.flatMap((expression) => {
      const { target, phrase } = readExpression(expression);
      const kept = [phrase, ...quoted(target)].join(' ');
      const words = expression.match(/[\p{L}\p{N}']+/gu) ?? [];
      return words
        .filter((word) => !UNSAID.test(word) && !kept.includes(word))
        .map((word) => [word, expression]);
    });
    expect(dropped).toEqual([]);
  });
});

describe('the target phrase', () => {
  it.each([
    ['the white truck behind the red car', 'the white truck'],
    ['  left guy ', 'left guy'],
    ['find me the small brown dog please', 'the small brown dog'],
    ['On the building to the right of the pole stands the sign', 'the sign'],
    ['the tallest of the three people', 'the tallest of the three people'],
    ["the man's red hat on the table", "the man's red hat"],
    ['Who is holding the umbrella?', 'Who'],
    ['on the left', 'on the left'],
    ['second from the left in the top row', 'second'],
    ['top row, third cup', 'third cup'],
    ['🐱 on the left', '🐱'],
    ['red shirt black pants', 'red shirt'],
  ])('of "%s" is "%s"', (expression, phrase) => {
    const query = readExpression(expression);
    expect(query.phrase).toBe(phrase);
    expect(query.text.slice(...query.span)).toBe(phrase);
  });

  it('refers to the expression in NFC', () => {
    const query = readExpression('the cafe\u0301 on the left');
    expect(query.text).toBe('the caf\u00e9 on the left');
    expect(query.phrase).toBe('the caf\u00e9');
  });

  it('is empty where there is nothing to read', () => {
    expect(readExpression('   ')).toMatchObject({ text: '', phrase: '', span: [0, 0], english: false });
  });
});

describe('constraints keep what the one-line descriptions leave out', () => {
  it('the words of the expression', () => {
    const { target } = readExpression('the man in a blue shirt to the right of the dog');
    expect(target.words).toBe('the man in a blue shirt to the right of the dog');
    expect(target.constraints.map((k) => k.words)).toEqual(['in a blue shirt', 'to the right of the dog']);
  });

  it('a pronoun points back to the thing itself', () => {
    const { target } = readExpression('the table with a cup on it');
    const cup = target.constraints[0];
    const on = cup?.kind === 'relation' ? cup.to[0]?.constraints[0] : undefined;
    expect(on).toMatchObject({ kind: 'relation', relation: 'on', to: [{ pronoun: true, words: 'it' }] });
  });

  it('what is denied is denied as a whole', () => {
    const { target } = readExpression('cow not eating grass');
    expect(target.constraints).toEqual([{ kind: 'unresolved', words: 'not eating grass', negated: true }]);
  });

  it('denied twice is said', () => {
    const negated = (expression: string) =>
      readExpression(expression).target.constraints[0]?.negated ?? false;
    expect(negated('man without umbrella')).toBe(true);
    expect(negated('man not without umbrella')).toBe(false);
  });
});
