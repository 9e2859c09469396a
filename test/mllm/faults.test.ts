import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { SpotterError } from '../../src/errors.ts';
import { FAULTS, type Fault, type FaultName } from '../../src/evaluate/stand-in/wire.ts';
import type { FailureKind } from '../../src/mllm/transport.ts';
import { WITHHELD } from '../../src/mllm/transport.ts';
import { CANARY, mllmOn, rejection, standIn } from './reply/other-options.ts';

const hello = { prompt: 'hello', maxTokens: 20, logprobs: true };
const once = { retry: { retries: 0 } };
/** Only what never comes may run out of time, however busy this machine is. */
const impatient = { ...once, timeouts: { attemptMs: 150 } };

/** What becomes of every fault: the kind of failure, or the answer. */
const OUTCOMES: Readonly<
  Record<FaultName, FailureKind | { readonly text: string; readonly finish?: string }>
> = {
  drop: 'connection',
  reset: 'connection',
  stall: 'stalled',
  'stall-headers': 'stalled',
  'stall-body': 'stalled',
  'cut-body': 'connection',
  drip: 'stalled',
  'drip-headers': 'stalled',
  slow: { text: 'hello' },
  html: 'html',
  'not-json': 'not-json',
  nothing: 'not-json',
  'error-200': 'error-body',
  'no-choices': 'no-choices',
  'empty-choices': 'no-choices',
  null: 'no-choices',
  'wrong-types': 'wrong-types',
  'choices-object': 'wrong-types',
  empty: 'empty',
  blank: 'empty',
  'null-content': 'empty',
  'broken-logprobs': { text: 'hello' },
  huge: 'too-large',
  'gzip-bomb': 'too-large',
  redirect: 'redirect',
  status: 'overloaded',
  'rate-limit': 'overloaded',
  quota: 'quota',
  'filtered-prompt': { text: WITHHELD, finish: 'refused' },
  refusal: { text: "I'm sorry, I can't help with that.", finish: 'refused' },
  'content-filter': { text: WITHHELD, finish: 'refused' },
  'leak-key': 'key',
  'leak-key-text': 'not-json',
};

describe('a server that', () => {
  it.each(Object.keys(FAULTS) as FaultName[])('does "%s" gets a plain outcome', async (fault) => {
    const server = await standIn();
    server.script({ fault, ms: 20 });
    const outcome = OUTCOMES[fault];
    const asked = mllmOn(server, outcome === 'stalled' ? impatient : once).ask(hello);
    if (typeof outcome === 'string') {
      const thrown = (await rejection(asked)) as SpotterError;
      expect(thrown).toMatchObject({ name: 'MllmFailure', kind: outcome });
      expect(thrown.message).toMatch(/^The language model at 127\.0\.0\.1:\d+ .+\.$/);
      expect(thrown.hint).not.toBe('');
    } else {
      expect(await asked).toMatchObject(outcome);
    }
    expect(server.calls).toBeLessThanOrEqual(1);
  });

  it.each([
    [400, 'request'],
    [401, 'key'],
    [402, 'quota'],
    [403, 'key'],
    [404, 'unknown-model'],
    [408, 'overloaded'],
    [409, 'overloaded'],
    [413, 'request'],
    [422, 'request'],
    [429, 'overloaded'],
    [500, 'overloaded'],
    [503, 'overloaded'],
    [529, 'overloaded'],
  ] as const)('says %i is understood as "%s"', async (status, kind) => {
    const server = await standIn();
    server.script({ fault: 'status', status, message: 'because of this' });
    const thrown = (await rejection(mllmOn(server, once).ask(hello))) as SpotterError;
    expect(thrown).toMatchObject({ kind, code: kind === 'overloaded' ? 'mllm-down' : 'mllm-refused' });
    expect(thrown.message).toContain(`(HTTP ${status})`);
    expect(thrown.hint).toContain('because of this');
  });

  it('is not there is said to be not reachable', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => gone.once('listening', done));
    const { port } = gone.address() as AddressInfo;
    await new Promise((done) => gone.close(done));
    const thrown = await rejection(mllmOn({ baseURL: `http://127.0.0.1:${port}/v1` }, once).ask(hello));
    expect(thrown).toMatchObject({ code: 'mllm-down', kind: 'connection' });
    expect((thrown as SpotterError).hint).toContain('ECONNREFUSED');
  });

  it('redirects is not followed: neither key nor question reach the other host', async () => {
    const [server, other] = [await standIn(), await standIn()];
    for (const status of [301, 302, 303, 307, 308]) {
      server.script({ fault: 'redirect', status, location: `${other.baseURL}/chat/completions` });
      const thrown = await rejection(mllmOn(server, once).ask(hello));
      expect(thrown).toMatchObject({ code: 'mllm-refused', kind: 'redirect' });
    }
    expect(other.received).toEqual([]);
  });

  it('fails by chance is asked again, and the answers are right', async () => {
    const of: FaultName[] = ['drop', 'reset', 'cut-body', 'status', 'rate-limit'];
    const server = await standIn({ faults: { rate: 0.4, of, seed: 7 } });
    const mllm = mllmOn(server, { retry: { retries: 9 }, limit: { waiting: 100 } });
    const prompts = Array.from({ length: 40 }, (_, i) => `question ${i}`);
    const replies = await Promise.all(prompts.map((prompt) => mllm.ask({ prompt, maxTokens: 20 })));
    expect(replies.map(({ text }) => text)).toEqual(prompts);
    expect(server.calls).toBeGreaterThan(50);
  });
});

describe('a fault of a policy', () => {
  it('happens as one that is scripted', async () => {
    const fault: Fault = { fault: 'html' };
    const server = await standIn({ policy: ({ prompt }) => (prompt === 'hello' ? fault : { text: CANARY }) });
    expect(await rejection(mllmOn(server, once).ask(hello))).toMatchObject({ kind: 'html' });
  });
});
