import { describe, expect, it } from 'vitest';
import { KNOWING, POLICIES } from '../../src/evaluate/stand-in/policies.ts';
import type { Scale } from '../../src/reasoning/calibration.ts';
import { pick } from '../../src/reasoning/decide.ts';
import type { Verdict } from '../../src/verdict.ts';
import { mllmOn, standIn } from '../mllm/reply/other-options.ts';
import { askOn, TWO } from './asking-world.ts';

const FRIENDLY = 'the friendly dog';
const RIGHT = [250, 100, 350, 200] as const;
const { width, height } = TWO.picture;
const oracle = (box: typeof RIGHT | undefined) =>
  standIn({
    policy: KNOWING.oracle({ truths: [{ expression: FRIENDLY, box, picture: { width, height } }] }),
  });
/** Half as sure as it says, in log odds. */
const HALF: Scale = { method: 'made up', bias: 0, weight: 0.5, found: 0.5, absent: 0.5 };
const step = ({ trace }: { trace: readonly { name: string; said: string }[] }) =>
  trace.find(({ name }) => name === 'presence')?.said;

/** All that is the same each time. */
const told = ({ trace: _, cost: __, ...rest }: Verdict) => rest;

describe('a strategy that somebody has measured', () => {
  it('says what its presence is worth, and no more of being right', async () => {
    const server = await oracle(RIGHT);
    const bare = await askOn(server, 'crs', FRIENDLY);
    const scaled = await askOn(server, 'crs', FRIENDLY, { strategies: { crs: HALF } });
    const { presence, right } = scaled;
    expect(told(scaled)).toEqual({ ...told(bare), presence, right });
    expect(bare).toMatchObject({ outcome: 'found', presence: expect.closeTo(0.985, 2) });
    expect(presence).toBeCloseTo(1 / (1 + Math.sqrt((1 - bare.presence) / bare.presence)), 12);
    expect(right).toBe(presence);
    expect(step(scaled)).toMatch(/^presence 0\.9\d\d is worth 0\.[89]\d\d; found needs 0\.5 or more$/);
    expect(step(bare)).toBeUndefined();
  });

  it('leaves undecided what its presence does not speak enough for: to choose from', async () => {
    const server = await oracle(RIGHT);
    const verdict = await askOn(server, 'crs', FRIENDLY, { strategies: { crs: { ...HALF, found: 0.95 } } });
    expect(verdict).toMatchObject({
      outcome: 'undecided',
      strategy: 'crs',
      route: 'mllm',
      cost: { calls: 1 },
    });
    expect(verdict.candidates.map(({ box }) => box)).toEqual([RIGHT, [20, 100, 120, 200]]);
    expect(verdict.sentence).toBe(
      'Undecided: 2 could be the friendly dog, and I am not sure enough of the first.',
    );
    expect(pick(verdict, 1)).toMatchObject({ outcome: 'found', candidates: [{ box: RIGHT }] });
  });

  it('does not deny what may be there', async () => {
    const server = await oracle(undefined);
    const strategies = { crs: { ...HALF, bias: 2 } };
    const verdict = await askOn(server, 'crs', FRIENDLY, { strategies });
    expect(verdict.outcome).toBe('undecided');
    expect(verdict.sentence).toBe('Undecided: the friendly dog may not be there, but I am not sure enough.');
    expect(verdict.candidates).toHaveLength(2);
  });

  it('keeps several that are meant, to choose from', async () => {
    const server = await standIn({ policy: POLICIES['always-none']! });
    const strategies = { auto: { ...HALF, found: 1 } };
    const { outcome, candidates, sentence } = await askOn(server, 'auto', 'the dogs', { strategies });
    expect([outcome, candidates.length]).toEqual(['undecided', 2]);
    expect(sentence).toBe('Undecided: these may be the dogs, but I am not sure enough.');
    expect(server.calls).toBe(0);
  });

  it('is left alone where it has to do without its language model', async () => {
    const server = await standIn({ faults: { rate: 1, of: ['error-200'] } });
    const use = { mllm: mllmOn(server, { retry: { retries: 0 } }) };
    const bare = await askOn(server, 'crs', FRIENDLY, { use });
    const { presence, sentence, degraded, ...scaled } = await askOn(server, 'crs', FRIENDLY, {
      ...{ use, strategies: { crs: { ...HALF, bias: -3 } } },
    });
    expect([presence, sentence, degraded]).toEqual([bare.presence, bare.sentence, true]);
    expect(step(scaled)).toBe('left as it is');
  });

  it('says nothing about the others', async () => {
    const server = await oracle(RIGHT);
    const bare = await askOn(server, 'sfa', FRIENDLY);
    const beside = await askOn(server, 'sfa', FRIENDLY, { strategies: { crs: { ...HALF, found: 1 } } });
    expect(told(beside)).toEqual(told(bare));
    expect(step(beside)).toBeUndefined();
  });
});
