import { describe, expect, it } from 'vitest';
import { parseJson, readCompletion } from '../../../src/mllm/transport.ts';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('the JSON of a reply', () => {
  it('is parsed as ever, brackets in its strings too', () => {
    for (const value of [1, 'a', null, { a: [{ b: '[[{{'.repeat(99) }, '\\"[', '\\\\'] }]) {
      expect(parseJson(JSON.stringify(value))).toEqual(value);
    }
    expect(parseJson(nested(64))).toHaveLength(1);
    expect(parseJson(`[${'[],'.repeat(1000)}[]]`)).toHaveLength(1001);
  });

  it('is refused by its depth, before it is parsed', () => {
    for (const text of [
      nested(65),
      '['.repeat(2e6),
      '{"a":'.repeat(4e5),
      '[1,'.repeat(6e5),
      '["\\"",'.repeat(2e5),
    ]) {
      expect(() => parseJson(text)).toThrow('nested deeper');
    }
  });

  it('is refused where it is no JSON', () => {
    for (const text of ['', '"', '"\\', '{', ']', '"a" "b"'])
      expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});

describe('long lists in a reply', () => {
  /** A list that tells how many of its items were looked at. */
  const counted = (length: number, item: object) => {
    const looks = { at: new Set<string>() };
    const items = new Proxy(
      Array.from({ length }, () => item),
      {
        get: (target, key) => {
          if (typeof key === 'string' && /^\d+$/.test(key)) looks.at.add(key);
          return Reflect.get(target, key);
        },
      },
    );
    return { items, looks };
  };
  const choice = (content: unknown, logprobs?: unknown) => ({
    choices: [{ finish_reason: 'stop', message: { content }, logprobs }],
  });

  it('of parts are refused unread', () => {
    const { items, looks } = counted(50_000, { type: 'text', text: 'a' });
    expect(() => readCompletion(choice(items), 'host')).toThrow();
    expect(looks.at.size).toBe(0);
  });

  it('of tokens and of alternatives are read at their beginning', () => {
    const tokens = counted(50_000, { token: 'A', logprob: -1 });
    expect(readCompletion(choice('A', { content: tokens.items }), 'host').first).toHaveLength(1);
    expect(tokens.looks.at.size).toBeLessThan(20);
    const others = counted(50_000, { token: 'B', logprob: -2 });
    const content = [{ token: 'A', logprob: -1, top_logprobs: others.items }];
    expect(readCompletion(choice('A', { content }), 'host').first).toHaveLength(20);
    expect(others.looks.at.size).toBeLessThan(50);
  });
});
