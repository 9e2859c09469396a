import { beforeAll, describe, expect, it } from 'vitest';
import { iou } from '../../src/box.ts';
import { OFFER_SIZES, OFFER_STYLES } from '../../src/config.ts';
import { createNoisy, createOracle, POLICIES } from '../../src/evaluate/stand-in/policies.ts';
import type { Policy } from '../../src/evaluate/stand-in/wire.ts';
import type { Profile } from '../../src/mllm/profile.ts';
import { profileFor } from '../../src/mllm/profile.ts';
import { type SelectOptions, select } from '../../src/strategy/asking.ts';
import { mllmOn, standIn } from '../mllm/reply/other-options.ts';
import { type Candidate, scene } from './scene.ts';

let world: Awaited<ReturnType<typeof scene>>;
beforeAll(async () => {
  world = await scene();
});

async function ask(
  policy: Policy,
  expression: string,
  options: SelectOptions<Candidate> = {},
  profile: Partial<Profile> = {},
) {
  const server = await standIn({ policy });
  const mllm = mllmOn(server, { profile: { ...profileFor('stand-in', { server: 'vllm' }), ...profile } });
  const { picture, candidates } = world;
  return { server, ...(await select({ mllm, picture, expression, candidates, options })) };
}

describe('selecting a region', () => {
  it.each([0, 1, 2, 3])('finds the right one of five, wherever it was offered: question %d', async (i) => {
    const { expression, box } = world.truths[i]!;
    const letters = new Set<string>();
    for (let seed = 0; seed < 6; seed++) {
      const { choice, presence, repaired, cost } = await ask(createOracle(world), expression, { seed });
      expect(choice).toMatchObject({ kind: 'option', candidate: world.candidates[i] });
      if (choice.kind === 'option') letters.add(choice.letter);
      if (choice.kind === 'option') expect(iou(choice.candidate.box, box!)).toBeCloseTo(1);
      expect(presence).toBeGreaterThan(0.95);
      expect([repaired, cost.calls]).toEqual([false, 1]);
    }
    expect(letters.size).toBeGreaterThan(1);
  });

  it.each([
    ['nothing proposed fits', 'a region that nobody proposed'],
    ['nothing fits', 'the elephant'],
  ])('says None where %s', async (_, expression) => {
    const { choice, presence } = await ask(createOracle(world), expression);
    expect(choice).toEqual({ kind: 'none' });
    expect(presence).toBeLessThan(0.05);
  });

  it.each(OFFER_STYLES)('shows the options as %s', async (style) => {
    const { server, offer, choice } = await ask(createOracle(world), 'the second region', { style, seed: 2 });
    const { prompt, images } = server.received.at(-1)!.seen!;
    expect(images).toHaveLength(style === 'crops' ? 6 : 1);
    expect(offer.style).toBe(style);
    expect(/\(500,150\),\(950,950\)/.test(prompt)).toBe(style !== 'marks');
    // Marks alone can be seen, and not be read: the stand-in has no eyes.
    expect(choice.kind).toBe(style === 'marks' ? 'none' : 'option');
  });

  it('draws marks into what is sent, and nothing into the picture', async () => {
    const before = Buffer.from(world.picture.raster.data);
    const plain = await ask(createOracle(world), 'the second region', { style: 'text' });
    const marked = await ask(createOracle(world), 'the second region', { style: 'both' });
    const sent = (server: typeof plain.server) => Buffer.from(server.received.at(-1)!.seen!.images[0]!.data);
    expect(Buffer.compare(sent(plain.server), sent(marked.server))).not.toBe(0);
    expect(Buffer.compare(before, Buffer.from(world.picture.raster.data))).toBe(0);
  });

  it.each(OFFER_SIZES)('offers the first %d', async (k) => {
    const { server, offer } = await ask(createOracle(world), 'the first region', { k });
    expect(offer.options).toHaveLength(Math.min(k, 5));
    expect(server.received.at(-1)!.body).toMatchObject({ temperature: 0 });
  });

  it('asks for one letter without None where that is wanted', async () => {
    const { choice, presence, server } = await ask(createOracle(world), 'the second region', { none: false });
    expect(choice.kind).toBe('option');
    expect(presence).toBeUndefined();
    expect(server.received.at(-1)!.seen!.prompt).not.toMatch(/None/);
  });

  it('tells what is known', async () => {
    const known = { facts: [{ candidate: world.candidates[0]!, words: 'it is red' }], open: ['shiny'] };
    const { server, offer, prompts } = await ask(createOracle(world), 'the first region', { known });
    const { letter } = offer.options.find((o) => o.candidate === world.candidates[0])!;
    expect(server.received.at(-1)!.seen!.prompt).toContain(`- region ${letter}: it is red`);
    expect(Object.keys(prompts)).toContain('select-known');
  });
});

/** Answers one text after another. */
const saying = (...texts: readonly string[]): Policy => {
  let calls = 0;
  return () => ({ text: texts[Math.min(calls++, texts.length - 1)]! });
};
const FREE: Partial<Profile> = { structured: 'none', logprobs: false };

describe('an answer that cannot be read', () => {
  it('is asked for once more, with the answers that are allowed', async () => {
    const { choice, repaired, cost, server, prompts, offer } = await ask(
      saying('Hm, hard to say.', 'B'),
      'the first region',
      {},
      FREE,
    );
    expect(choice).toEqual({ kind: 'option', ...offer.options[1] });
    expect([repaired, cost.calls, server.calls]).toEqual([true, 2, 2]);
    const [first, second] = server.received.map(({ seen }) => seen!);
    expect(second!.prompt).toContain(first!.prompt);
    expect(second!.prompt).toContain('A, B, C, D, E, F');
    expect(second!.prompt).not.toContain('hard to say');
    expect(second!.images).toHaveLength(1);
    expect(Object.keys(prompts)).toEqual([
      ...['select-or-none', 'shown/text', 'option/text', 'option/none', 'repair/letter'],
    ]);
  });

  it.each([
    ['prose', ['The dog.', 'I cannot tell.']],
    ['a letter that was not offered', ['Z', 'G']],
    ['several letters', ['A or B', 'A, B']],
  ])('is never a guess: %s', async (_, texts) => {
    const { choice, presence, server } = await ask(saying(...texts), 'the first region', {}, FREE);
    expect(choice).toMatchObject({ kind: 'unreadable', why: expect.stringMatching(/\w/) });
    expect(presence).toBeUndefined();
    expect(server.calls).toBe(2);
  });

  it('does not stop what went wrong from being told', async () => {
    const server = await standIn({});
    await server.close();
    const { picture, candidates } = world;
    await expect(
      select({ mllm: mllmOn(server), picture, expression: 'the dog', candidates }),
    ).rejects.toMatchObject({ code: 'mllm-down' });
  });
});

describe('models with habits', () => {
  it('always-first gains nothing: it names each candidate about equally often', async () => {
    const counts = new Map<string, number>();
    const server = await standIn({ policy: POLICIES['always-first']! });
    const mllm = mllmOn(server);
    const { picture, candidates } = world;
    for (let i = 0; i < 60; i++) {
      const { choice } = await select({ mllm, picture, expression: `question ${i}`, candidates });
      if (choice.kind === 'option')
        counts.set(choice.candidate.name, (counts.get(choice.candidate.name) ?? 0) + 1);
    }
    // 12 expected of each, standard deviation 3.1.
    for (const { name } of candidates) expect(counts.get(name)).toBeGreaterThan(2);
    expect(Math.max(...counts.values())).toBeLessThan(25);
  });

  it('always-none is as unsure of what is there as of what is not', async () => {
    const there = await ask(POLICIES['always-none']!, 'the first region');
    const notThere = await ask(POLICIES['always-none']!, 'the elephant');
    expect(there.presence).toBeCloseTo(notThere.presence!, 9);
  });

  it('noisy ones are read in all their manners, and wrong about as often as they are', async () => {
    const policy = createNoisy({ ...world, rate: 0.3, seed: 4 });
    const server = await standIn({ policy });
    const mllm = mllmOn(server, {
      profile: { ...profileFor('stand-in', { server: 'vllm' }), structured: 'none' },
    });
    const { picture, candidates } = world;
    let right = 0;
    for (let seed = 0; seed < 60; seed++) {
      const { choice } = await select({
        mllm,
        picture,
        expression: 'the second region',
        candidates,
        options: { seed },
      });
      expect(choice.kind).not.toBe('unreadable');
      if (choice.kind === 'option' && choice.candidate === candidates[1]) right++;
    }
    expect(server.calls).toBe(60);
    expect(right).toBeGreaterThan(30);
    expect(right).toBeLessThan(55);
  });
});
