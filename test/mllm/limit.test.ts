import { describe, expect, it } from 'vitest';
import type { SpotterError } from '../../src/errors.ts';
import type { Policy } from '../../src/evaluate/stand-in/wire.ts';
import { mllmOn, rejection, standIn } from './reply/other-options.ts';

/** Answers only when told, and counts how many wait for it. */
function gate() {
  const waiting: (() => void)[] = [];
  let most = 0;
  const policy: Policy = async ({ prompt }) => {
    await new Promise<void>((open) => {
      waiting.push(open);
      most = Math.max(most, waiting.length);
    });
    return { text: prompt };
  };
  const open = async (count: number) => {
    while (waiting.length < count) await new Promise((soon) => setTimeout(soon, 5));
    for (const each of waiting.splice(0)) each();
  };
  return { policy, open, most: () => most };
}

const ask = (prompt: string) => ({ prompt, maxTokens: 20 });

describe('questions', () => {
  it('are with the server only so many at a time, in the order they came', async () => {
    const { policy, open, most } = gate();
    const server = await standIn({ policy });
    const mllm = mllmOn(server, { limit: { concurrency: 2 } });
    const asked = ['1', '2', '3', '4', '5', '6'].map((prompt) => mllm.ask(ask(prompt)));
    for (let i = 0; i < 3; i++) await open(2);
    expect((await Promise.all(asked)).map(({ text }) => text)).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(most()).toBe(2);
    const order = server.received.map(({ seen }) => seen?.prompt);
    expect([order.slice(0, 2).sort(), order.slice(2, 4).sort()]).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  it('are turned away when too many wait', async () => {
    const { policy, open } = gate();
    const server = await standIn({ policy });
    const mllm = mllmOn(server, { limit: { concurrency: 1, waiting: 2 } });
    const accepted = ['1', '2', '3'].map((prompt) => mllm.ask(ask(prompt)));
    const thrown = (await rejection(mllm.ask(ask('4')))) as SpotterError;
    expect(thrown).toMatchObject({ code: 'busy' });
    expect(thrown.message).toContain('2 questions are waiting');
    for (let i = 0; i < 3; i++) await open(1);
    expect(await Promise.all(accepted)).toHaveLength(3);
    const again = mllm.ask(ask('5'));
    await open(1);
    expect((await again).text).toBe('5');
  });

  it('leave the line when their time is up, without having been asked', async () => {
    const { policy, open } = gate();
    const server = await standIn({ policy });
    const mllm = mllmOn(server, { limit: { concurrency: 1 } });
    const first = mllm.ask(ask('1'));
    const late = await rejection(mllm.ask({ ...ask('late'), timeoutMs: 40 }));
    expect(late).toMatchObject({ code: 'timed-out' });
    const third = mllm.ask(ask('3'));
    await open(1);
    await open(1);
    expect([(await first).text, (await third).text]).toEqual(['1', '3']);
    expect(server.received.map(({ seen }) => seen?.prompt)).toEqual(['1', '3']);
  });
});
