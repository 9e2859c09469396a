import type { OfImage, Weights } from './figure.ts';

/** What is added up of each item. */
export type Column<T> = (item: T) => number;

export interface Sums {
  /** Of all items, by column. */
  readonly all: Float64Array;
  /** By column, each image counted as often as its weight says. */
  readonly of: (weights: Weights) => Float64Array;
}

/**
 * Adds items up by image, once, so that the sums of a resample take one step per image however many items there are.
 */
export function sumsByImage<T extends OfImage>(items: readonly T[], columns: readonly Column<T>[]): Sums {
  const slots = new Map<number, number>();
  for (const { image } of items) if (!slots.has(image)) slots.set(image, slots.size);
  const images = Int32Array.from(slots.keys());
  const most = images.reduce((a, b) => Math.max(a, b), -1);
  const width = columns.length;
  const table = new Float64Array(images.length * width);
  for (const item of items) {
    const start = slots.get(item.image)! * width;
    for (let column = 0; column < width; column++) table[start + column]! += columns[column]!(item);
  }
  const of = (weights: Weights): Float64Array => {
    const sums = new Float64Array(width);
    for (let slot = 0, at = 0; slot < images.length; slot++, at += width) {
      const weight = weights[images[slot]!]!;
      for (let column = 0; column < width; column++) sums[column]! += weight * table[at + column]!;
    }
    return sums;
  };
  return { all: of(new Uint32Array(most + 1).fill(1)), of };
}

/** The first sum, which others are a share of, and the others; views, as destructuring takes most of a resample. */
export const split = (sums: Float64Array): readonly [first: number, others: Float64Array] => [
  sums[0]!,
  sums.subarray(1),
];
