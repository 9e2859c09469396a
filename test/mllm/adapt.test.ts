import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../src/evaluate/stand-in/wire.ts';
import { profileFor } from '../../src/mllm/profile.ts';
import { mllmOn, rejection, standIn } from './reply/other-options.ts';

const request = { prompt: 'hello', maxTokens: 20, logprobs: true, choices: ['hello'] };
const bodyOf = (received: { readonly body: unknown } | undefined) =>
  received?.body as Record<string, unknown>;

describe('a parameter that a server refuses', () => {
  const cases: readonly [Partial<Dialect>, string, readonly string[]][] = [
    [{ temperature: 'refused' }, 'temperature', []],
    [{ seed: 'refused' }, 'seed', []],
    [{ logprobs: 'refused' }, 'logprobs', []],
    [{ choices: 'refused' }, 'structured_outputs', []],
    [{ tokenLimit: 'max_completion_tokens' }, 'max_tokens', ['max_completion_tokens']],
  ];

  it.each(cases)('%j is left out, and not tried again', async (dialect, left, instead) => {
    for (const errors of ['openai', 'detail', 'plain'] as const) {
      const server = await standIn({ dialect: { ...dialect, errors } });
      const mllm = mllmOn(server);
      expect(await mllm.ask(request)).toMatchObject({ text: 'hello', finish: 'stop' });
      expect(server.calls).toBe(2);
      expect(bodyOf(server.received[0])).toHaveProperty(left);
      expect(bodyOf(server.received[1])).not.toHaveProperty(left);
      for (const name of instead) expect(bodyOf(server.received[1])).toHaveProperty(name, 20);
      await mllm.ask(request);
      expect(server.calls).toBe(3);
    }
  });

  it('is left out with as many others as are refused', async () => {
    const dialect = { temperature: 'refused', seed: 'refused', tokenLimit: 'max_completion_tokens' } as const;
    const server = await standIn({ dialect });
    const mllm = mllmOn(server);
    const replies = await Promise.all(Array.from({ length: 4 }, () => mllm.ask(request)));
    expect(replies.map(({ text }) => text)).toEqual(['hello', 'hello', 'hello', 'hello']);
    expect(Object.keys(bodyOf(server.received.at(-1))).sort()).toEqual([
      ...['logprobs', 'max_completion_tokens', 'messages', 'model', 'structured_outputs', 'top_logprobs'],
    ]);
  });

  it('may only be too large: then fewer alternatives are asked for', async () => {
    const server = await standIn({ dialect: { mostLogprobs: 5 } });
    const mllm = mllmOn(server);
    const replies = await Promise.all([mllm.ask(request), mllm.ask(request)]);
    expect(replies.map(({ first }) => first?.length)).toEqual([5, 5]);
    expect(bodyOf(server.received.at(-1)).top_logprobs).toBe(5);
  });

  it('is not looked for in errors about something else', async () => {
    for (const message of [
      'The temperature of the server is too high.',
      'Unknown image.',
      'max_tokens must be at most 9',
    ]) {
      const server = await standIn({ policy: () => ({ fault: 'status', status: 400, message }) });
      expect(await rejection(mllmOn(server).ask(request))).toMatchObject({ kind: 'request' });
      expect(server.calls, message).toBe(1);
    }
  });

  it('does not keep us busy when nothing helps', async () => {
    const message =
      'Unsupported: temperature, seed, max_tokens, max_completion_tokens, logprobs, top_logprobs.';
    const server = await standIn({ policy: () => ({ fault: 'status', status: 400, message }) });
    expect(await rejection(mllmOn(server).ask(request))).toMatchObject({ kind: 'request' });
    expect(server.calls).toBeLessThanOrEqual(7);
  });

  it('was never sent where the profile says so', async () => {
    const dialect = { temperature: 'refused', seed: 'refused', tokenLimit: 'max_completion_tokens' } as const;
    const server = await standIn({ dialect: { ...dialect, logprobs: 'refused', choices: 'refused' } });
    const mllm = mllmOn(server, { profile: profileFor('gpt-5', { seed: false }) });
    expect((await mllm.ask(request)).text).toBe('{"answer":"hello"}');
    expect(server.calls).toBe(1);
    expect(bodyOf(server.received[0])).toMatchObject({
      max_completion_tokens: 2020,
      reasoning_effort: 'minimal',
    });
  });
});
