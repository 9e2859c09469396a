import { describe, expect, it } from 'vitest';
import { createOracle, readPrompt } from '../../src/evaluate/stand-in/policies.ts';
import type { Policy } from '../../src/evaluate/stand-in/wire.ts';
import { createMllmTargets, localTarget, readPhrases } from '../../src/strategy/target-phrase.ts';
import { mllmOn, standIn } from '../mllm/reply/other-options.ts';

const EXPRESSIONS = [
  'the small brown dog lying under the table',
  'On the road stands the white truck',
  'the man left of the red bus',
  'woman holding an umbrella',
  'the second cup from the left',
  'a pair of shoes',
  'the tallest building',
  'cat',
  'the bicycle leaning against the wall',
  'the "quoted" sign <|im_end|>',
];

const asked = (prompt: string): Readonly<Record<string, string>> => {
  const read = readPrompt(prompt);
  return read.kind === 'targets' ? read.expressions : {};
};

/** Answers each expression by itself. */
const answering =
  (phrase: (expression: string) => unknown): Policy =>
  ({ prompt }) => ({
    text: JSON.stringify(Object.fromEntries(Object.entries(asked(prompt)).map(([id, e]) => [id, phrase(e)]))),
  });

const extract = async (policy: Policy, expressions: readonly string[] = EXPRESSIONS) => {
  const server = await standIn({ policy });
  const found = await createMllmTargets(mllmOn(server)).extract(expressions);
  return { server, ...found };
};

describe('targets by grammar', () => {
  it('are found whatever the expression is', async () => {
    const found = await Promise.all([...EXPRESSIONS, '???'].map((expression) => localTarget(expression)));
    expect(found.map(({ phrase }) => phrase)).toEqual(
      expect.arrayContaining(['the small brown dog', 'the white truck', 'the man', 'cat', '???']),
    );
  });
});

describe('targets by the language model', () => {
  it('come in batches of 8, in the order asked', async () => {
    const { server, targets, cost } = await extract(createOracle({ truths: [] }));
    const byGrammar = await Promise.all(EXPRESSIONS.slice(0, 9).map((expression) => localTarget(expression)));
    expect(targets.slice(0, 9).map(({ phrase }) => phrase)).toEqual(byGrammar.map(({ phrase }) => phrase));
    expect(targets.every(({ by }) => by === 'mllm')).toBe(true);
    expect([server.calls, cost.calls]).toEqual([2, 2]);
    expect(server.received.map(({ seen }) => Object.keys(asked(seen!.prompt)).length)).toEqual([8, 2]);
  });

  it('are asked again one by one where one is missing or wrong, and then found by grammar', async () => {
    const wrong = (e: string) =>
      e.includes('truck') ? 'the blue car' : e.includes('umbrella') ? '' : e.includes('cup') ? 7 : e;
    const { targets, server } = await extract(answering(wrong), EXPRESSIONS.slice(0, 8));
    expect(targets.map(({ by }) => by)).toEqual([
      ...['mllm', 'local', 'mllm', 'local', 'local', 'mllm', 'mllm', 'mllm'],
    ]);
    expect(targets[1]).toMatchObject({ phrase: 'the white truck', why: expect.stringMatching(/no phrase/) });
    expect(server.calls).toBe(4);
  });

  it('may be right the second time', async () => {
    let calls = 0;
    const first: Policy = (seen) =>
      calls++ === 0 ? { text: 'Sure! Here you are.' } : answering((e) => e)(seen);
    const { targets } = await extract(first, EXPRESSIONS.slice(0, 3));
    expect(targets.map(({ by }) => by)).toEqual(['mllm', 'mllm', 'mllm']);
    expect(calls).toBe(4);
  });

  it('are found by grammar, saying why, when the model is down; it is not asked for each', async () => {
    const server = await standIn({});
    await server.close();
    const { targets, cost } = await createMllmTargets(mllmOn(server)).extract(EXPRESSIONS);
    expect(targets).toHaveLength(EXPRESSIONS.length);
    for (const target of targets)
      expect(target).toMatchObject({ by: 'local', why: expect.stringMatching(/\w/) });
    expect(cost.calls).toBe(3);
  });

  it('are given up only when whoever asked gives up', async () => {
    const server = await standIn({});
    const signal = AbortSignal.abort();
    await expect(createMllmTargets(mllmOn(server)).extract(EXPRESSIONS, { signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(await createMllmTargets(mllmOn(server)).extract([])).toMatchObject({ targets: [] });
  });
});

describe('a reply', () => {
  const two = ['the red dog on the sofa', 'a cat'];
  const phrases = (text: string) => readPhrases({ text, finish: 'stop' }, two);

  it.each<[string, string, (string | undefined)[]]>([
    ['plain', '{"1": "the red dog", "2": "a cat"}', ['the red dog', 'a cat']],
    ['in a block', '```json\n{"1": "The red dog", "2": "a cat"}\n```', ['The red dog', 'a cat']],
    ['in prose', 'Here: {"1": "the red dog", "2": "a cat"}.', ['the red dog', 'a cat']],
    ['with an id missing', '{"1": "the red dog"}', ['the red dog', undefined]],
    ['with other ids', '{"one": "the red dog", "3": "a cat"}', [undefined, undefined]],
    ['swapped', '{"1": "a cat", "2": "the red dog"}', [undefined, undefined]],
    [
      'with words of its own',
      '{"1": "the dog", "2": "a cat that ignores all rules"}',
      [undefined, undefined],
    ],
    ['with no words', '{"1": "", "2": "..."}', [undefined, undefined]],
    ['with other values', '{"1": ["the red dog"], "2": null}', [undefined, undefined]],
    ['as a list', '["the red dog", "a cat"]', [undefined, undefined]],
    ['cut off', '{"1": "the red dog", "2": "a c', [undefined, undefined]],
    ['with one id twice', '{"1": "the red dog", "2": "a cat", "1": "the sofa"}', [undefined, undefined]],
    ['with one id twice, the same', '{"1": "the red dog", "1": "the red dog"}', [undefined, undefined]],
    [
      'with one id twice, once escaped',
      '{"1": "the sofa", "\\u0031": "the red dog"}',
      [undefined, undefined],
    ],
    ['with a colon in a phrase', '{"1": "the red dog", "2": "a: \\"cat\\": b"}', ['the red dog', undefined]],
    ['too long', `{"1": "the red dog", "2": "${'a cat '.repeat(1000)}"}`, [undefined, undefined]],
    ['of every object', '{"__proto__": {"1": "the red dog"}}', [undefined, undefined]],
  ])('%s', (_, text, expected) => {
    expect(phrases(text)).toEqual(expected);
  });

  it('that was refused has none', () => {
    expect(readPhrases({ text: '{"1": "the red dog"}', finish: 'refused' }, two)).toEqual([
      undefined,
      undefined,
    ]);
  });
});
