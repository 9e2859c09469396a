import { createHash } from 'node:crypto';

/** A seed, 0 .. 2^32 - 1, that is always the same for the same picture and expression. */
export const seedOf = (pictureSha256: string, expression: string): number =>
  createHash('sha256').update(`${pictureSha256}\n${expression}`).digest().readUInt32BE(0);

/** The items in an order that depends on nothing but the seed (Fisher-Yates). */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = randomFrom(seed);
  const all = [...items];
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all;
}

/** Numbers in [0, 1): splitmix32, good enough to be fair among a dozen options. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}
