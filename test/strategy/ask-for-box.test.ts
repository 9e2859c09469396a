import { beforeAll, describe, expect, it } from 'vitest';
import { type Box, iou } from '../../src/box.ts';
import { createOracle } from '../../src/evaluate/stand-in/policies.ts';
import type { Policy } from '../../src/evaluate/stand-in/wire.ts';
import { CONVENTIONS, type Convention, type Profile, profileFor } from '../../src/mllm/profile.ts';
import { type AskForBoxOptions, askForBox } from '../../src/strategy/asking.ts';
import { mllmOn, standIn } from '../mllm/reply/other-options.ts';
import { scene } from './scene.ts';

let world: Awaited<ReturnType<typeof scene>>;
beforeAll(async () => {
  world = await scene();
});

async function ask(
  policy: Policy,
  expression: string,
  { options, ...profile }: Partial<Profile> & { readonly options?: AskForBoxOptions } = {},
) {
  const server = await standIn({ policy });
  const mllm = mllmOn(server, { profile: { ...profileFor('stand-in', { server: 'vllm' }), ...profile } });
  const answer = await askForBox({
    mllm,
    picture: world.picture,
    expression,
    ...(options ? { options } : {}),
  });
  return { server, prompt: server.received.at(-1)!.seen!.prompt, ...answer };
}

describe('asking for a box', () => {
  const images: Profile['image'][] = [
    { maxSide: 1024, maxPixels: 1e6, multipleOf: 1, maxBytes: 1e6 },
    { maxSide: 1280, maxPixels: 1280 * 28 * 28, multipleOf: 28, maxBytes: 1e6 },
    { maxSide: 448, maxPixels: 448 * 448, multipleOf: 14, maxBytes: 20_000 },
  ];
  const cases = CONVENTIONS.flatMap((coordinates) => images.map((image) => ({ coordinates, image })));

  it.each(cases)(
    'finds the very region: $coordinates, at most $image.maxSide pixels',
    async ({ coordinates, image }) => {
      for (const { expression, box } of world.truths.slice(0, 4)) {
        const { reply } = await ask(createOracle({ ...world, convention: coordinates }), expression, {
          coordinates,
          image,
        });
        expect(reply).toMatchObject({ kind: 'boxes' });
        if (reply.kind === 'boxes') expect(iou(reply.boxes[0], box!)).toBeGreaterThan(0.97);
      }
    },
  );

  it('goes wrong where the profile has the wrong convention', async () => {
    const wrong: [Convention, Convention][] = [
      ['relative-1000-xyxy', 'relative-1000-yxyx'],
      ['relative-1000-yxyx', 'pixels-resized-xyxy'],
      ['pixels-resized-xyxy', 'relative-1000-xyxy'],
      ['relative-1000-xyxy', 'unit-xyxy'],
    ];
    for (const [convention, coordinates] of wrong) {
      const { reply } = await ask(createOracle({ ...world, convention }), 'the second region', {
        coordinates,
      });
      const truth = world.truths[1]!.box!;
      expect(reply.kind === 'boxes' ? iou(reply.boxes[0], truth) : 0).toBeLessThan(0.97);
    }
  });

  it('may have none, where that is allowed', async () => {
    const none = await ask(createOracle(world), 'the elephant');
    expect(none.reply).toEqual({ kind: 'none' });
    expect(none.prompt).toContain('output None');
    expect(Object.keys(none.prompts)).toContain('ground-absence');
    const published = await ask(createOracle(world), 'the elephant', { options: { none: false } });
    expect(published.reply).toMatchObject({ kind: 'boxes' });
    expect(published.prompt).not.toMatch(/none/i);
  });

  it('points to the target where that is wanted', async () => {
    const { prompt, prompts } = await ask(createOracle(world), 'the first region', {
      options: { focus: 'the "region"' },
    });
    expect(prompt).toMatch(
      /^Output the bounding box of "the first region" in the image\. Please focus on "the 'region'"\. /,
    );
    expect(Object.keys(prompts)).toContain('ground-focus');
  });

  it('says how large the image is, where pixels are asked for', async () => {
    const { prompt, server } = await ask(createOracle(world), 'the first region', {
      coordinates: 'pixels-resized-xyxy',
    });
    const { width, height } = server.received.at(-1)!.seen!.images[0]!;
    expect(prompt).toContain(`${width} pixels wide and ${height} pixels high`);
  });
});

describe('an answer without a box', () => {
  const saying = (...texts: readonly string[]): Policy => {
    let calls = 0;
    return () => ({ text: texts[Math.min(calls++, texts.length - 1)]! });
  };

  it('is asked for once more', async () => {
    const { reply, repaired, cost, prompts } = await ask(
      saying('On the left.', '(100,100),(500,500)'),
      'the dog',
    );
    const { width, height } = world.picture;
    const [x1, y1, x2, y2] = reply.kind === 'boxes' ? reply.boxes[0] : ([0, 0, 0, 0] as Box);
    expect([x1 / width, y1 / height, x2 / width, y2 / height].map((v) => Number(v.toFixed(6)))).toEqual([
      0.1, 0.1, 0.5, 0.5,
    ]);
    expect([repaired, cost.calls]).toEqual([true, 2]);
    expect(Object.keys(prompts)).toContain('repair/box');
  });

  it.each([
    ['prose', ['On the left.', 'At the bottom.'], {}],
    ['numbers out of all bounds', ['[1, 2, 99999, 5]', '[9e9, 1, 2, 3]'], {}],
    ['None where it was not allowed', ['None', 'none'], { options: { none: false } }],
  ])('is unreadable in the end: %s', async (_, texts, options) => {
    const { reply, server } = await ask(saying(...texts), 'the dog', options);
    expect(reply).toMatchObject({ kind: 'unreadable' });
    expect(server.calls).toBe(2);
  });
});
