import { describe, expect, it } from 'vitest';
import { ENOUGH, foldsOf, heldOut, refuseOneSided, tooFew } from '../../../src/evaluate/calibrate/fit.ts';
import { trial } from './trials.ts';

const many = (positives: number, negatives: number, photos: number) =>
  Array.from({ length: positives + negatives }, (_, i) =>
    trial({ present: i < positives, photo: `${i % photos}.jpg` }),
  );

describe('too few questions', () => {
  it.each([
    [[100, 100, 30], []],
    [[99, 100, 30], ['There are only 99 positives; with fewer than 100 this is a guess.']],
    [[100, 99, 30], ['There are only 99 negatives; with fewer than 100 this is a guess.']],
    [[100, 100, 29], ['There are only 29 photos; with fewer than 30 this is a guess.']],
  ] as const)('%j', ([positives, negatives, photos], said) => {
    expect(tooFew(many(positives, negatives, photos))).toEqual(said);
  });

  it('are as many as the sentences say', () => {
    expect(tooFew(many(1, 1, 2))).toHaveLength(3);
    expect(ENOUGH).toEqual({ ofKind: 100, photos: 30 });
  });
});

describe('one kind of question', () => {
  it.each([
    ['There are no negatives among the 5 questions', many(5, 0, 5)],
    ['There are no positives among the 5 questions', many(0, 5, 5)],
    ['There are no positives among the 0 questions', []],
    ['All positives are about too few photos', many(1, 9, 5)],
    // The first and the eleventh photo are held out together.
    [
      'All negatives are about too few photos',
      many(19, 0, 19).map((t, i) => ({ ...t, present: i % 10 > 0 })),
    ],
  ])('is refused: %s', (sentence, trials) => {
    expect(() => refuseOneSided(trials)).toThrow(sentence);
  });

  it('is not what two photos with both are', () => {
    expect(() => refuseOneSided(many(4, 4, 2))).not.toThrow();
  });
});

describe('heldOut', () => {
  it('uses every item once, on what was made without its photo', () => {
    const all = Array.from({ length: 57 }, (_, i) => ({ photo: `${i % 23}`, i }));
    const used = heldOut(all, (training, held) => {
      const seen = new Set(training.map(({ photo }) => photo));
      expect(training.length + held.length).toBe(all.length);
      return held.map(({ photo, i }) => ({ i, seen: seen.has(photo) }));
    });
    expect(used.map(({ i }) => i).toSorted((a, b) => a - b)).toEqual(all.map(({ i }) => i));
    expect(used.some(({ seen }) => seen)).toBe(false);
    expect(new Set(foldsOf(all).values()).size).toBe(10);
  });
});
