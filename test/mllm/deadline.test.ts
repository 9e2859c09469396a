import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SpotterError } from '../../src/errors.ts';
import type { FaultName } from '../../src/evaluate/stand-in/wire.ts';
import { mllmOn, rejection, standIn } from './reply/other-options.ts';

const hello = { prompt: 'hello', maxTokens: 20 };
const STALLS = ['stall', 'stall-headers', 'drip-headers', 'stall-body', 'drip', 'slow'] as const;
/** Attempts may take long, so that only the question's own limit can end it. */
const patient = { timeouts: { attemptMs: 60_000, totalMs: 60_000 } };

/** Far above what it takes, far below what it would take if it waited for the server. */
const HANGS_MS = 10_000;

async function settles<T>(promise: Promise<T>): Promise<T> {
  const stop = new AbortController();
  const hung = sleep(HANGS_MS, undefined, { signal: stop.signal }).then(
    () => Promise.reject(new Error('It hangs.')),
    () => new Promise<never>(() => {}),
  );
  return Promise.race([promise, hung]).finally(() => stop.abort());
}

describe.each(STALLS)('with a server that does "%s", a question ends', (name) => {
  const fault = { fault: name as FaultName, ms: 60_000 };

  it('at its own limit', async () => {
    const server = await standIn({ policy: () => fault });
    const thrown = await settles(rejection(mllmOn(server, patient).ask({ ...hello, timeoutMs: 100 })));
    expect(thrown).toMatchObject({ code: 'timed-out' });
    expect((thrown as SpotterError).message).toContain('had 0.1 s');
  });

  it('at the limit of its signal', async () => {
    const server = await standIn({ policy: () => fault });
    const signal = AbortSignal.timeout(100);
    const thrown = await settles(rejection(mllmOn(server, patient).ask({ ...hello, signal })));
    expect(thrown).toMatchObject({ code: 'timed-out' });
  });

  it('when it is cancelled, and the server is told', async () => {
    const stop = new AbortController();
    const server = await standIn({
      policy: () => {
        setTimeout(() => stop.abort(), 50);
        return fault;
      },
    });
    const thrown = await settles(rejection(mllmOn(server, patient).ask({ ...hello, signal: stop.signal })));
    expect(thrown).toMatchObject({ code: 'cancelled' });
  });

  it('after as many attempts as are allowed', async () => {
    const server = await standIn({ policy: () => fault });
    const asked = mllmOn(server, { timeouts: { attemptMs: 80, totalMs: 60_000 } }).ask(hello);
    const thrown = await settles(rejection(asked));
    expect(thrown).toMatchObject({ code: 'mllm-down', kind: 'stalled' });
    expect((thrown as SpotterError).hint).toContain('Tried 3 times.');
    expect(server.calls).toBeLessThanOrEqual(3);
  });
});

describe('a question', () => {
  it('that is stalled at first is answered by the next attempt', async () => {
    const server = await standIn();
    server.script('stall-body', 'stall');
    const reply = await mllmOn(server, { timeouts: { attemptMs: 1000 } }).ask(hello);
    expect(reply).toMatchObject({ text: 'hello', cost: { calls: 3 } });
  });

  it('does not begin when its signal has fired', async () => {
    const server = await standIn();
    const signal = AbortSignal.abort();
    expect(await rejection(mllmOn(server).ask({ ...hello, signal }))).toMatchObject({ code: 'cancelled' });
    expect(server.received).toEqual([]);
  });

  it('ends even if fetch never does', async () => {
    const fetch = () => new Promise<Response>(() => {});
    const mllm = mllmOn({ baseURL: 'http://127.0.0.1:9/v1' }, { ...patient, fetch });
    const thrown = await settles(rejection(mllm.ask({ ...hello, timeoutMs: 50 })));
    expect(thrown).toBeInstanceOf(SpotterError);
    expect(thrown).toMatchObject({ code: 'timed-out' });
  });

  it('says what had failed before its time was up', async () => {
    const server = await standIn();
    server.script({ fault: 'status', status: 503, headers: { 'retry-after-ms': '1' } }, 'stall');
    const thrown = await settles(rejection(mllmOn(server, patient).ask({ ...hello, timeoutMs: 2000 })));
    expect(thrown).toMatchObject({ code: 'timed-out' });
    expect((thrown as SpotterError).hint).toContain('is overloaded or failing (HTTP 503)');
  });
});
