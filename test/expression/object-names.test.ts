import { expect, it } from 'vitest';
import { readExpression } from '../../src/expression/read.ts';

it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
  '"%s" is a word like any other',
  (word) => {
    const { target } = readExpression(`the ${word} on the left`);
    expect(target.nouns).toHaveLength(1);
    expect(target.constraints).toMatchObject([{ kind: 'place', place: 'left' }]);
  },
);
