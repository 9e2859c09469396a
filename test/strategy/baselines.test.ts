import { describe, expect, it } from 'vitest';
import { find } from '../../src/ask.ts';
import type { STRATEGY_NAMES } from '../../src/config.ts';
import { KNOWING, POLICIES } from '../../src/evaluate/stand-in/policies.ts';
import { profileFor } from '../../src/mllm/profile.ts';
import { loadCalibration } from '../../src/reasoning/calibration.ts';
import { mllmOn, standIn } from '../mllm/reply/other-options.ts';
import { eyesOn, paint } from '../reasoning/scene.ts';
import { askOn, TWO } from './asking-world.ts';

const { width, height } = TWO.picture;
const RIGHT = [250, 100, 350, 200] as const;
const oracle = (expression: string, box: typeof RIGHT | undefined) =>
  standIn({ policy: KNOWING.oracle({ truths: [{ expression, box, picture: { width, height } }] }) });
const ONE = paint([{ label: 'dog', box: [20, 100, 120, 200] }]);

describe('without a language model', () => {
  const deps = { detector: eyesOn(TWO), calibration: loadCalibration() };
  const ask = (strategy: (typeof STRATEGY_NAMES)[number]) =>
    find({ picture: TWO.picture, expression: 'the dog on the left' }, { ...deps, strategy });

  it.each(['auto', 'specialist'] as const)('%s answers', async (strategy) => {
    expect(await ask(strategy)).toMatchObject({ strategy, outcome: 'found', cost: { calls: 0 } });
  });

  it.each(['crs', 'sfa', 'mllm'] as const)('%s says that it needs one', async (strategy) => {
    await expect(ask(strategy)).rejects.toMatchObject({
      code: 'bad-config',
      hint: expect.stringContaining('SPOTTER_MLLM_MODEL'),
    });
  });
});

describe('specialist', () => {
  it('takes the best region, whatever is said about it', async () => {
    const server = await standIn({ policy: POLICIES['always-first']! });
    const verdict = await askOn(server, 'specialist', 'the dog on the right');
    expect(verdict).toMatchObject({ outcome: 'found', route: 'specialist' });
    expect(verdict.candidates).toHaveLength(1);
    expect(await askOn(server, 'specialist', 'the cat')).toMatchObject({
      outcome: 'not-present',
      presence: 0,
    });
    expect(await askOn(server, 'specialist', 'the wombat')).toMatchObject({ outcome: 'undecided' });
    expect(server.calls).toBe(0);
  });
});

describe('mllm', () => {
  it('points where the model does', async () => {
    const verdict = await askOn(await oracle('the friendly dog', RIGHT), 'mllm', 'the friendly dog');
    expect(verdict).toMatchObject({ outcome: 'found', route: 'mllm', cost: { calls: 1 } });
    const [box] = verdict.candidates.map((k) => k.box);
    for (const [i, v] of RIGHT.entries()) expect(Math.abs(box![i]! - v)).toBeLessThan(1);
  });

  it('is worth no more than a bare word, where nothing tells how sure it is', async () => {
    const profile = { ...profileFor('stand-in', { server: 'vllm' }), logprobs: false };
    const saying = async (text: string) => {
      const server = await standIn({ policy: () => ({ text }) });
      return askOn(server, 'mllm', 'the friendly dog', { use: { mllm: mllmOn(server, { profile }) } });
    };
    expect(await saying('(100,100),(500,500)')).toMatchObject({ presence: 0.7, right: 0.7 });
    expect((await saying('None')).presence).toBeCloseTo(0.3);
  });

  it('is not present where the model says so, undecided where it talks', async () => {
    const none = await oracle('the friendly dog', undefined);
    const absent = await askOn(none, 'mllm', 'the friendly dog');
    expect(absent).toMatchObject({ outcome: 'not-present', candidates: [] });
    expect(absent.presence).toBeLessThan(0.5);
    const talking = await standIn({ policy: () => ({ text: 'What a nice picture.' }) });
    expect(await askOn(talking, 'mllm', 'the friendly dog')).toMatchObject({ outcome: 'undecided' });
  });
});

describe('sfa', () => {
  it('lets the model say which phrase is the target, where that is wanted', async () => {
    const server = await standIn({
      policy: ({ prompt }) =>
        prompt.includes('"1"') ? { text: '{"1":"the friendly dog"}' } : { text: '(100,100),(500,500)' },
    });
    const expression = 'near the tree stands the friendly dog';
    const verdict = await askOn(server, 'sfa', expression, { use: { targets: 'mllm', focus: true } });
    expect(verdict).toMatchObject({ outcome: 'found', cost: { calls: 2 } });
    expect(verdict.trace.find(({ name }) => name === 'target')!.said).toContain(
      '"the friendly dog", by stand-in',
    );
    expect(server.received.at(-1)!.seen!.prompt).toContain('Please focus on "the friendly dog"');
  });

  it('takes the phrase of the grammar where the model gives none of the expression, and says so', async () => {
    const server = await standIn({ policy: () => ({ text: '{"1":"a red car"}' }) });
    const { trace } = await askOn(server, 'sfa', 'the friendly dog', { use: { targets: 'mllm' } });
    expect(trace.find(({ name }) => name === 'target')!.said).toMatch(
      /^"the friendly dog", by grammar; The language/,
    );
  });

  it('leaves an easy question to the specialist', async () => {
    const server = await standIn({ policy: POLICIES['always-none']! });
    expect(await askOn(server, 'sfa', 'the friendly dog', { scene: ONE })).toMatchObject({
      outcome: 'found',
      route: 'specialist',
    });
    expect(server.calls).toBe(0);
  });

  it('asks the model where, with several of a kind', async () => {
    const server = await oracle('the friendly dog', RIGHT);
    const verdict = await askOn(server, 'sfa', 'the friendly dog');
    expect(verdict).toMatchObject({ outcome: 'found', route: 'mllm' });
    expect(verdict.trace.find((step) => step.name === 'route')!.said).toContain('level 2');
  });

  it('tells the model the target with focus', async () => {
    const server = await oracle('the dog left of the dog', RIGHT);
    await askOn(server, 'sfa', 'the dog left of the dog', { use: { focus: true } });
    expect(server.received.at(-1)!.seen!.prompt).toContain('Please focus on "the dog"');
    await askOn(server, 'sfa', 'the dog left of the dog');
    expect(server.received.at(-1)!.seen!.prompt).not.toContain('focus');
  });

  it('takes a hard question for an easy one with the published fault', async () => {
    const scene = paint(
      [
        { label: 'dog', box: [440, 330, 470, 370] },
        { label: 'dog', box: [472, 330, 499, 370] },
      ],
      { width: 640, height: 480 },
    );
    const server = await standIn({ policy: POLICIES['always-none']! });
    const level = async (paperNms: boolean) => {
      const { trace } = await askOn(server, 'sfa', 'the friendly dog', { scene, use: { paperNms } });
      return trace.find((step) => step.name === 'route')!.said.at(-1);
    };
    expect([await level(true), await level(false)]).toEqual(['1', '2']);
  });
});
