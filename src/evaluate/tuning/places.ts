import { makeOffer, type Offer, type OfferOptions } from '../../strategy/offer.ts';
import { randomFrom, seedOf, shuffled } from '../../strategy/shuffle.ts';
import type { Proposal } from './candidates.ts';

/**
 * Where the right option is to stand, 0 .. options - 1: in a random order, but every place equally often among offers
 * of one size. Chance alone would leave the letters of 1,000 records apart by 6 % (one standard deviation).
 */
export function createPlaces(seed: number): (options: number) => number {
  const decks = new Map<number, number[]>();
  const random = randomFrom(seed);
  return (options) => {
    const deck = decks.get(options) ?? [];
    decks.set(options, deck);
    if (deck.length === 0) {
      const places = Array.from({ length: options }, (_, i) => i);
      deck.push(...shuffled(places, Math.floor(random() * 2 ** 32)));
    }
    return deck.pop()!;
  };
}

/** The seed of one record: nothing else in the set moves when an annotation is added. */
export const recordSeed = (seed: number, kind: string, id: string): number =>
  seedOf(String(seed), `${kind} ${id}`);

/**
 * The offer of the CRS strategy, in the first of its orders from a seed on that puts `right` in its place; where
 * nothing is right, in the first one.
 */
export function offerInOrder(
  options: readonly Proposal[],
  {
    none,
    k,
    seed,
    right,
    place,
  }: Required<Pick<OfferOptions, 'none' | 'k' | 'seed'>> & {
    readonly right?: Proposal;
    readonly place?: number;
  },
): Offer<Proposal> {
  for (let tried = seed; ; tried = (tried + 1) >>> 0) {
    const offer = makeOffer(options, { sha256: '', expression: '' }, { k, none, style: 'text', seed: tried });
    if (right === undefined || place === undefined || offer.options[place]?.candidate === right) return offer;
  }
}
