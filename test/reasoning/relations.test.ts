import { describe, expect, it } from 'vitest';
import { readExpression } from '../../src/expression/read.ts';
import { COMPARISON_SCORES, RELATION_SCORES } from '../../src/reasoning/relations.ts';
import { EXAMPLES, thingsOf } from './relations.examples.ts';
import { ask, best, judged, paint, type Thing } from './scene.ts';

const things = (
  ...all: ReadonlyArray<readonly [label: string, box: Thing['box'], score?: number]>
): Thing[] => all.map(([label, box, score = 0.95]) => ({ label, box, score }));

describe('each relation', () => {
  it.each(EXAMPLES)('holds or does not: $says', async (example) => {
    const scene = paint(thingsOf(example));
    const scores = await judged(scene, example.says, 'relation');
    expect(scores.yes).toBeGreaterThan(0.7);
    expect(scores.no).toBeLessThan(0.35);
    expect(await best(scene, example.says)).toBe('yes');
  });

  it.each(EXAMPLES.filter(({ says }) => !/closest|farthest/.test(says)))(
    'is not found where it does not hold: $says',
    async (example) => {
      const scene = paint(thingsOf(example).filter(({ name }) => name !== 'yes'));
      const { outcome, candidates, sentence } = await ask(scene, example.says);
      expect(outcome, sentence).not.toBe('found');
      expect(candidates.length <= 1).toBe(true);
    },
  );

  it('is among the examples', () => {
    const shown = EXAMPLES.flatMap(({ says }) =>
      readExpression(says).target.constraints.map((k) => (k.kind === 'relation' ? k.relation : k.kind)),
    );
    expect(new Set(shown)).toEqual(
      new Set([...Object.keys(RELATION_SCORES), ...Object.keys(COMPARISON_SCORES), 'between']),
    );
  });
});

describe('a relation said the other way round', () => {
  const scene = paint(
    things(['car', [20, 150, 140, 230]], ['car', [240, 150, 360, 230]], ['person', [60, 60, 100, 165]]),
  );

  it.each([
    ['the car the man is standing on', 'car 1'],
    ['the car that the man is standing on', 'car 1'],
    ['the car with a man standing on it', 'car 1'],
    ['the car with a man on it', 'car 1'],
    ['the car without a man on it', 'car 2'],
    ['the car with no man on it', 'car 2'],
  ])('%s', async (says, name) => {
    expect(await best(scene, says)).toBe(name);
  });

  it('means the candidate itself by "it", not any of its kind', async () => {
    const scores = await judged(scene, 'the car with a man standing on it', 'relation');
    expect(scores['car 2']).toBeLessThan(0.2);
  });
});

describe('a relation of which more is known with some things', () => {
  const CAR = ['car', [40, 100, 240, 240]] as const;

  it('is not in a vehicle who stands as low as it does', async () => {
    const scene = paint(things(CAR, ['person', [60, 110, 110, 190]], ['person', [150, 90, 200, 242]]));
    const scores = await judged(scene, 'the man in the car', 'relation');
    expect(scores['person 1']).toBeGreaterThan(0.7);
    expect(scores['person 2']).toBeLessThan(0.1);
    const boat = paint(things(['boat', CAR[1]], ['person', [150, 90, 200, 242]]));
    expect((await judged(boat, 'the man in the boat', 'relation'))['person 1']).toBeGreaterThan(0.7);
  });

  it('stays open who drives where two are in it', async () => {
    const [left, right] = [
      ['person', [60, 110, 110, 190]],
      ['person', [150, 110, 200, 190]],
    ] as const;
    const both = await judged(paint(things(CAR, left, right)), 'the man driving the car', 'relation');
    expect(both).toEqual({ 'person 1': undefined, 'person 2': undefined });
    const one = await judged(paint(things(CAR, left)), 'the man driving the car', 'relation');
    expect(one['person 1']).toBeGreaterThan(0.7);
  });

  it('is worn on the trunk, not on the head', async () => {
    const scene = paint(
      things(
        ['backpack', [110, 100, 160, 160]],
        ['person', [90, 60, 170, 290]],
        ['person', [70, 105, 200, 290]],
      ),
    );
    const scores = await judged(scene, 'the man wearing a backpack', 'relation');
    expect(scores['person 1']).toBeGreaterThan(2 * scores['person 2']!);
  });
});

describe('next to', () => {
  it('is the nearer one where two stand on the same side', async () => {
    const [near, far, chair] = things(
      ['dog', [100, 120, 160, 200]],
      ['dog', [165, 120, 225, 200]],
      ['chair', [10, 100, 110, 200]],
    );
    const both = await judged(paint([near!, far!, chair!]), 'the dog next to the chair', 'relation');
    const alone = await judged(paint([far!, chair!]), 'the dog next to the chair', 'relation');
    expect(alone['dog 1']).toBeGreaterThan(0.7);
    expect(both['dog 2']).toBeCloseTo(0.5 * alone['dog 1']!);
    expect(both['dog 1']).toBeGreaterThan(0.9);
  });
});

describe('behind and in front', () => {
  it('hold alike of two with the same lower edge', async () => {
    const scene = paint(things(['dog', [100, 100, 200, 200]], ['cat', [150, 150, 230, 200]]));
    const behind = await judged(scene, 'the dog behind the cat', 'relation');
    const before = await judged(scene, 'the dog in front of the cat', 'relation');
    expect(behind['dog 1']).toBeCloseTo(before['dog 1']!, 2);
  });
});

describe('the other noun', () => {
  it('is grounded jointly: the man meant is the one beside a dog, not the surest man', async () => {
    const scene = paint(
      things(
        ['dog', [40, 200, 100, 260]],
        ['dog', [290, 200, 350, 260]],
        ['person', [180, 60, 220, 200], 0.99],
        ['person', [105, 100, 150, 265], 0.7],
      ),
    );
    expect(await best(scene, 'the dog next to the man')).toBe('dog 1');
    expect(await best(scene, 'the dog with a man next to it')).toBe('dog 1');
  });

  it('may itself be told by a relation, to any depth', async () => {
    const scene = paint(
      things(
        ['dog', [20, 220, 70, 270]],
        ['dog', [180, 220, 230, 270]],
        ['chair', [80, 180, 130, 270]],
        ['chair', [240, 180, 290, 270]],
        ['cat', [95, 140, 125, 185]],
      ),
    );
    expect(await best(scene, 'the dog next to the chair with a cat on it')).toBe('dog 1');
    expect(await best(scene, 'the dog next to the chair under the cat')).toBe('dog 1');
    expect(await best(scene, 'the dog next to the chair without a cat')).toBe('dog 2');
    expect(await best(scene, 'the cat on the chair to the right of the dog on the left')).toBe('cat 1');
    expect(await best(scene, 'the chair with a cat on it')).toBe('chair 1');
  });

  it('may be told by its colour or place', async () => {
    const scene = paint([
      ...things(['dog', [20, 200, 70, 250]], ['dog', [280, 200, 330, 250]]),
      { label: 'chair', box: [75, 160, 125, 250], colour: [200, 30, 30] },
      { label: 'chair', box: [335, 160, 385, 250], colour: [30, 60, 200] },
    ]);
    expect(await best(scene, 'the dog next to the blue chair')).toBe('dog 2');
    expect(await best(scene, 'the dog next to the red chair')).toBe('dog 1');
    expect(await best(scene, 'the dog next to the leftmost chair')).toBe('dog 1');
    expect(await best(scene, 'the dog next to the green chair')).toBe('nothing');
  });

  it('is never the candidate itself', async () => {
    const alone = paint(things(['dog', [100, 100, 200, 200]]));
    expect(await best(alone, 'the dog next to another dog')).toBe('nothing');
    const several = paint(
      things(['dog', [20, 100, 80, 200]], ['dog', [90, 100, 150, 200]], ['dog', [370, 0, 395, 25]]),
    );
    const scores = await judged(several, 'the dog next to another dog', 'relation');
    expect(scores['dog 1']).toBeGreaterThan(0.7);
    expect(scores['dog 3']).toBeLessThan(0.3);
  });

  it('means all of them in the plural', async () => {
    const scene = paint(
      things(
        ['cat', [10, 150, 60, 200]],
        ['cat', [170, 150, 220, 200]],
        ['dog', [90, 150, 150, 200]],
        ['dog', [270, 150, 330, 200]],
      ),
    );
    expect(await best(scene, 'the cat left of both dogs')).toBe('cat 1');
    expect(await best(scene, 'the cat left of all the dogs')).toBe('cat 1');
    expect(await best(scene, 'the cat between the dogs')).toBe('cat 2');
    expect(await best(scene, 'the cat to the left of a dog')).toBe('a tie');
  });
});

describe('closest and farthest', () => {
  const trio = (x: number) =>
    things(
      ['dog', [x, 100, x + 30, 130]],
      ['dog', [x + 60, 110, x + 90, 140]],
      ['chair', [340, 220, 390, 290]],
    );

  it('compare, however far away all of them are', async () => {
    const scene = paint(trio(10));
    expect(await best(scene, 'the dog closest to the chair')).toBe('dog 2');
    expect(await best(scene, 'the dog nearest to the chair')).toBe('dog 2');
    expect(await best(scene, 'the dog farthest from the chair')).toBe('dog 1');
  });

  it('compare, however near all of them are', async () => {
    const scene = paint(trio(250));
    expect(await best(scene, 'the dog closest to the chair')).toBe('dog 2');
    expect(await best(scene, 'the dog furthest away from the chair')).toBe('dog 1');
  });

  it('are the only one, where there is one', async () => {
    const scene = paint(trio(10).slice(1));
    expect(await best(scene, 'the dog closest to the chair')).toBe('dog 1');
  });

  it('need the other thing', async () => {
    const { outcome } = await ask(paint(trio(10).slice(0, 2)), 'the dog closest to the chair');
    expect(outcome).not.toBe('found');
  });

  it('among its own kind are the two that are close to one another', async () => {
    const scene = paint(
      things(['dog', [10, 100, 50, 140]], ['dog', [60, 100, 100, 140]], ['dog', [340, 100, 380, 140]]),
    );
    const scores = await judged(scene, 'the dog closest to another dog', 'relation');
    expect(scores['dog 1']).toBeGreaterThan(0.9);
    expect(scores['dog 2']).toBeGreaterThan(0.9);
    expect(scores['dog 3']).toBeLessThan(0.3);
  });
});

describe('a negated relation', () => {
  const couch = paint(
    things(['cat', [100, 120, 170, 190]], ['cat', [300, 210, 370, 280]], ['couch', [40, 150, 240, 260]]),
  );
  const walkers = paint(
    things(['person', [40, 80, 100, 280]], ['person', [200, 80, 260, 280]], ['backpack', [55, 110, 95, 170]]),
  );

  it.each([
    { scene: couch, says: 'the cat on the couch', name: 'cat 1' },
    { scene: couch, says: 'the cat not on the couch', name: 'cat 2' },
    { scene: couch, says: "the cat that isn't on the couch", name: 'cat 2' },
    { scene: walkers, says: 'the person with a backpack', name: 'person 1' },
    { scene: walkers, says: 'the person without a backpack', name: 'person 2' },
    { scene: walkers, says: 'the man not wearing a backpack', name: 'person 2' },
    { scene: walkers, says: 'the person carrying no backpack', name: 'person 2' },
  ])('$says', async ({ scene, says, name }) => {
    expect(await best(scene, says)).toBe(name);
  });
});

describe('what cannot be grounded', () => {
  const scene = paint(things(['person', [40, 80, 100, 280]], ['person', [200, 80, 260, 280]]));

  it('is unresolved when the other noun is unknown', async () => {
    const verdict = await ask(scene, 'the person next to the lighthouse');
    expect(verdict.outcome).toBe('undecided');
    expect(verdict.unresolved).toEqual(['next to the lighthouse']);
    expect(await judged(scene, 'the person next to the lighthouse', 'relation')).toEqual({
      'person 1': undefined,
      'person 2': undefined,
    });
  });

  it('is unlikely, not impossible, when the other noun is known and not seen', async () => {
    const scores = await judged(scene, 'the person next to the bicycle', 'relation');
    expect(scores['person 1']).toBeGreaterThan(0);
    expect(scores['person 1']).toBeLessThan(0.5);
    expect((await ask(scene, 'the person next to the bicycle')).outcome).not.toBe('found');
  });

  it('still lets the rest decide', async () => {
    const { considered } = await ask(scene, 'the person on the left with a mustache');
    expect(considered[0]!.box).toEqual([40, 80, 100, 280]);
    expect(considered[1]!.score).toBeLessThan(0.5 * considered[0]!.score);
  });
});
