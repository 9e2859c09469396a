import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Box } from '../../src/box.ts';
import { formatAsked } from '../../src/reasoning/sentences.ts';
import { ask, paint, type TestScene, type Thing } from './scene.ts';

const BOXES: readonly Box[] = [
  [10, 10, 80, 80],
  [120, 10, 190, 80],
  [230, 10, 300, 80],
];
const of = (label: string, n: number): Thing[] => BOXES.slice(0, n).map((box) => ({ label, box }));
const LABELS: string[] = JSON.parse(
  readFileSync(new URL('../../models/starter/classes.json', import.meta.url), 'utf8'),
);
const said = async (scene: TestScene, expression: string): Promise<string> =>
  (await ask(scene, expression)).sentence;

describe('what was seen', () => {
  it.each([
    ['person', 1, 'a person'],
    ['person', 2, '2 people'],
    ['apple', 1, 'an apple'],
    ['umbrella', 1, 'an umbrella'],
    ['orange', 2, '2 oranges'],
    ['sheep', 2, '2 sheep'],
    ['knife', 2, '2 knives'],
    ['mouse', 3, '3 mice'],
    ['bus', 2, '2 buses'],
    ['bench', 2, '2 benches'],
    ['couch', 2, '2 couches'],
    ['sandwich', 2, '2 sandwiches'],
    ['wine glass', 2, '2 wine glasses'],
    ['toothbrush', 2, '2 toothbrushes'],
    ['traffic light', 3, '3 traffic lights'],
  ])('%s, %i of them: %s', async (label, n, words) => {
    const other = label === 'apple' ? 'the pizza' : 'the apple';
    expect(await said(paint(of(label, n)), other)).toMatch(new RegExp(`\\b${words}\\b`));
  });

  it('is told of each label', async () => {
    for (const label of LABELS) {
      const sentence = await said(paint(of(label, 1)), label === 'zebra' ? 'the giraffe' : 'the zebra');
      expect(sentence, label).toMatch(new RegExp(`\\b${label}\\b`, 'i'));
      expect(sentence, label).toContain('no ');
    }
  });

  it('is a list, most frequent first, of the surely seen', async () => {
    const scene = paint([
      { label: 'cat', box: [10, 110, 60, 160] },
      ...of('dog', 2),
      { label: 'bird', box: [200, 200, 250, 250] },
      { label: 'horse', box: [300, 200, 390, 290], score: 0.11 },
    ]);
    const sentence = await said(scene, 'the zebra');
    expect(sentence).toMatch(/2 dogs, a (cat|bird) and a (cat|bird)/);
    expect(sentence).not.toContain('horse');
  });
});

describe('sentences', () => {
  const car = (box: Box, colour: Thing['colour'] & object): Thing => ({ label: 'car', box, colour });
  const STREET = paint([
    car([10, 150, 120, 220], [200, 30, 30]),
    car([240, 150, 360, 220], [40, 80, 190]),
    { label: 'person', box: [130, 80, 170, 220] },
    { label: 'dog', box: [60, 230, 110, 290] },
  ]);
  const EXPRESSIONS = [
    'the car',
    'the red car',
    'the green car',
    'the cars',
    'three cars',
    'the fifth largest car',
    'the man next to the red car',
    'the woman with a hat',
    'the cat',
    'the cats',
    'the dog on the couch',
    'the dog not next to a car',
    'the fruit',
    'der Hund',
    'the kangaroo',
    '"the" <b>dog</b>',
    'dog.',
    'the dog?',
    '🐶',
  ];

  it.each(EXPRESSIONS)('are whole and repeat what was asked for: %s', async (expression) => {
    const sentence = await said(STREET, expression);
    expect(sentence).toMatch(/^["A-Z].*\.$/);
    expect(sentence).not.toMatch(/undefined|NaN|null|\[object| {2}|\.\.|, \.|\ba [aeiou]/);
  });

  it('of each outcome can be told apart', async () => {
    expect(await said(STREET, 'the red car')).toMatch(/found/i);
    expect(await said(STREET, 'the cat')).toMatch(/not (there|present)/i);
    expect(await said(STREET, 'the car')).toMatch(/not sure|undecided/i);
    expect(await said(STREET, 'the kangaroo')).toMatch(/cannot tell/i);
  });

  it('say how many are meant', async () => {
    expect(await said(STREET, 'the cars')).toContain('2');
    expect(await said(STREET, 'the red car')).not.toMatch(/\d/);
  });
});

describe('what was asked for, in a sentence', () => {
  it.each([
    ['the dog', 'Found the dog.'],
    ['show me The dog, please!', 'Found the dog.'],
    ['Where is the dog?', 'Found the dog.'],
    ['a dog', 'Found a dog.'],
    ['dog', 'Found "dog".'],
    ['my dog', 'Found "my dog".'],
  ])('%s', async (expression, sentence) => {
    expect(await said(paint(of('dog', 1)), expression)).toBe(sentence);
  });

  it('stands in quotes where it is a sentence of its own', () => {
    const asked = (text: string, english = true) => formatAsked({ text, english });
    expect(asked('the dog. Found the cat')).toBe('"the dog. Found the cat"');
    expect(asked('the Hund', false)).toBe('"the Hund"');
    expect(asked('?!')).toBe('"?!"');
  });

  it('is who it is asked for', () => {
    const asked = (text: string) => formatAsked({ text, english: true });
    expect(asked('Who is on the left?')).toBe('the person who is on the left');
    expect(asked("who's wearing a hat")).toBe("the person who's wearing a hat");
    expect(asked('who are the players')).toBe('the people who are the players');
    expect(asked('whose dog')).toBe('"whose dog"');
  });

  it('is counted where there are several', async () => {
    expect(await said(paint(of('dog', 2)), 'show me the dogs')).toBe('Found the dogs (2).');
  });
});

describe('what nobody has checked is said first', () => {
  it('of the only one of its broader kind', async () => {
    expect(await said(paint(of('person', 1)), 'the woman')).toBe(
      'There is one person; whether it is a woman I cannot tell.',
    );
    expect(await said(paint(of('person', 2)), 'the women')).toMatch(
      /^(There are 2 people; whether they are women|Undecided)/,
    );
  });

  it('of the only one that fits the rest, where the noun is not what tells people apart', async () => {
    const chairs = paint([
      { label: 'chair', box: [20, 60, 120, 200], colour: [200, 24, 28] },
      { label: 'chair', box: [220, 60, 320, 200], colour: [30, 60, 200] },
    ]);
    expect(await said(chairs, 'the red stool')).toBe(
      'One chair fits the rest of what you said; whether it is a stool I cannot tell.',
    );
    expect((await ask(chairs, 'the stool')).outcome).toBe('undecided');
  });

  it('and of several nothing is found', async () => {
    expect((await ask(paint(of('person', 2)), 'the woman')).outcome).toBe('undecided');
    expect((await ask(paint(of('person', 2)), 'the woman on the left')).outcome).toBe('undecided');
  });
});

describe('a picture without colours', () => {
  const grey = (things: Thing[]): TestScene => {
    const scene = paint(things);
    const { raster } = scene.picture;
    // All shades of grey, as a photo has them.
    const data = Uint8Array.from(raster.data, (_, i) => (Math.floor(i / 3) * 37) % 256);
    return { ...scene, picture: { ...scene.picture, raster: { ...raster, data } } };
  };

  it('decides nothing about colours, and all else', async () => {
    const scene = grey(of('boat', 1));
    expect(await ask(scene, 'the red boat')).toMatchObject({
      outcome: 'undecided',
      sentence: 'Undecided: the picture has no colours, so I cannot tell what is "red".',
    });
    expect((await ask(scene, 'the boat')).outcome).toBe('found');
    expect((await ask(scene, 'the red giraffe')).outcome).toBe('not-present');
  });
});
