import { describe, expect, it } from 'vitest';
import type { SpotterError } from '../../src/errors.ts';
import { type BreakerOptions, createBreaker } from '../../src/mllm/client.ts';
import { mllmOn, rejection, standIn } from './reply/other-options.ts';

const sick = new Error('sick');
const well = new Error('well');
const unclear = new Error('unclear');

function breaking(more: Partial<BreakerOptions> = {}) {
  const clock = { ms: 0 };
  const breaker = createBreaker({
    failures: 3,
    restMs: 1000,
    health: (thrown) => (thrown === sick ? 'sick' : thrown === well ? 'well' : 'unknown'),
    refusal: (waitMs, last) => new Error(`open for ${waitMs} after ${(last as Error).message}`),
    now: () => clock.ms,
    ...more,
  });
  const fail = (thrown: Error) => rejection(breaker.run(() => Promise.reject(thrown)));
  const succeed = () => breaker.run(async () => 'fine');
  return { breaker, clock, fail, succeed };
}

describe('a breaker', () => {
  it('opens after some failures in a row, and says for how long', async () => {
    const { breaker, clock, fail, succeed } = breaking();
    for (const state of ['closed', 'closed', 'open']) {
      await fail(sick);
      expect(breaker.state).toBe(state);
    }
    clock.ms = 400;
    expect(await rejection(succeed())).toMatchObject({ message: 'open for 600 after sick' });
  });

  it('does not open while some succeed, or fail for other reasons', async () => {
    const { breaker, fail, succeed } = breaking();
    for (let i = 0; i < 5; i++) {
      await fail(sick);
      await fail(sick);
      await (i % 2 ? succeed() : fail(well));
    }
    for (let i = 0; i < 5; i++) await fail(unclear);
    expect(breaker.state).toBe('closed');
  });

  it('does not forget failures over what says nothing', async () => {
    const { breaker, fail } = breaking();
    for (const thrown of [sick, unclear, sick, unclear, sick]) await fail(thrown);
    expect(breaker.state).toBe('open');
  });

  it('lets one try after its rest, and closes when it succeeds', async () => {
    const { breaker, clock, fail, succeed } = breaking();
    for (let i = 0; i < 3; i++) await fail(sick);
    clock.ms = 1000;
    expect(breaker.state).toBe('half-open');
    let finish = (_: string) => {};
    const trying = breaker.run(
      () =>
        new Promise<string>((done) => {
          finish = done;
        }),
    );
    expect(await rejection(succeed())).toMatchObject({ message: 'open for 0 after sick' });
    finish('back');
    expect(await trying).toBe('back');
    expect(breaker.state).toBe('closed');
    expect(await succeed()).toBe('fine');
    await fail(sick);
    expect(breaker.state).toBe('closed');
  });

  it('rests again when the try fails, and tries anew when it says nothing', async () => {
    const { breaker, clock, fail, succeed } = breaking();
    for (let i = 0; i < 3; i++) await fail(sick);
    clock.ms = 1500;
    await fail(sick);
    expect(breaker.state).toBe('open');
    clock.ms = 2499;
    expect(await rejection(succeed())).toMatchObject({ message: 'open for 1 after sick' });
    clock.ms = 2500;
    expect(await fail(unclear)).toBe(unclear);
    expect(breaker.state).toBe('half-open');
    expect(await fail(well)).toBe(well);
    expect(breaker.state).toBe('closed');
  });

  it('does not rest longer for what was begun before it opened', async () => {
    const { breaker, clock, fail, succeed } = breaking();
    let giveUp = (_: Error) => {};
    const slow = rejection(breaker.run(() => new Promise<never>((_, reject) => (giveUp = reject))));
    for (let i = 0; i < 3; i++) await fail(sick);
    clock.ms = 900;
    giveUp(sick);
    await slow;
    clock.ms = 1000;
    expect(await succeed()).toBe('fine');
    expect(breaker.state).toBe('closed');
  });
});

describe('an endpoint that fails', () => {
  const hello = { prompt: 'hello', maxTokens: 20 };

  it('is left alone for a while, which is said, then tried again', async () => {
    const clock = { ms: 0 };
    const server = await standIn();
    const options = { retry: { retries: 0 }, breaker: { failures: 2, restMs: 9000 }, now: () => clock.ms };
    const mllm = mllmOn(server, options);
    server.script('drop', 'html', undefined);
    await rejection(mllm.ask(hello));
    await rejection(mllm.ask(hello));
    clock.ms = 4000;
    const thrown = (await rejection(mllm.ask(hello))) as SpotterError;
    expect(thrown).toMatchObject({ code: 'mllm-down', kind: 'resting' });
    expect(thrown.hint).toContain('tried again in 5 s, after: ');
    expect(thrown.hint).toContain('answered with a web page');
    expect(server.calls).toBe(2);
    clock.ms = 9000;
    expect((await mllm.ask(hello)).text).toBe('hello');
  });

  it('is left alone for running out of time, not for being cancelled or for a refused key', async () => {
    const stop = new AbortController();
    const server = await standIn({
      policy: () => {
        stop.abort();
        return { fault: 'stall' };
      },
    });
    const mllm = mllmOn(server, { retry: { retries: 0 }, breaker: { failures: 1 } });
    expect(await rejection(mllm.ask({ ...hello, signal: stop.signal }))).toMatchObject({ code: 'cancelled' });
    server.script('leak-key');
    expect(await rejection(mllm.ask(hello))).toMatchObject({ kind: 'key' });
    expect(await rejection(mllm.ask({ ...hello, timeoutMs: 50 }))).toMatchObject({ code: 'timed-out' });
    expect(await rejection(mllm.ask(hello))).toMatchObject({ kind: 'resting' });
  });
});
