import { describe, expect, it } from 'vitest';
import type { Box } from '../../src/box.ts';
import { ageScore, nearness, ordinalScore, rowsOf } from '../../src/reasoning/groups.ts';
import { answer, ask, best, judged, paint, type Thing } from './scene.ts';

const all = (label: string, ...boxes: Box[]): Thing[] => boxes.map((box) => ({ label, box }));

/** Three by three, as they would be read. */
const SHELF = paint(
  [0, 1, 2].flatMap((row) =>
    [0, 1, 2].map((column): Thing => {
      const [x, y] = [20 + 140 * column, 15 + 95 * row];
      return { label: 'bottle', box: [x, y, x + 50, y + 70], name: `${row}${column}` };
    }),
  ),
);
const ROW = paint(
  all('dog', [10, 150, 70, 200], [100, 135, 170, 215], [190, 110, 290, 230], [330, 165, 360, 195]),
);

describe('places', () => {
  it.each([
    ['the dog on the left', 'dog 1'],
    ['the left dog', 'dog 1'],
    ['the dog on the far left', 'dog 1'],
    ['the dog on the right', 'dog 4'],
    ['the dog on the far right', 'dog 4'],
    ['the dog on the right-hand side', 'dog 4'],
    ['the dog at the front', 'dog 3'],
    ['the dog in the foreground', 'dog 3'],
    ['the dog in the background', 'dog 4'],
  ])('%s', async (says, name) => {
    expect(await best(ROW, says)).toBe(name);
  });

  it.each([
    ['the top left bottle', '00'],
    ['the bottle in the upper right corner', '02'],
    ['the bottle in the bottom right corner', '22'],
    ['the bottle in the lower left', '20'],
  ])('of corners: %s', async (says, name) => {
    expect((await answer(SHELF, says)).split(/: |, /)[1]).toBe(name);
  });

  it('do not hold at the other side, even for a single one', async () => {
    const scene = paint(all('dog', [330, 120, 390, 180]));
    expect((await judged(scene, 'the dog on the left', 'place'))['dog 1']).toBeLessThan(0.2);
    expect((await judged(scene, 'the dog on the right', 'place'))['dog 1']).toBeGreaterThan(0.8);
    expect(await best(scene, 'the dog on the left')).toBe('nothing');
  });

  it('in the middle means between the others, and central', async () => {
    const scene = paint(all('cup', [20, 120, 60, 160], [170, 120, 210, 160], [340, 120, 380, 160]));
    expect(await best(scene, 'the cup in the middle')).toBe('cup 2');
    expect(await best(scene, 'the middle cup')).toBe('cup 2');
    expect(await best(scene, 'the cup in the center')).toBe('cup 2');
  });

  it('not on the left means one of the others', async () => {
    const scene = paint(all('dog', [20, 120, 80, 180], [330, 120, 390, 180]));
    expect(await best(scene, 'the dog not on the left')).toBe('dog 2');
  });
});

describe('rows', () => {
  const boxes = SHELF.things.map((t) => t.box);

  it('are told apart by height, top first', () => {
    expect(rowsOf(boxes).map((row) => row.length)).toEqual([3, 3, 3]);
    expect(rowsOf(boxes.toReversed())[0]!.toSorted((a, b) => a[0] - b[0])).toEqual(boxes.slice(0, 3));
    expect(rowsOf([])).toEqual([]);
    expect(rowsOf([boxes[4]!])).toEqual([[boxes[4]]]);
  });

  it('stay one row when some stand a little higher', () => {
    const uneven: Box[] = [0, 1, 2, 3].map((i) => [
      i * 60,
      100 + 8 * (i % 2),
      i * 60 + 40,
      160 + 8 * (i % 2),
    ]);
    expect(rowsOf(uneven)).toHaveLength(1);
  });

  it.each([
    ['the left bottle in the top row', '00'],
    ['the second bottle from the left in the middle row', '11'],
    ['the rightmost bottle in the bottom row', '22'],
    ['the third bottle in the top row', '02'],
    ['the middle bottle in the bottom row', '21'],
  ])('%s', async (says, name) => {
    expect(await best(SHELF, says)).toBe(name);
  });

  it('of several are all meant in the plural', async () => {
    const { candidates } = await ask(SHELF, 'the bottles in the bottom row');
    expect(candidates.map((k) => k.box).toSorted((a, b) => a[0] - b[0])).toEqual(boxes.slice(6));
  });

  it('cannot be judged where all stand in one', async () => {
    expect(Object.values(await judged(ROW, 'the dog in the top row', 'row'))).toEqual(
      Array(4).fill(undefined),
    );
  });
});

describe('ordinals', () => {
  it.each([
    ['the first dog from the left', 'dog 1'],
    ['the second dog from the left', 'dog 2'],
    ['second from left dog', 'dog 2'],
    ['the third dog from the left', 'dog 3'],
    ['the 4th dog from the left', 'dog 4'],
    ['the first dog from the right', 'dog 4'],
    ['the second dog from the right', 'dog 3'],
    ['the third dog', 'dog 3'],
    ['the last dog', 'dog 4'],
    ['the second dog from the front', 'dog 2'],
    ['the fifth dog from the left', 'nothing'],
    ['the fifth dog from the right', 'nothing'],
  ])('%s', async (says, name) => {
    expect(await best(ROW, says)).toBe(name);
  });

  it('count from the top and the bottom', async () => {
    const stack = paint(all('book', [100, 200, 200, 230], [110, 60, 210, 90], [90, 120, 190, 150]));
    expect(await best(stack, 'the second book from the top')).toBe('book 3');
    expect(await best(stack, 'the first book from the bottom')).toBe('book 1');
    expect(await best(stack, 'the third book from the bottom')).toBe('book 2');
  });

  it('count only those that the rest describes', async () => {
    const red = [200, 30, 30] as const;
    const blue = [30, 60, 200] as const;
    const cars = paint(
      [red, blue, red, blue].map(
        (colour, i): Thing => ({
          label: 'car',
          box: [10 + 100 * i, 140, 80 + 100 * i, 190],
          colour,
        }),
      ),
    );
    expect(await best(cars, 'the second red car from the left')).toBe('car 3');
    expect(await best(cars, 'the first blue car from the left')).toBe('car 2');
    expect(await best(cars, 'the third red car from the left')).toBe('nothing');
  });
});

describe('superlatives', () => {
  it.each([
    ['the largest dog', 'dog 3'],
    ['the second largest dog', 'dog 2'],
    ['the third biggest dog', 'dog 1'],
    ['the smallest dog', 'dog 4'],
    ['the second smallest dog', 'dog 1'],
    ['the tallest dog', 'dog 3'],
    ['the shortest dog', 'dog 4'],
    ['the widest dog', 'dog 3'],
    ['the narrowest dog', 'dog 4'],
    ['the leftmost dog', 'dog 1'],
    ['the rightmost dog', 'dog 4'],
    ['the dog closest to the camera', 'dog 3'],
    ['the fifth largest dog', 'nothing'],
  ])('%s', async (says, name) => {
    expect(await best(ROW, says)).toBe(name);
  });

  it('are undecided where two are equal', async () => {
    const twins = paint(all('dog', [20, 100, 100, 180], [250, 100, 330, 180]));
    for (const says of ['the largest dog', 'the smaller dog', 'the tallest dog']) {
      expect((await answer(twins, says)).split(':')[0], says).toBe('undecided');
    }
  });

  it('compare brightness in the picture', async () => {
    const scene = paint([
      { label: 'dog', box: [20, 100, 100, 180], colour: [200, 190, 170] },
      { label: 'dog', box: [150, 100, 230, 180], colour: [40, 36, 34] },
      { label: 'dog', box: [280, 100, 360, 180], colour: [120, 100, 80] },
    ]);
    expect(await best(scene, 'the darkest dog')).toBe('dog 2');
    expect(await best(scene, 'the lightest dog')).toBe('dog 1');
  });
});

describe('size and age', () => {
  const family = paint(all('person', [30, 40, 100, 280], [150, 170, 200, 280], [250, 30, 320, 280]));

  it('compare with their kind', async () => {
    const scores = await judged(ROW, 'the large dog', 'size');
    expect(scores['dog 3']).toBeGreaterThan(0.8);
    expect(scores['dog 4']).toBeLessThan(0.2);
    const small = await judged(ROW, 'the small dog', 'size');
    for (const [name, score] of Object.entries(small)) expect(score! + scores[name]!).toBeCloseTo(1);
  });

  it('cannot be judged of a single one', async () => {
    const scene = paint(all('dog', [100, 100, 200, 200]));
    const { unresolved, considered } = await ask(scene, 'the large dog');
    expect(await judged(scene, 'the large dog', 'size')).toEqual({ 'dog 1': undefined });
    expect([unresolved, considered.length]).toEqual([['large'], 1]);
  });

  it.each([
    ['the young person', 'person 2'],
    ['the short person', 'person 2'],
    ['the shorter person', 'person 2'],
  ])('%s', async (says, name) => {
    expect(await best(family, says)).toBe(name);
  });

  it('tells grown-ups from the young by height, where there are several', () => {
    const boxes = family.things.map((t) => t.box);
    const [tall, small] = boxes as [Box, Box];
    expect(ageScore(tall, boxes, { age: 'grown' })).toBeGreaterThan(0.8);
    expect(ageScore(small, boxes, { age: 'grown' })).toBeLessThan(0.3);
    expect(ageScore(small, boxes, { age: 'young' })).toBeGreaterThan(0.8);
    expect(ageScore(tall, boxes, { age: 'young' })).toBeLessThan(0.3);
    expect(ageScore(tall, [tall], { age: 'young' })).toBeUndefined();
  });
});

describe('counts and plurals', () => {
  const dogs = (n: number) =>
    paint(all('dog', [10, 150, 70, 210], [150, 150, 210, 210], [300, 150, 360, 210]).slice(0, n));

  it.each([
    [0, 'two dogs', 'not-present'],
    [1, 'two dogs', 'not-present'],
    [2, 'two dogs', 'found: dog 1, dog 2'],
    [2, 'both dogs', 'found: dog 1, dog 2'],
    [3, 'two dogs', 'undecided: dog 1, dog 2, dog 3'],
    [2, 'three dogs', 'not-present'],
    [3, 'three dogs', 'found: dog 1, dog 2, dog 3'],
    [3, 'the dogs', 'found: dog 1, dog 2, dog 3'],
    [3, 'all the dogs', 'found: dog 1, dog 2, dog 3'],
    [1, 'the dogs', 'found: dog 1'],
    [1, 'the dog', 'found: dog 1'],
    [2, 'the dog', 'undecided: dog 1, dog 2'],
    [0, 'the dogs', 'not-present'],
    [3, 'the two dogs on the left', 'found: dog 1, dog 2'],
  ])('%i there, "%s": %s', async (n, says, said) => {
    expect(await answer(dogs(n), says)).toBe(said);
  });

  it('of a kind are those that fit', async () => {
    const cars = paint([
      { label: 'car', box: [10, 140, 80, 190], colour: [200, 30, 30] },
      { label: 'car', box: [110, 140, 180, 190], colour: [30, 60, 200] },
      { label: 'car', box: [210, 140, 280, 190], colour: [200, 30, 30] },
    ]);
    expect(await answer(cars, 'the red cars')).toBe('found: car 1, car 3');
    expect(await answer(cars, 'two red cars')).toBe('found: car 1, car 3');
    expect((await ask(cars, 'three red cars')).outcome).not.toBe('found');
  });
});

describe('nearness', () => {
  const frame = { width: 400, height: 300 };

  it('grows with reaching lower, and with size on the same ground', () => {
    expect(nearness([0, 200, 50, 280], frame)).toBeGreaterThan(nearness([0, 100, 50, 180], frame));
    expect(nearness([0, 100, 100, 280], frame)).toBeGreaterThan(nearness([0, 200, 50, 280], frame));
  });
});

describe('those that are counted', () => {
  it('share a place where none is before the other, in whatever order they are proposed', () => {
    const frame = { width: 100, height: 100 };
    const [front, left, right]: Box[] = [
      [59, 50, 65, 56],
      [55, 32, 79, 38],
      [93, 20, 101, 38],
    ];
    const scores = (group: Box[], nth: number) =>
      [front!, left!, right!].map((box) => ordinalScore(box, group, { nth, from: 'front' }, frame));
    for (const group of [
      [front!, left!, right!],
      [right!, left!, front!],
    ]) {
      expect(scores(group, 1)).toEqual([1, 0.12, 0.12]);
      expect(scores(group, 2)).toEqual([0.12, 1, 1]);
      expect(scores(group, 3)).toEqual([0.02, 1, 1]);
    }
  });
});
