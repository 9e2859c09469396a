import { describe, expect, it } from 'vitest';
import { createPlaces, offerInOrder, recordSeed } from '../../../src/evaluate/tuning/candidates.ts';
import { makeMultipleChoice } from '../../../src/mllm/multiple-choice.ts';
import { tiles } from './world.ts';

const options = tiles(5).map((box) => ({ box }));

describe('places', () => {
  it('are even among offers of each size, at any time, and in no order', () => {
    const placeOf = createPlaces(1);
    const drawn = Array.from(
      { length: 53 },
      (_, i) => [i % 3 === 0 ? 3 : 5, placeOf(i % 3 === 0 ? 3 : 5)] as const,
    );
    for (const size of [3, 5]) {
      const places = drawn.flatMap(([of, place]) => (of === size ? [place] : []));
      const counts = Array.from({ length: size }, (_, place) => places.filter((p) => p === place).length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      const decks = new Set(
        Array.from({ length: 6 }, (_, i) => places.slice(i * size, (i + 1) * size).join()),
      );
      expect(decks.size).toBeGreaterThan(1);
    }
  });

  it('are the same for the same seed, and others for another', () => {
    const draw = (seed: number) => {
      const placeOf = createPlaces(seed);
      return Array.from({ length: 20 }, () => placeOf(5)).join('');
    };
    expect(draw(7)).toBe(draw(7));
    expect(draw(7)).not.toBe(draw(8));
  });
});

describe('an offer in order', () => {
  it.each([0, 1, 2, 3, 4])('has the right one at place %d, in an order of the strategy', (place) => {
    const offer = offerInOrder(options, { none: true, k: 5, seed: 3, right: options[0]!, place });
    expect(offer.options[place]!.candidate).toBe(options[0]);
    const asked = { sha256: 'any', expression: 'any' };
    expect(offer).toEqual(
      makeMultipleChoice(options, asked, { k: 5, none: true, style: 'text', seed: offer.seed }),
    );
  });

  it('is the first one where nothing is right', () => {
    expect(offerInOrder(options, { none: true, k: 5, seed: 3 })).toMatchObject({ seed: 3, none: 'F' });
  });

  it('leaves the others in every order', () => {
    const orders = Array.from({ length: 200 }, (_, i) => {
      const offer = offerInOrder(options, {
        none: false,
        k: 5,
        seed: recordSeed(1, 'x', `${i}`),
        right: options[0]!,
        place: 2,
      });
      return offer.options.map(({ candidate }) => candidate.box[0]).join();
    });
    // All 24 of them: 200 draws miss one with a chance of 24 * (23/24)^200 = .5 %, and the seeds are fixed.
    expect(new Set(orders).size).toBe(24);
  });
});
