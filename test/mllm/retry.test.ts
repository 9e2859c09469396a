import { describe, expect, it } from 'vitest';
import type { SpotterError } from '../../src/errors.ts';
import type { Fault } from '../../src/evaluate/stand-in/wire.ts';
import { withRetries } from '../../src/mllm/client.ts';
import { mllmOn, rejection, standIn } from './reply/other-options.ts';

const hello = { prompt: 'hello', maxTokens: 20 };
const limited = (headers: Record<string, string>): Fault => ({ fault: 'rate-limit', headers });
const status = (code: number): Fault => ({ fault: 'status', status: code });

describe('a question is asked again', () => {
  it.each([408, 409, 429, 500, 502, 503, 504])('after %i', async (code) => {
    const server = await standIn();
    server.script(status(code), status(code));
    expect((await mllmOn(server).ask(hello)).cost.calls).toBe(3);
    expect(server.calls).toBe(3);
  });

  it('after a broken connection', async () => {
    const server = await standIn();
    server.script('drop', 'cut-body');
    expect((await mllmOn(server).ask(hello)).text).toBe('hello');
    expect(server.calls).toBe(3);
  });

  it('no more often than allowed', async () => {
    const server = await standIn({ policy: () => status(500) });
    const thrown = (await rejection(mllmOn(server, { retry: { retries: 4 } }).ask(hello))) as SpotterError;
    expect(thrown.hint).toContain('Tried 5 times.');
    expect(server.calls).toBe(5);
  });

  it.each(['retry-after-ms', 'retry-after'])('after the time that %s asks for', async (header) => {
    const server = await standIn();
    server.script(limited({ [header]: header === 'retry-after' ? '0' : '5' }));
    expect((await mllmOn(server, { retry: { baseMs: 1e9, capMs: 1e9 } }).ask(hello)).cost.calls).toBe(2);
  });

  it('after the date that Retry-After names', async () => {
    const server = await standIn();
    server.script(limited({ 'retry-after': new Date(Date.now() - 1000).toUTCString() }));
    expect((await mllmOn(server, { retry: { baseMs: 1e9, capMs: 1e9 } }).ask(hello)).cost.calls).toBe(2);
  });
});

describe('a question is not asked again', () => {
  it.each([400, 401, 403, 404, 413, 422])('after %i', async (code) => {
    const server = await standIn();
    server.script(status(code));
    await rejection(mllmOn(server).ask(hello));
    expect(server.calls).toBe(1);
  });

  it.each(['html', 'error-200', 'empty', 'quota', 'huge'] as const)('after "%s"', async (fault) => {
    const server = await standIn();
    server.script(fault);
    await rejection(mllmOn(server).ask(hello));
    expect(server.calls).toBe(1);
  });

  it('when the server wants more time than is left', async () => {
    const server = await standIn();
    server.script(limited({ 'retry-after': '10' }));
    const thrown = await rejection(mllmOn(server).ask({ ...hello, timeoutMs: 5000 }));
    expect(thrown).toMatchObject({ kind: 'overloaded', details: { retryAfterMs: 10_000 } });
    expect(server.calls).toBe(1);
  });

  it('when the server wants more time than anybody would wait', async () => {
    const server = await standIn();
    server.script(limited({ 'retry-after': '86400' }));
    const patient = { timeouts: { totalMs: 1e9 } };
    expect(await rejection(mllmOn(server, patient).ask(hello))).toMatchObject({ kind: 'overloaded' });
    expect(server.calls).toBe(1);
  });
});

describe('withRetries', () => {
  const { signal } = new AbortController();
  const retried = { signal, remainingMs: () => 1e9, retryable: () => ({}) };

  it('waits anywhere below a bound that doubles, up to a cap', async () => {
    const asked: number[] = [];
    // A wait is compared with the time that is left, which shows it without waiting.
    const bounds = [1, 2, 4, 8, 16, 20, 20];
    for (const [retries, bound] of bounds.entries()) {
      const left = { before: bound * 0.5, after: bound * 0.5 + 1e-6 };
      for (const [remaining, tries] of [
        [left.before, retries + 1],
        [left.after, retries + 2],
      ] as const) {
        let count = 0;
        const last = () => (count > retries ? remaining : 1e9);
        await rejection(
          withRetries(
            async (n) => {
              count = n;
              throw new Error('again');
            },
            { ...retried, remainingMs: last },
            { retries: retries + 1, baseMs: 1, capMs: 20, random: () => 0.5 },
          ),
        );
        asked.push(count - tries);
      }
    }
    expect(asked).toEqual(asked.map(() => 0));
  });

  it('gives up its wait when the signal fires', async () => {
    const stop = new AbortController();
    const failing = async () => {
      setTimeout(() => stop.abort(new Error('enough')), 5);
      throw new Error('again');
    };
    const options = { retries: 5, baseMs: 1e8, capMs: 1e8, random: () => 0.9 };
    const thrown = await rejection(withRetries(failing, { ...retried, signal: stop.signal }, options));
    expect(thrown).toMatchObject({ message: 'enough' });
  });
});
