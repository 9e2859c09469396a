import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MllmFailure, readCompletion } from '../../src/mllm/transport.ts';

const reply = (message: object, more: object = {}, around: object = {}): object => ({
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', ...message }, ...more }],
  ...around,
});
const read = (json: unknown) => readCompletion(json, 'host:1');
const token = (text: unknown, logprob: unknown, others: readonly (readonly [unknown, unknown])[] = []) => ({
  ...{ token: text, logprob, bytes: null },
  top_logprobs: others.map(([token, logprob]) => ({ token, logprob, bytes: null })),
});
const firstOf = (content: string, tokens: unknown) =>
  read(reply({ content }, { logprobs: { content: tokens } })).first;

describe('an answer', () => {
  it('is read as it came', () => {
    expect(read(reply({ content: ' B.\n' }))).toEqual({ text: ' B.\n', finish: 'stop', usage: undefined });
    expect(
      read(
        reply({
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        }),
      ),
    ).toMatchObject({
      text: 'ab',
    });
  });

  it('may end in a way of its own', () => {
    for (const finish_reason of ['stop', 'eos', null, undefined]) {
      expect(read(reply({ content: 'B' }, { finish_reason })).finish).toBe('stop');
    }
    expect(read(reply({ content: 'B' }, { finish_reason: 'length' })).finish).toBe('length');
    expect(read(reply({ content: 'B' }, { finish_reason: 'content_filter' }))).toMatchObject({
      ...{ text: 'B', finish: 'refused' },
    });
    expect(read(reply({ content: 'B', refusal: 'No.' }))).toMatchObject({ text: 'No.', finish: 'refused' });
  });

  it('has usage only where it is counted in numbers', () => {
    const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
    expect(read(reply({ content: 'B' }, {}, { usage })).usage).toEqual({ promptTokens: 3, answerTokens: 4 });
    for (const wrong of [null, {}, { ...usage, prompt_tokens: '3' }, { ...usage, completion_tokens: -1 }]) {
      expect(read(reply({ content: 'B' }, {}, { usage: wrong })).usage).toBeUndefined();
    }
  });

  it.each([
    ['no-choices', {}],
    ['no-choices', null],
    ['no-choices', 'a string'],
    ['no-choices', []],
    ['no-choices', { choices: null }],
    ['error-body', { error: 'out of memory' }],
    ['error-body', { error: { code: 429 } }],
    ['wrong-types', { choices: 'none' }],
    ['wrong-types', { choices: [{}] }],
    ['wrong-types', { choices: [null] }],
    ['wrong-types', reply({ content: { text: 'B' } })],
    ['empty', reply({ content: [{ type: 'image', url: 'x' }] })],
    ['empty', reply({ content: [{ type: 'thinking', thinking: 'B' }] })],
    ['in-reasoning', reply({ content: null, reasoning_content: 'B' })],
    ['no-room', reply({ content: '<think>Is it B' }, { finish_reason: 'length' })],
    ['no-room', reply({ content: '', reasoning: 'Is it B' }, { finish_reason: 'length' })],
    ['wrong-types', reply({ content: 'B' }, { finish_reason: 3 })],
    ['empty', reply({})],
    ['empty', reply({ content: null, tool_calls: [] })],
    ['empty', reply({ content: '' }, { finish_reason: 'length' })],
  ])('that is "%s" is an error of that kind: %j', (kind, json) => {
    expect(() => read(json)).toThrow(expect.objectContaining({ kind }));
  });

  it('is read or refused, whatever comes', () => {
    const kinds = new Set<string>();
    const logprobs = fc.oneof(fc.jsonValue(), fc.record({ content: fc.array(fc.jsonValue()) }));
    const likely = fc
      .tuple(fc.oneof(fc.jsonValue(), fc.string()), fc.jsonValue(), logprobs, fc.jsonValue())
      .map(([content, finish_reason, logprobs, usage]) =>
        reply({ content }, { finish_reason, logprobs }, { usage }),
      );
    const property = fc.property(fc.oneof(fc.jsonValue(), likely), (json) => {
      try {
        const { text, finish, first } = read(json);
        expect(text).not.toBe('');
        expect(['stop', 'length', 'refused']).toContain(finish);
        for (const { logprob } of first ?? []) expect(logprob).toBeLessThanOrEqual(0);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(MllmFailure);
        kinds.add((thrown as MllmFailure).kind);
      }
    });
    fc.assert(property, { numRuns: 5000 });
    expect([...kinds].sort()).toEqual(expect.arrayContaining(['no-choices', 'wrong-types']));
  });
});

describe('the alternatives of the first token', () => {
  it('are sorted, and include the token that was taken', () => {
    const tokens = [
      token('B', -2.5, [
        ['C', -1.5],
        ['A', -0.4],
      ]),
      token('.', 0),
    ];
    expect(firstOf('B.', tokens)).toEqual([
      { token: 'A', logprob: -0.4 },
      { token: 'C', logprob: -1.5 },
      { token: 'B', logprob: -2.5 },
    ]);
  });

  it.each([
    [
      ['{"', 'answer', '":', ' "', 'B', '"}'],
      ['B', 'A'],
    ],
    [
      ['{"answer', '": "', 'B', '"}'],
      ['B', 'A'],
    ],
    [
      ['\n', '{ "answer"', ':', ' "B', '" }'],
      ['B', 'A'],
    ],
  ])('are those of the value in JSON: %j', (written, expected) => {
    const at = written.findIndex((each) => each.includes('B'));
    const tokens = written.map((each, i) =>
      token(each, -0.3, [
        [each, -0.3],
        [i === at ? each.replace('B', 'A') : 'Sure', -2],
      ]),
    );
    expect(firstOf(written.join(''), tokens)?.map((each) => each.token)).toEqual(expected);
  });

  it('are those of the first token that is not blank', () => {
    const tokens = [
      token('\n', -0.1, [['\n', -0.1]]),
      token(' A', -0.2, [
        [' A', -0.2],
        [' B', -2],
      ]),
    ];
    expect(firstOf('\n A', tokens)?.map((each) => each.token)).toEqual([' A', ' B']);
  });

  it('are not taken from what was thought before', () => {
    expect(firstOf('A', [token('<think>', -0.1), token('A', -0.1)])).toBeUndefined();
    expect(firstOf('A', [token('So', -0.1), token('A', -0.1)])).toBeUndefined();
  });

  it('lose what is not a probability', () => {
    const tokens = [
      token('A', 1e-7, [
        ['A', 1e-7],
        ['B', null],
        ['C', '-1'],
        ['D', 2],
        [5, -1],
        ['E', -9999],
      ]),
    ];
    expect(firstOf('A', tokens)).toEqual([
      { token: 'A', logprob: 0 },
      { token: 'E', logprob: -9999 },
    ]);
  });

  const wrong = [null, [], {}, 'x', [null], [token(1, 2)], [token('', -1)], [{ token: 'A' }]];
  it.each(wrong.map((tokens) => [tokens]))('are left out where they are %j', (tokens) => {
    expect(firstOf('A', tokens)).toBeUndefined();
  });
});
