import { describe, expect, it } from 'vitest';
import { readExpression } from '../../../src/expression/read.ts';
import { askedOfPeople } from '../../../src/observer/people/asked.ts';

const asked = (expression: string): string => {
  const { faces, bodies } = askedOfPeople(readExpression(expression));
  return [...(faces ? ['faces'] : []), ...(bodies ? ['bodies'] : [])].join(', ');
};

describe('askedOfPeople', () => {
  it.each([
    ['the woman', 'faces'],
    ['the women on the left', 'faces'],
    ['the blond boy', 'faces, bodies'],
    ['the dog next to the lady', 'faces'],
    ['the person standing', 'bodies'],
    ['the person with his arms up', 'bodies'],
    ['the person in a red shirt', 'bodies'],
    ['the chair behind the man in blue', 'faces, bodies'],
    ["what colour is the person's shirt?", 'bodies'],
    ['what colour is the person?', ''],
    ['the person on the left', ''],
    ['the guy', ''],
    ['the people', ''],
    ['the tallest player', ''],
    ['the police officer with the dog', ''],
    ['the red car', ''],
    ['the dog', ''],
    ['someone holding a cup', ''],
  ])('%s: %s', (expression, what) => {
    expect(asked(expression)).toBe(what);
  });
});
