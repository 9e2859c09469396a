import type { Box } from '../box.ts';
import { SpotterError } from '../errors.ts';
import { seedOf, shuffled } from './shuffle.ts';

/** What can be offered: any region. */
export interface Offerable {
  /** In pixels of the oriented picture. */
  readonly box: Box;
  readonly label?: string;
  readonly score?: number;
}

/** How many candidates may be offered. */
export const OFFER_SIZES = [3, 5, 8, 10] as const;
export type OfferSize = (typeof OFFER_SIZES)[number];
/** How many are offered unless told, as published. */
export const OFFERED: OfferSize = 5;

/** How options are shown: coordinates in the text (as published), lettered frames in the picture, both, or crops. */
export const OFFER_STYLES = ['text', 'marks', 'both', 'crops'] as const;
export type OfferStyle = (typeof OFFER_STYLES)[number];

export interface OfferOptions {
  /** At most this many of the candidates, the first ones; OFFERED unless told. */
  readonly k?: OfferSize;
  /** Whether the last option is None; yes unless told. */
  readonly none?: boolean;
  readonly style?: OfferStyle;
  /** Order of the options; derived from the picture and the expression unless given. */
  readonly seed?: number;
}

export interface Option<C extends Offerable> {
  readonly letter: string;
  readonly candidate: C;
}

/** What a model was offered. Letters lead to candidates by this list only. */
export interface Offer<C extends Offerable> {
  /** In the order shown. */
  readonly options: readonly Option<C>[];
  /** The letter of None, where it was offered. */
  readonly none?: string;
  readonly style: OfferStyle;
  readonly seed: number;
}

const LETTERS = 'ABCDEFGHIJK';

/**
 * Candidates as lettered options in a shuffled order, so that a model's liking for the first option is nobody's gain.
 * None, where offered, stays the last one.
 * @param candidates best first
 * @throws SpotterError internal, where there is nothing to offer
 */
export function makeOffer<C extends Offerable>(
  candidates: readonly C[],
  asked: { readonly sha256: string; readonly expression: string },
  {
    k = OFFERED,
    none = true,
    style = 'text',
    seed = seedOf(asked.sha256, asked.expression),
  }: OfferOptions = {},
): Offer<C> {
  if (candidates.length === 0) {
    throw new SpotterError(
      'internal',
      undefined,
      'Without candidates there is nothing to ask a model about.',
    );
  }
  const order = shuffled(candidates.slice(0, k), seed);
  const options = order.map((candidate, i) => ({ letter: LETTERS[i]!, candidate }));
  return { options, style, seed, ...(none ? { none: LETTERS[order.length]! } : {}) };
}

/** Every letter that may be answered, in the order shown. */
export const lettersOf = ({ options, none }: Pick<Offer<Offerable>, 'options' | 'none'>): string[] => [
  ...options.map(({ letter }) => letter),
  ...(none === undefined ? [] : [none]),
];
