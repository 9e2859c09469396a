import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Box } from '../../../src/box.ts';
import type { Part } from '../../../src/expression/query.ts';
import { readPicture } from '../../../src/picture/read.ts';
import { scoreColour } from '../../../src/reasoning/colour.ts';

interface Photographed {
  readonly photo: string;
  readonly what: string;
  readonly label: string;
  readonly box: Box;
  readonly part?: Part;
  readonly is: readonly string[];
  readonly isNot: readonly string[];
}

/** Boxes were drawn by hand; colours are what a person calls them. */
const THINGS: readonly Photographed[] = [
  {
    photo: 'astronaut',
    what: "the astronaut's suit",
    label: 'person',
    box: [18, 14, 440, 512],
    part: 'torso',
    is: ['orange'],
    isNot: ['blue', 'green', 'yellow', 'purple', 'pink'],
  },
  {
    photo: 'astronaut',
    what: "the astronaut's hair",
    label: 'person',
    box: [18, 14, 440, 512],
    part: 'hair',
    is: ['brown', 'blond'],
    isNot: ['blue', 'green', 'red', 'black'],
  },
  {
    photo: 'two-dogs',
    what: 'the upper dog',
    label: 'dog',
    box: [260, 294, 446, 545],
    is: ['brown'],
    isNot: ['blue', 'green', 'red', 'pink', 'white', 'gray'],
  },
  {
    photo: 'two-dogs',
    what: 'the lower dog',
    label: 'dog',
    box: [400, 570, 572, 834],
    is: ['brown'],
    isNot: ['blue', 'green', 'red', 'pink', 'white', 'gray'],
  },
  {
    photo: 'coffee',
    what: 'the cup',
    label: 'cup',
    box: [160, 10, 500, 320],
    // In warm light; the saucer is red, the cup outside too.
    is: ['red', 'orange'],
    isNot: ['blue', 'green', 'purple', 'yellow', 'black'],
  },
  {
    photo: 'wine',
    what: 'the bottle',
    label: 'bottle',
    box: [391, 151, 451, 425],
    is: ['black'],
    isNot: ['blue', 'red', 'pink', 'purple', 'orange'],
  },
  {
    photo: 'wine',
    what: 'the bean bag',
    label: 'couch',
    box: [46, 777, 674, 1251],
    is: ['brown', 'beige'],
    isNot: ['blue', 'green', 'black', 'red', 'purple'],
  },
];

describe('on photos', () => {
  it.each(THINGS)('$what ($photo) has its colour and no other', async ({ photo, ...thing }) => {
    const file = fileURLToPath(new URL(`../../../examples/${photo}.jpg`, import.meta.url));
    const picture = await readPicture(file);
    const score = (name: string) =>
      scoreColour(
        picture,
        { label: thing.label, box: thing.box, score: 1 },
        { colours: [{ name }], part: thing.part ?? 'whole' },
      ).score!;
    expect(Math.max(...thing.is.map(score)), thing.is.join(' or ')).toBeGreaterThan(0.5);
    for (const name of thing.isNot) expect(score(name), name).toBeLessThan(0.35);
  });
});
