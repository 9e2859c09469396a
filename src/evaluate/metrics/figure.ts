/** How many of how many. */
export interface Count {
  readonly part: number;
  readonly of: number;
}

/** What a figure is measured in; `presence` is a threshold on the presence score. */
export type Unit = 'share' | 'ms' | 'tokens' | 'dollars' | 'presence';

/** What a figure is about, before it has a value. */
export interface Subject {
  readonly metric: string;
  /** Which annotations it is counted over. */
  readonly group: string;
  readonly unit: Unit;
  /** Which way is better; `neither` where two systems cannot be told apart by it. */
  readonly better: 'higher' | 'lower' | 'neither';
  /** Of a share its two sides; otherwise how many of the group's cases had what the figure needs. */
  readonly count: Count;
}

/** A value with its interval; both null where there is nothing to count, the interval also where none can be told. */
export interface Figure extends Subject {
  readonly value: number | null;
  readonly interval: readonly [low: number, high: number] | null;
}

/** How often each image counts, by its index: once each, or as often as a resample drew it. One type: loops stay fast. */
export type Weights = Uint32Array;

/** Figures that one pass over the same cases gives, in the order of the subjects; NaN where there is none. */
export interface Family {
  readonly subjects: readonly Subject[];
  readonly statistic: (weights: Weights) => ArrayLike<number>;
}

/** Something that belongs to an image, by the image's index. */
export interface OfImage {
  readonly image: number;
}
