import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TestScene, Thing } from './scene.ts';
import { anyScene, doubled, FRAME, moved, ranking, winner } from './transforms.ts';

const RELATIONS = [
  'the dog left of the cat',
  'the dog just to the right of the cat',
  'the dog above the cat',
  'the dog below both cats',
  'the dog on the cat',
  'the dog under the cat',
  'the dog in the cat',
  'the dog next to the cat',
  'the dog near the cat',
  'the dog far from the cat',
  'the dog between the cats',
  'the dog behind the cat',
  'the dog in front of the cat',
  'the dog with a cat',
  'the dog closest to the cat',
  'the dog larger than the cat',
  'the dog shorter than the cat',
  'the dog the cat is standing on',
  'the dog with a cat to the left of it',
  'the dog not next to the cat',
];
const ORDINALS = [
  'the second dog from the left',
  'the third dog from the right',
  'the second dog from the top',
  'the first dog from the bottom',
];
const BY_SIZE = [
  'the largest dog',
  'the second smallest dog',
  'the tallest dog',
  'the widest dog',
  'the big dog',
];
const BY_POSITION = ['the leftmost dog', 'the rightmost dog', 'the topmost dog', 'the lowest dog'];
/** Excluded from moving: what is said in terms of the frame, and depth, which is judged by the height in it. */
const OF_THE_FRAME = [
  'the dog on the left',
  'the dog on the far right',
  'the dog in the middle',
  'the top left dog',
  'the dog closest to the camera',
  'the dog in the background',
  'the second dog from the front',
];
const RUNS = { numRuns: 12 };

async function expectSame(one: TestScene, other: TestScene, expression: string, among = one) {
  const [here, there] = await Promise.all([ranking(one, expression), ranking(other, expression)]);
  expect(here.order.length).toBe(among.things.filter((t) => t.label === 'dog').length);
  expect(there.order.length).toBe(here.order.length);
  for (const [name, score] of Object.entries(here.scores)) {
    expect(there.scores[name], `${expression}: ${name}`).toBeCloseTo(score, 9);
  }
}

describe('moving everything inside a larger frame', () => {
  const within = fc.record({ dx: fc.integer({ min: 0, max: 60 }), dy: fc.integer({ min: 0, max: 50 }) });
  const larger = { width: FRAME.width + 60, height: FRAME.height + 50 };

  it.each([...RELATIONS, ...ORDINALS, ...BY_SIZE])('changes no score of: %s', async (expression) => {
    await fc.assert(
      fc.asyncProperty(anyScene, within, (scene, { dx, dy }) =>
        expectSame(scene, moved(scene, larger, dx, dy), expression),
      ),
      RUNS,
    );
  });

  // The lead that settles it is measured against the frame, so only the order is kept.
  it.each(BY_POSITION)('changes no answer to: %s', async (expression) => {
    await fc.assert(
      fc.asyncProperty(anyScene, within, async (scene, { dx, dy }) => {
        const name = await winner(scene, expression);
        fc.pre(name !== undefined);
        expect((await ranking(moved(scene, larger, dx, dy), expression)).order[0]).toBe(name);
      }),
      RUNS,
    );
  });
});

describe('a picture of twice the size', () => {
  const all = [...RELATIONS, ...ORDINALS, ...BY_SIZE, ...BY_POSITION, ...OF_THE_FRAME];

  it.each([...all, 'the red dog', 'the darkest dog'])('is answered alike: %s', async (expression) => {
    await fc.assert(
      fc.asyncProperty(anyScene, (scene) => expectSame(scene, doubled(scene), expression)),
      RUNS,
    );
  });
});

describe('an unrelated thing far away', () => {
  const all = [...RELATIONS, ...ORDINALS, ...BY_SIZE, ...BY_POSITION, ...OF_THE_FRAME];
  const bird: Thing = { label: 'bird', box: [1, 1, 6, 5], name: 'the bird' };

  it.each(all)('changes nothing for: %s', async (expression) => {
    await fc.assert(
      fc.asyncProperty(anyScene, (scene) =>
        expectSame(scene, { ...scene, things: [bird, ...scene.things] }, expression),
      ),
      RUNS,
    );
  });
});

describe('the order in which regions are proposed', () => {
  const all = [...RELATIONS, ...ORDINALS, ...BY_SIZE, ...BY_POSITION, ...OF_THE_FRAME];

  it.each(all)('does not matter for: %s', async (expression) => {
    const orders = fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(anyScene, orders, async (scene, order) => {
        const names = scene.things.map((t, i) => ({ ...t, name: `${t.label} ${i}` }));
        const things = order.flatMap((i) => names[i] ?? []);
        await expectSame({ ...scene, things: names }, { ...scene, things }, expression);
      }),
      RUNS,
    );
  });
});
