import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TestScene } from './scene.ts';
import { anyScene, mirrored, ranking, swapped, upended, winner } from './transforms.ts';

const LEFT_RIGHT = [
  ['left', 'right'],
  ['leftmost', 'rightmost'],
] as const;
const TOP_BOTTOM = [
  ['top', 'bottom'],
  ['topmost', 'bottommost'],
  ['above', 'below'],
  ['upper', 'lower'],
  ['highest', 'lowest'],
] as const;

const SIDEWAYS = [
  'the dog on the left',
  'the right dog',
  'the dog on the far right',
  'the leftmost dog',
  'the second dog from the left',
  'the third dog from the right',
  'the dog in the top left corner',
  'the bottom right dog',
  'the dog left of the cat',
  'the dog to the right of the cat',
  'the dog just to the left of the cat',
  'the dog left of both cats',
  'the dog not on the left',
  'the dog right of the leftmost cat',
  'the dog left of the cat that is right of a dog',
  'the dog with a cat to the left of it',
];
const UPRIGHT = [
  'the dog in the middle',
  'the dog above the cat',
  'the dog below the cat',
  'the dog on the cat',
  'the dog under the cat',
  'the dog next to the cat',
  'the dog near the cat',
  'the dog far from the cat',
  'the dog between the cats',
  'the dog behind the cat',
  'the dog in front of the cat',
  'the dog closest to the cat',
  'the dog closest to the camera',
  'the largest dog',
  'the second smallest dog',
  'the tallest dog',
  'the big dog',
  'the dog larger than the cat',
  'the dog at the top',
  'the second dog from the top',
];
const UPENDABLE = [
  'the dog at the top',
  'the bottom dog',
  'the topmost dog',
  'the upper dog',
  'the highest dog',
  'the second dog from the top',
  'the third dog from the bottom',
  'the top left dog',
  'the dog in the bottom right corner',
  'the dog above the cat',
  'the dog below both cats',
  'the dog above the topmost cat',
  'the dog left of the cat',
  'the leftmost dog',
  'the largest dog',
  'the dog in the middle',
];

/** Every thing scores the same in both pictures. */
async function expectSame(
  one: TestScene,
  said: string,
  other: TestScene,
  saidThere: string,
  tolerance = 1e-9,
) {
  const [here, there] = await Promise.all([ranking(one, said), ranking(other, saidThere)]);
  expect(Object.keys(there.scores).toSorted(), said).toEqual(Object.keys(here.scores).toSorted());
  expect(here.order.length, said).toBeGreaterThan(0);
  for (const [name, score] of Object.entries(here.scores)) {
    expect(Math.abs(there.scores[name]! - score), `${said}: ${name}`).toBeLessThan(tolerance);
  }
}

describe('a mirror image', () => {
  it.each(SIDEWAYS)('is answered alike when left and right are exchanged: %s', async (expression) => {
    const exchanged = swapped(expression, LEFT_RIGHT);
    expect(exchanged).not.toBe(expression);
    await fc.assert(
      fc.asyncProperty(anyScene, (scene) => expectSame(scene, expression, mirrored(scene), exchanged)),
      { numRuns: 20 },
    );
  });

  it.each(UPRIGHT)('does not change what has nothing to do with left and right: %s', async (expression) => {
    await fc.assert(
      fc.asyncProperty(anyScene, (scene) => expectSame(scene, expression, mirrored(scene), expression)),
      { numRuns: 20 },
    );
  });

  it('has the darkest thing at the mirrored place', async () => {
    await fc.assert(
      fc.asyncProperty(anyScene, async (scene) => {
        const name = await winner(scene, 'the darkest dog');
        fc.pre(name !== undefined);
        expect((await ranking(mirrored(scene), 'the darkest dog')).order[0]).toBe(name);
      }),
      { numRuns: 20 },
    );
  });
});

// Depth and support have a direction: "behind", "on" and "under" mean something else upside down.
describe('a picture upside down', () => {
  it.each(UPENDABLE)('is answered alike when top and bottom are exchanged: %s', async (expression) => {
    const exchanged = swapped(expression, TOP_BOTTOM);
    await fc.assert(
      fc.asyncProperty(anyScene, (scene) => expectSame(scene, expression, upended(scene), exchanged)),
      { numRuns: 20 },
    );
  });
});

describe('swapped', () => {
  it('exchanges whole words only', () => {
    expect(swapped('the leftmost of the right dogs, brighter, left', LEFT_RIGHT)).toBe(
      'the rightmost of the left dogs, brighter, right',
    );
  });
});
