import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box } from '../../src/box.ts';
import { answer, ask, paint, type Thing } from './scene.ts';

const LEFT: Box = [20, 100, 120, 200];
const RIGHT: Box = [250, 100, 350, 200];
const dog = (box: Box, score = 0.95): Thing => ({ label: 'dog', box, score });
const ONE = paint([dog(LEFT)]);
const TWO = paint([dog(LEFT), dog(RIGHT)]);
const NONE = paint([]);

describe('found', () => {
  it.each([
    ['the dog', ONE, 'found: dog 1'],
    ['a dog', ONE, 'found: dog 1'],
    ['the dog on the right', TWO, 'found: dog 2'],
    ['the dogs', TWO, 'found: dog 1, dog 2'],
  ])('%s', async (says, scene, said) => {
    expect(await answer(scene, says)).toBe(said);
  });

  it('names what could not be checked', async () => {
    const { outcome, unresolved, sentence } = await ask(TWO, 'the happy dog on the left');
    expect(unresolved).toEqual(['happy']);
    expect(sentence).toContain('"happy"');
    expect(outcome).not.toBe('not-present');
  });

  it('is said with words open only where there is no other one', async () => {
    expect((await ask(ONE, 'the happy dog')).sentence).toBe(
      'Found the happy dog. I could not check "happy".',
    );
    expect((await ask(TWO, 'the happy dog on the left')).outcome).toBe('undecided');
    expect((await ask(ONE, 'the puppy')).sentence).toBe(
      'There is one dog; whether it is a puppy I cannot tell.',
    );
    // Neither its name nor what else was said could be checked.
    expect((await ask(ONE, 'the happy puppy')).outcome).toBe('undecided');
  });

  it('is never said of one that does not fit in all that was said', async () => {
    const { considered, outcome } = await ask(
      paint([{ ...dog(LEFT), colour: [128, 84, 60] }]),
      'the white dog',
    );
    expect(considered[0]!.judgements[0]!.score).toBeLessThan(0.5);
    expect(outcome).not.toBe('found');
  });

  it('is never said of what is hardly seen', async () => {
    const faint = paint([dog(LEFT, 0.12)]);
    expect((await ask(faint, 'the dog')).outcome).not.toBe('found');
  });
});

describe('not present', () => {
  it('says what was seen instead', async () => {
    const { outcome, candidates, sentence, presence } = await ask(TWO, 'the cat');
    expect([outcome, candidates]).toEqual(['not-present', []]);
    expect(sentence).toContain('2 dogs');
    expect(sentence).toContain('no cat');
    expect(presence).toBeLessThan(0.5);
  });

  it('says how it is instead', async () => {
    const bus = paint([{ label: 'bus', box: [60, 60, 340, 240], colour: [40, 80, 190] }]);
    const { outcome, sentence, considered } = await ask(bus, 'the red bus');
    expect([outcome, considered.length]).toEqual(['not-present', 1]);
    expect(sentence).toContain('a bus, but');
    expect(sentence).toContain('blue');
  });

  it('says what a relation lacks', async () => {
    const { outcome, sentence } = await ask(ONE, 'the dog next to the bicycle');
    expect(outcome).not.toBe('found');
    if (outcome === 'not-present') expect(sentence).toMatch(/a dog, but .*bicycle/);
  });

  it('is said where only what is hardly there fits, beside what surely is and does not', async () => {
    const cars = (faint: number) =>
      paint([
        { label: 'car', box: LEFT, colour: [40, 80, 190] },
        { label: 'car', box: RIGHT, colour: [200, 20, 30], score: faint },
      ]);
    const { outcome, sentence } = await ask(cars(0.08), 'the red car');
    expect([outcome, sentence]).toEqual(['not-present', 'Not present: there is a car, but it looks blue.']);
    expect((await ask(cars(0.3), 'the red car')).outcome).not.toBe('not-present');
  });

  it('says how many there are', async () => {
    for (const says of ['three dogs', 'the third dog from the left']) {
      const { outcome, sentence } = await ask(TWO, says);
      expect(outcome, says).toBe('not-present');
      expect(sentence, says).toContain('only 2 dogs');
    }
  });

  it('is known of a kind of thing when the thing itself is not there', async () => {
    expect(await answer(paint([{ label: 'cat', box: LEFT }]), 'the puppy')).toBe('not-present');
    expect(await answer(NONE, 'the dog')).toBe('not-present');
  });
});

describe('undecided', () => {
  it('between those that fit alike, in the order of their numbers', async () => {
    expect(await answer(TWO, 'the dog')).toBe('undecided: dog 1, dog 2');
    const { candidates, considered, sentence } = await ask(TWO, 'the dog');
    expect(candidates).toEqual(considered.slice(0, 2));
    expect(sentence).toContain('2');
  });

  it('between those that fit alike, one of which is seen less well', async () => {
    const scene = paint([dog(LEFT), dog(RIGHT, 0.75)]);
    expect(await answer(scene, 'the dog')).toBe('undecided: dog 1, dog 2');
    const three = paint([dog(LEFT), dog(RIGHT), dog([130, 100, 230, 200], 0.75)]);
    expect((await ask(three, 'two dogs')).outcome).toBe('undecided');
  });

  it.each(['the kangaroo', 'the xylophone on the left', 'a red flibbertigibbet', 'the lighthouse'])(
    'about what the detector cannot know, never absent: %s',
    async (says) => {
      for (const scene of [NONE, ONE, TWO]) {
        const { outcome, sentence } = await ask(scene, says);
        expect(outcome).toBe('undecided');
        expect(sentence).toMatch(/cannot tell/);
      }
    },
  );

  it('about a wider kind of which nothing is seen', async () => {
    expect((await ask(paint([{ label: 'chair', box: LEFT }]), 'the animal')).outcome).toBe('undecided');
    expect((await ask(ONE, 'the animal')).outcome).toBe('found');
  });

  it('where only something else could tell them apart, and names it', async () => {
    const { outcome, unresolved, sentence } = await ask(TWO, 'the fluffy dog');
    expect([outcome, unresolved]).toEqual(['undecided', ['fluffy']]);
    expect(sentence).toContain('"fluffy"');
    expect((await ask(TWO, 'the puppy')).unresolved).toEqual(['puppy']);
    expect((await ask(TWO, 'the dog next to the lighthouse')).unresolved).toEqual(['next to the lighthouse']);
  });

  it('where the thing is surely there, and nothing that was said of it is contradicted', async () => {
    const scene = paint([dog(LEFT, 0.8), { label: 'person', box: [200, 40, 260, 200] }]);
    const { outcome, unresolved, sentence } = await ask(scene, 'the dog lying on the ground in front');
    expect(outcome).toBe('undecided');
    expect(unresolved.length).toBeGreaterThan(0);
    expect(sentence).not.toContain('no dog');
  });

  it('shows a handful of candidates, not all', async () => {
    const many = [...Array(12).keys()].map((i) => dog([5 + 32 * i, 100, 30 + 32 * i, 140]));
    const { candidates, considered } = await ask(paint(many), 'the dog');
    expect(candidates.length).toBeGreaterThan(1);
    expect(candidates.length).toBeLessThan(10);
    expect(considered).toHaveLength(12);
  });
});

describe('other languages', () => {
  it.each(['der Hund auf der linken Seite', 'el perro a la izquierda', 'собака слева'])(
    'are tried, and it is said that only English is read: %s',
    async (says) => {
      const { sentence, outcome } = await ask(TWO, says);
      expect(sentence).toMatch(/English/);
      expect(outcome).not.toBe('not-present');
    },
  );

  it('are not suspected behind English', async () => {
    for (const says of ['the dog on the left', 'the dog', 'the cat', 'the fluffy dog', 'dog']) {
      expect((await ask(TWO, says)).sentence, says).not.toMatch(/English/);
    }
  });
});

describe('presence', () => {
  const score = fc.double({ min: 0.1, max: 1, noNaN: true });

  it('does not fall when the detector is surer', async () => {
    await fc.assert(
      fc.asyncProperty(
        score,
        score,
        fc.constantFrom('the dog', 'the dog on the left'),
        async (a, b, says) => {
          const presence = async (s: number) =>
            (await ask({ ...ONE, things: [dog(LEFT, s)] }, says)).presence;
          const [low, high] = await Promise.all([presence(Math.min(a, b)), presence(Math.max(a, b))]);
          expect(high).toBeGreaterThanOrEqual(low);
        },
      ),
    );
  });

  it('is lower for what is contradicted and for what is not seen at all', async () => {
    const presence = async (says: string) => (await ask(ONE, says)).presence;
    const plain = await presence('the dog');
    for (const says of ['the cat', 'the blue dog', 'the dog on the right', 'the second dog from the left']) {
      expect(await presence(says), says).toBeLessThan(plain - 0.2);
    }
  });
});
