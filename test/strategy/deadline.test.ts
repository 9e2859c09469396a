import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { rejection, standIn } from '../mllm/reply/other-options.ts';
import { askOn } from './asking-world.ts';

const STALLS = ['stall', 'stall-headers', 'stall-body', 'drip', 'drip-headers'] as const;
const FRIENDLY = 'the friendly dog';

describe('a server that stalls', () => {
  it.each(STALLS)('(%s) ends a question within its budget, and the answer says so', async (fault) => {
    const server = await standIn({ faults: { rate: 1, of: [fault] } });
    const verdict = await askOn(server, 'auto', FRIENDLY, { use: { budgetMs: 400 } });
    expect(server.calls).toBe(1);
    expect(verdict).toMatchObject({ outcome: 'undecided', degraded: true, route: 'reasoning' });
    expect(verdict.sentence).toMatch(/had 0\.\d+ s, which was not enough/);
  });

  it('ends it even when memory is collected meanwhile, and within part of a millisecond', async () => {
    setFlagsFromString('--expose-gc');
    const timer = setInterval(runInNewContext('gc') as () => void, 20);
    const { signal } = new AbortController();
    const server = await standIn({ faults: { rate: 1, of: ['stall'] } });
    const asked = askOn(server, 'crs', FRIENDLY, { use: { budgetMs: 400.5 }, signal });
    const verdict = await asked.finally(() => clearInterval(timer));
    expect(verdict).toMatchObject({ outcome: 'undecided', degraded: true, route: 'specialist' });
  });

  it('fails the strategy that has nothing else', async () => {
    const server = await standIn({ faults: { rate: 1, of: ['stall'] } });
    const thrown = await rejection(askOn(server, 'mllm', FRIENDLY, { use: { budgetMs: 400 } }));
    expect(thrown).toMatchObject({ code: 'timed-out' });
  });

  it('is given up when the question is', async () => {
    const server = await standIn({ faults: { rate: 1, of: ['stall'] } });
    const controller = new AbortController();
    const asked = rejection(askOn(server, 'auto', FRIENDLY, { signal: controller.signal }));
    setTimeout(() => controller.abort(), 200);
    expect(await asked).toMatchObject({ code: 'cancelled' });
  });
});
