import { describe, expect, it } from 'vitest';
import { answerLines, consideredLines, explanationLines } from '../../adapters/cli/find.ts';
import type { Answer } from '../../src/ask.ts';
import { readPicture } from '../../src/picture/read.ts';
import type { Candidate, Verdict } from '../../src/verdict.ts';
import { NO_COST } from '../../src/verdict.ts';
import { example } from '../detector/photos.ts';

const picture = await readPicture(example('coffee.jpg'));
const plain = (_: unknown, text: string) => text;

const cup: Candidate = {
  box: [10.4, 20.6, 100, 200],
  label: 'cup',
  detection: 0.5,
  certainty: 0.5,
  rival: 0,
  score: 0.876,
  judgements: [
    { kind: 'colour', words: 'red', score: 0.25, reason: 'it is blue' },
    { kind: 'unresolved', words: 'lucky\x1b[0m', score: undefined, reason: 'cannot be seen' },
  ],
};

const answer = (verdict: Partial<Verdict>): Answer => ({
  picture,
  verdict: {
    outcome: 'found',
    candidates: [cup],
    considered: [cup],
    presence: 0.923,
    sentence: 'There is a cup.',
    unresolved: [],
    right: 0.5,
    strategy: 'auto',
    route: 'reasoning',
    cost: NO_COST,
    trace: [{ name: 'language', ms: 0.6, said: 'looking for "cup"' }],
    ...verdict,
  },
});

describe('the answer in words', () => {
  it('of what was found', () => {
    expect(answerLines(answer({}), plain)).toEqual([
      'There is a cup. (presence 92 %)',
      '  cup at [10, 21, 100, 200], fits 0.88',
    ]);
  });

  it('of what is not there', () => {
    const none = answer({ outcome: 'not-present', candidates: [], presence: 0.01, sentence: 'No cup.' });
    expect(answerLines(none, plain)).toEqual(['No cup. (presence 1 %)']);
  });

  it('of what is undecided: numbers, and how to choose', () => {
    const open = answer({ outcome: 'undecided', candidates: [cup, cup], unresolved: ['lucky', 'old\x07'] });
    expect(answerLines(open, plain)).toEqual([
      'There is a cup. (presence 92 %)',
      '  1  cup at [10, 21, 100, 200], fits 0.88',
      '  2  cup at [10, 21, 100, 200], fits 0.88',
      'To choose: --pick 1 … 2',
    ]);
  });

  it('does not offer a choice where there is none', () => {
    const open = answer({ outcome: 'undecided', candidates: [] });
    expect(answerLines(open, plain)).toHaveLength(1);
  });

  it('is coloured by its outcome', () => {
    const [line] = answerLines(answer({}), (colour, text) => `<${colour}>${text}</>`);
    expect(line).toBe('<bold,green>There is a cup.</> (presence 92 %)');
  });
});

describe('the explanation', () => {
  it('has the steps, and each judgement on a line', () => {
    expect(explanationLines(answer({}))).toEqual([
      'Steps:',
      '  language       1 ms  looking for "cup"',
      'Judgements:',
      '  1  cup at [10, 21, 100, 200], fits 0.88, detected with 0.50',
      '       0.25  colour "red": it is blue',
      '        ?    unresolved "lucky[0m": cannot be seen',
    ]);
  });

  it('says so where nothing was considered', () => {
    const none = answer({ outcome: 'not-present', candidates: [], considered: [] });
    expect(consideredLines(none)).toEqual(['Considered:', '  nothing']);
    expect(explanationLines(none).at(-1)).toBe('  nothing to judge');
  });
});
