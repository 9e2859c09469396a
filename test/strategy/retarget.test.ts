import { describe, expect, it } from 'vitest';
import type { Detector, ProposeOptions } from '../../src/detector/detector.ts';
import { readExpression } from '../../src/expression/read.ts';
import { proposeCandidates } from '../../src/strategy/propose.ts';
import { retarget } from '../../src/strategy/sfa.ts';
import { Tracer } from '../../src/tracer.ts';
import { mllmOn, standIn } from '../mllm/reply/other-options.ts';
import { eyesOn } from '../reasoning/scene.ts';
import { TWO } from './asking-world.ts';

const asking = (expression: string) => ({
  picture: TWO.picture,
  expression,
  query: readExpression(expression),
  options: {},
});

/** A specialist that reads whole expressions, and notes how it was asked. */
const reading = () => {
  const asked: { phrases: readonly string[]; focus: ProposeOptions['focus'] }[] = [];
  const detector: Detector = {
    ...eyesOn(TWO),
    open: true,
    async propose(_, phrases, options) {
      asked.push({ phrases, focus: options?.focus });
      return phrases.map(() => []);
    },
  };
  return { asked, detector };
};

describe('the span that an open specialist scores', () => {
  const spanOf = async (expression: string, phrase: string) => {
    const server = await standIn({ policy: () => ({ text: JSON.stringify({ 1: phrase }) }) });
    const use = { mllm: mllmOn(server), targets: 'mllm' } as const;
    return (await retarget(asking(expression), use, new Tracer())).asked.query.span[0];
  };
  const focusOf = async (expression: string, phrase?: string) => {
    const server = await standIn({ policy: () => ({ text: JSON.stringify({ 1: phrase }) }) });
    const targets = phrase === undefined ? 'local' : 'mllm';
    const { asked } = await retarget(asking(expression), { mllm: mllmOn(server), targets }, new Tracer());
    const { asked: seen, detector } = reading();
    await proposeCandidates(asked, detector, { k: 10, focus: true }, new Tracer());
    const [{ phrases, focus }] = seen as [(typeof seen)[number]];
    return focus!.map((part) => phrases[0]!.slice(part!.start, part!.end));
  };

  it('is the phrase of the grammar', async () => {
    expect(await focusOf('the black dog next to the white dog')).toEqual(['the black dog']);
  });

  it('is where the phrase of the model first occurs, in whatever case', async () => {
    expect(await focusOf('On the road The white truck stands, the white truck', 'the white truck')).toEqual([
      'The white truck',
    ]);
  });

  it.each([
    ['In front of the bushes stands the bus', 'the bus', 'the bus', 30],
    ['next to the woman is a man', 'man', 'man', 23],
    ['the cart next to the car', 'the car', 'the car', 17],
    ['the dog (small)', '(small)', '(small)', 8],
    ['a man in a t-shirt', 'a t-shirt', 'a t-shirt', 9],
    ['what is 1/2 of $5 [sic]?', '1/2', '1/2', 8],
  ])('is a word, and no part of one: %s', async (expression, phrase, words, at) => {
    expect(await focusOf(expression, phrase)).toEqual([words]);
    expect(expression.indexOf(words, at)).toBe(at);
    expect(await spanOf(expression, phrase)).toBe(at);
  });

  it('is everything where the phrase stands nowhere as it is written', async () => {
    expect(await focusOf('the old,  white truck', 'old white')).toEqual(['the old,  white truck']);
  });
});
