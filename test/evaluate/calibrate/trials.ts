import type { Trial } from '../../../src/evaluate/calibrate/fit.ts';

/** Repeatable numbers in 0..1. */
export function chance(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state / 2 ** 32;
  };
}

export const trial = (more: Partial<Trial> = {}): Trial => ({
  photo: 'dogs.jpg',
  present: true,
  right: true,
  presence: 0.5,
  outcome: 'found',
  ...more,
});

export interface Overconfident {
  readonly n?: number;
  readonly photos?: number;
  readonly seed?: number;
}

/** Answers of which presence p is worth sigmoid(-1 + .5 * log odds of p), about half of them found. */
export function overconfident({ n = 2000, photos = 50, seed = 1 }: Overconfident = {}): Trial[] {
  const random = chance(seed);
  return Array.from({ length: n }, (_, i) => {
    const odds = random() * 8 - 3;
    const truth = 1 / (1 + Math.exp(1 - 0.5 * odds));
    const present = random() < truth;
    const presence = 1 / (1 + Math.exp(-odds));
    const outcome = presence > 0.5 ? 'found' : 'not-present';
    return { photo: `${i % photos}.jpg`, present, right: present && outcome === 'found', presence, outcome };
  });
}
