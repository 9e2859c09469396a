import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FAULTS, type FaultName } from '../../src/evaluate/stand-in/wire.ts';
import { readAddress } from '../../src/mllm/endpoint.ts';
import { probe } from '../../src/mllm/probe.ts';
import { CANARY, mllmOn, optionsFor, rejection, standIn } from './reply/other-options.ts';

/** Pieces of the key, as it could be found: as it is, in base64 and percent-encoded; its end would tell enough, too. */
const PIECES = [
  CANARY,
  CANARY.slice(-10),
  Buffer.from(CANARY).toString('base64').slice(4, 24),
  encodeURIComponent(CANARY),
];

function everythingOf(thrown: unknown): string {
  const { stack = '' } = thrown as Error;
  return [
    inspect(thrown, { depth: 20, showHidden: true, getters: true }),
    JSON.stringify(thrown),
    stack,
  ].join('\n');
}

const shown: string[] = [];
for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const) {
  vi.spyOn(console, name).mockImplementation((...said) => void shown.push(inspect(said, { depth: 20 })));
}
afterEach(() => {
  shown.length = 0;
  vi.unstubAllEnvs();
});

describe('the key', () => {
  it.each(Object.keys(FAULTS) as FaultName[])('is nowhere to be found after "%s"', async (fault) => {
    vi.stubEnv('OPENAI_LOG', 'debug');
    const server = await standIn({ policy: () => ({ fault }) });
    const options = {
      timeouts: { attemptMs: /stall|drip/.test(fault) ? 300 : 20_000 },
      retry: { retries: 1 },
      breaker: { failures: 2 },
    };
    const mllm = mllmOn(server, options);
    const outcomes = [];
    for (let i = 0; i < 3; i++) {
      outcomes.push(await mllm.ask({ prompt: 'hello', maxTokens: 5 }).catch((thrown) => thrown));
    }
    expect(server.received[0]?.headers.authorization).toBe(`Bearer ${CANARY}`);
    const text = outcomes.map(everythingOf).join('\n') + shown.join('\n');
    for (const piece of PIECES) expect(text).not.toContain(piece);
    expect(shown).toEqual([]);
  });

  it('is not in what a probe says of a server that names its models by it, and talks of it', async () => {
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'X-Gate: gate-pass-abcdefgh');
    const server = await standIn({
      policy: () => ({ text: `Your key is ${CANARY}, and your pass gate-pass-abcdefgh.` }),
      dialect: { models: [CANARY] },
    });
    const found = await probe({ ...optionsFor(server), model: 'other', probeMs: 5000 });
    expect(found.said.join(' ')).toContain('[key]');
    for (const piece of [...PIECES, 'gate-pass']) expect(JSON.stringify(found)).not.toContain(piece);
  });

  it('is not in what a probe says', async () => {
    for (const fault of ['leak-key', 'leak-key-text', 'html', 'drop'] as const) {
      const server = await standIn({ policy: () => ({ fault }) });
      const found = await probe({ ...optionsFor(server), probeMs: 3000 });
      expect(found.said.length).toBeGreaterThan(0);
      for (const piece of PIECES) expect(JSON.stringify(found)).not.toContain(piece);
    }
  });

  it('is not told by a message about it, nor is an address that carries one', () => {
    const thrown = [
      () => readAddress('http://host/v1', `${CANARY}\n`),
      () => readAddress('http://host/v1', `"${CANARY}`.concat('é')),
      () => readAddress(`http://user:${CANARY}@host/v1`),
      () => readAddress(`ftp://${CANARY}/v1`),
      () => readAddress(`not an address ${CANARY}`),
    ].map((read) => {
      try {
        return read();
      } catch (error) {
        return error;
      }
    });
    for (const error of thrown) {
      expect(error).toMatchObject({ code: 'bad-config' });
      expect(everythingOf(error)).not.toContain(CANARY);
    }
  });

  it('in the query of an address is kept out of messages', async () => {
    const server = await standIn({ dialect: { models: ['another'] } });
    const thrown = await rejection(
      mllmOn({ baseURL: `${server.baseURL}?code=${CANARY}` }).ask({ prompt: 'x', maxTokens: 1 }),
    );
    expect(server.received[0]?.path).toBe(`/v1/chat/completions?code=${CANARY}`);
    expect(everythingOf(thrown)).not.toContain(CANARY);
  });
});
