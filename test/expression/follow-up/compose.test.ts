import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compose } from '../../../src/expression/follow-up/phrases.ts';
import { headOf, piecesOf, pluralOf } from '../../../src/expression/follow-up/slots.ts';
import { readExpression } from '../../../src/expression/read.ts';
import { describeQuery } from '../describe.ts';

const EXPRESSIONS = readFileSync(new URL('../expressions.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.includes('  =>  '))
  .map((line) => line.split('  =>  ')[0]!);

/** The expression cut into its pieces and put together again. */
function again(expression: string): string {
  const query = readExpression(expression);
  const { plural, count } = query.target;
  const pieces = piecesOf(query);
  return compose({ noun: headOf(query).noun, plural, pieces, ...(count === undefined ? {} : { count }) });
}

/** What it says, whatever the order. */
const meaning = (expression: string): string => {
  const [head, ...constraints] = describeQuery(readExpression(expression)).split(': ');
  return [head, ...constraints.join(': ').split(', ').sort()].join(' | ');
};

describe('an expression cut into pieces and put together again', () => {
  it('says the same, of 98 in 100', () => {
    const changed = EXPRESSIONS.filter((expression) => meaning(again(expression)) !== meaning(expression));
    expect(EXPRESSIONS.length).toBeGreaterThan(700);
    expect(changed.length, changed.join('\n')).toBeLessThan(EXPRESSIONS.length * 0.02);
  });

  it.each([
    ['man in red on the left', 'the man on the left in red'],
    ['guy blue shirt', 'the guy in blue shirt'],
    ['brown hair girl', 'the girl with brown hair'],
    ['the closest car to the bus', 'the car closest to the bus'],
    ["the man's red hat", "the man's red hat"],
    ['the second largest dog', 'the second largest dog'],
    ['bus number 22 on the right', 'the bus number 22 on the right'],
    ['the cup that is not red', 'the cup that is not red'],
    ['three dogs on the couch', 'the 3 dogs on the couch'],
    ['the dog and the cat', 'the dog and the cat'],
    ['shirt that says adidas', 'the shirt that says adidas'],
  ])('%s', (expression, whole) => {
    expect(again(expression)).toBe(whole);
  });
});

describe('a plural', () => {
  it.each([
    ['dog', 'dogs'],
    ['wine glass', 'wine glasses'],
    ['bus', 'buses'],
    ['bench', 'benches'],
    ['box', 'boxes'],
    ['baby', 'babies'],
    ['boy', 'boys'],
    ['person', 'people'],
    ['woman', 'women'],
    ['knife', 'knives'],
    ['mouse', 'mice'],
    ['sheep', 'sheep'],
    ['scissors', 'scissors'],
    ['policeman', 'policemen'],
  ])('of "%s" is "%s", and is read as one', (noun, plural) => {
    expect(pluralOf(noun)).toBe(plural);
    expect(readExpression(`the ${plural}`).target.nouns).toContain(noun.split(' ').at(-1));
  });
});
