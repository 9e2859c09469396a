import { describe, expect, it } from 'vitest';
import type { Box } from '../../../src/box.ts';
import type { Rgb } from '../../../src/picture/picture.ts';
import { darkness, scoreColour } from '../../../src/reasoning/colour.ts';
import { ask, best, judged, paint, type TestScene, type Thing } from '../scene.ts';
import { BACKGROUNDS, colourScore, PATCHES, seenColour } from './patches.ts';

const BOX = [100, 90, 300, 210] as const;
const rgbOf = (name: string): Rgb => PATCHES[name]!.rgb;
const car = (name: string): Thing => ({ label: 'car', box: BOX, colour: rgbOf(name) });

describe('a painted thing', () => {
  describe.each(Object.entries(BACKGROUNDS))('on %s', (_, background) => {
    it.each(Object.entries(PATCHES))('is %s and nothing else', (name, { not }) => {
      const scene = paint([car(name)], { background });
      expect(colourScore(scene, name)).toBeGreaterThan(0.7);
      for (const other of not) expect(colourScore(scene, other), `as ${other}`).toBeLessThan(0.4);
    });
  });

  // A thing of the background's own colour cannot be told from it, and must not lose its colour for that.
  it.each(['green', 'blue', 'white', 'gray', 'brown'])('keeps its colour on the same: %s', (name) => {
    const scene = paint([car(name)], { background: rgbOf(name) });
    expect(colourScore(scene, name)).toBeGreaterThan(0.5);
  });

  it.each(['red', 'green', 'blue', 'yellow', 'purple', 'brown', 'black', 'gray'])(
    'is still %s in shadow',
    (name) => {
      expect(colourScore(paint([car(name)], { light: () => 0.65 }), name)).toBeGreaterThan(0.5);
      const half = paint([car(name)], { light: (u) => (u < 0.5 ? 1 : 0.5) });
      expect(colourScore(half, name)).toBeGreaterThan(0.5);
      const fading = paint([car(name)], { light: (u) => 1 - 0.5 * u });
      expect(colourScore(fading, name)).toBeGreaterThan(0.5);
    },
  );

  it('is called by the colour that is seen instead', () => {
    for (const name of ['red', 'orange', 'yellow', 'green', 'blue', 'purple', 'pink', 'brown', 'black']) {
      expect(seenColour(paint([car(name)]))).toBe(name);
    }
  });

  it('is darker or lighter than another', () => {
    const shade = (name: string) => darkness(paint([car(name)]).picture, BOX);
    expect(shade('black')).toBeGreaterThan(shade('brown'));
    expect(shade('brown')).toBeGreaterThan(shade('yellow'));
    expect(shade('white')).toBeLessThan(0.3);
  });

  it('is dark or light without being named', async () => {
    const scene = paint([
      { label: 'car', box: [20, 100, 180, 200], colour: [35, 30, 40] },
      { label: 'car', box: [220, 100, 380, 200], colour: [225, 225, 215] },
    ]);
    expect(await best(scene, 'the dark car')).toBe('car 1');
    expect(await best(scene, 'the light-colored car')).toBe('car 2');
  });
});

describe('a thin thing before a strong background', () => {
  /** A pole in the middle of a box that is mostly background. */
  const pole = (name: string, background: Rgb): TestScene => {
    const drawn = paint(
      [{ label: 'chair', box: [192, 60, 208, 240], colour: rgbOf(name), shape: 'rectangle' }],
      {
        background,
      },
    );
    return { ...drawn, things: [{ label: 'chair', box: [150, 60, 250, 240] }] };
  };

  it.each([
    ['red', 'green'],
    ['yellow', 'blue'],
    ['white', 'green'],
    ['black', 'red'],
    ['blue', 'yellow'],
  ])('%s before %s keeps its own colour', (name, behind) => {
    const scene = pole(name, rgbOf(behind));
    expect(colourScore(scene, name)).toBeGreaterThan(0.6);
    expect(seenColour(scene)).toBe(name);
  });
});

describe('what a person wears', () => {
  const SKIN: Rgb = [205, 160, 130];
  const person = (x: number, cap: string, shirt: string, trousers: string, shoes: string): Thing => ({
    label: 'person',
    box: [x, 40, x + 62, 280],
    shape: 'rectangle',
    bands: [
      [0.07, rgbOf(cap)],
      [0.16, SKIN],
      [0.5, rgbOf(shirt)],
      [0.92, rgbOf(trousers)],
      [1, rgbOf(shoes)],
    ],
  });
  const people = paint(
    [
      person(40, 'white', 'red', 'blue', 'brown'),
      person(170, 'black', 'green', 'beige', 'white'),
      person(300, 'red', 'yellow', 'black', 'blue'),
    ],
    { background: [170, 165, 155] },
  );

  it.each([
    ['the man in the red shirt', 'person 1'],
    ['the person in a green jacket', 'person 2'],
    ['the woman with the yellow shirt', 'person 3'],
    ['the person in blue jeans', 'person 1'],
    ['the man wearing black pants', 'person 3'],
    ['the man with the white cap', 'person 1'],
    ['the person in a red hat', 'person 3'],
    ['the man wearing white shoes', 'person 2'],
    ['the man in red', 'person 1'],
    ['the person with black hair', 'person 2'],
    ['the man in the red shirt and blue pants', 'person 1'],
    ['the man in the red shirt and black pants', 'nothing'],
    ['the man in a purple shirt', 'nothing'],
    ['the person in blue pants and a red hat', 'nothing'],
  ])('%s', async (says, name) => {
    expect(await best(people, says)).toBe(name);
  });

  it('is looked for where it is worn', () => {
    const [first] = people.things;
    const alone = { ...people, things: [first!] };
    expect(colourScore(alone, 'red', 'torso')).toBeGreaterThan(0.7);
    expect(colourScore(alone, 'red', 'legs')).toBeLessThan(0.3);
    expect(colourScore(alone, 'blue', 'legs')).toBeGreaterThan(0.7);
    expect(colourScore(alone, 'blue', 'torso')).toBeLessThan(0.3);
    expect(colourScore(alone, 'white', 'head')).toBeGreaterThan(0.7);
    expect(colourScore(alone, 'white', 'feet')).toBeLessThan(0.3);
  });

  it('may be negated', async () => {
    const scores = await judged(people, 'the man not in red', 'colour');
    expect(scores['person 1']).toBeLessThan(0.2);
    expect(scores['person 2']).toBeGreaterThan(0.8);
  });
});

describe('several colours', () => {
  const scene = paint([
    {
      label: 'umbrella',
      box: [20, 100, 120, 200],
      bands: [
        [0.5, rgbOf('red')],
        [1, rgbOf('yellow')],
      ],
    },
    { label: 'umbrella', box: [150, 100, 250, 200], colour: rgbOf('red') },
    { label: 'umbrella', box: [280, 100, 380, 200], colour: rgbOf('yellow') },
  ]);

  it.each([
    ['the red and yellow umbrella', 'umbrella 1'],
    ['the yellow and red umbrella', 'umbrella 1'],
    ['the umbrella that is not red', 'umbrella 3'],
    ['the umbrella that is not yellow', 'umbrella 2'],
    ['the red and blue umbrella', 'nothing'],
    ['the blue umbrella', 'nothing'],
  ])('%s', async (says, name) => {
    expect(await best(scene, says)).toBe(name);
  });

  it('are asked for together, and each is reason enough alone', async () => {
    expect((await judged(scene, 'the red umbrella', 'colour'))['umbrella 1']).toBeGreaterThan(0.5);
    expect((await ask(scene, 'the red umbrella')).considered[0]!.box).toEqual([150, 100, 250, 200]);
  });
});

describe('a picture without colours', () => {
  const gray = (scene: TestScene): TestScene => {
    const { raster } = scene.picture;
    const data = Uint8Array.from(raster.data, (_, i) => raster.data[i - (i % 3)]!);
    return { ...scene, picture: { ...scene.picture, raster: { ...raster, data } } };
  };
  const cars = gray(
    paint([
      { label: 'car', box: [20, 100, 150, 200], colour: [240, 240, 240] },
      { label: 'car', box: [220, 100, 350, 200], colour: [15, 15, 15] },
    ]),
  );

  it('shows what is black, white or gray', async () => {
    expect(await best(cars, 'the white car')).toBe('car 1');
    expect(await best(cars, 'the black car')).toBe('car 2');
    expect(await best(cars, 'the gray car')).toBe('nothing');
  });

  it('shows no other colour', async () => {
    const { outcome, sentence } = await ask(cars, 'the red car');
    expect(outcome).toBe('undecided');
    expect(sentence).toContain('the picture has no colours');
    expect(await judged(cars, 'the black and red car', 'colour')).toEqual({
      'car 1': undefined,
      'car 2': undefined,
    });
  });
});

describe('where an observer has seen the parts of a body', () => {
  const box: Box = [100, 20, 200, 280];
  const bands = (hair: Rgb, shins: Rgb): Thing[] => [
    {
      label: 'person',
      box,
      shape: 'rectangle',
      bands: [
        [0.08, hair],
        [0.5, [214, 170, 130]],
        [0.72, rgbOf('blue')],
        [1, shins],
      ],
    },
  ];
  const parts = {
    hair: [110, 20, 190, 40],
    thighs: [100, 150, 200, 206],
    shins: [110, 210, 190, 275],
  } as const;
  const scoreOf = ({ picture }: TestScene, colour: string, part: 'hair' | 'thighs') =>
    scoreColour(picture, { box, label: 'person', score: 1 }, { colours: [{ name: colour }], part }, { parts })
      .score;

  it('hair is judged by the hair, not by the face below it', () => {
    const dark = paint(bands([25, 18, 15], [214, 170, 130]));
    expect(scoreOf(dark, 'blond', 'hair')).toBeLessThan(0.2);
    expect(scoreOf(dark, 'black', 'hair')).toBeGreaterThan(0.7);
    expect(scoreOf(paint(bands(rgbOf('blond'), [214, 170, 130])), 'blond', 'hair')).toBeGreaterThan(0.7);
  });

  it('a skirt stays open where the lower legs have its colour', () => {
    expect(scoreOf(paint(bands([25, 18, 15], [214, 170, 130])), 'blue', 'thighs')).toBeGreaterThan(0.7);
    expect(scoreOf(paint(bands([25, 18, 15], rgbOf('blue'))), 'blue', 'thighs')).toBeUndefined();
  });
});
