import type { Box } from '../../box.ts';
import type { Cost } from '../../verdict.ts';
import { hits } from '../prediction.ts';

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

/** What is asked of each item. */
export interface Test<T> {
  readonly metric: string;
  readonly better: Subject['better'];
  readonly test: (item: T) => boolean;
}

/** How large a share of the items passes each test. */
export function shares<T extends OfImage>(
  group: string,
  items: readonly T[],
  tests: readonly Test<T>[],
): Family {
  const sums = sumsByImage(items, [
    () => 1,
    ...tests.map(
      ({ test }) =>
        (item: T) =>
          test(item) ? 1 : 0,
    ),
  ]);
  return {
    subjects: tests.map(({ metric, better }, i) => ({
      metric,
      group,
      unit: 'share',
      better,
      count: { part: sums.all[i + 1]!, of: items.length },
    })),
    statistic: (weights) => overFirst(sums.of(weights)),
  };
}

/** What is added up of each item. */
export type Column<T> = (item: T) => number;

export interface Sums {
  /** Of all items, by column. */
  readonly all: Float64Array;
  /** By column, each image counted as often as its weight says. */
  readonly of: (weights: Weights) => Float64Array;
}

/** Columns of a table that are added up together: their sums stay in registers. */
const BLOCK = 4;

/**
 * Adds items up by image, once, so that the sums of a resample take one step per image however many items there are.
 */
export function sumsByImage<T extends OfImage>(items: readonly T[], columns: readonly Column<T>[]): Sums {
  const slots = new Map<number, number>();
  for (const { image } of items) if (!slots.has(image)) slots.set(image, slots.size);
  const images = Int32Array.from(slots.keys());
  const most = images.reduce((a, b) => Math.max(a, b), -1);
  const starts = Int32Array.from(items, ({ image }) => slots.get(image)! * BLOCK);
  const width = columns.length;
  const blocks = Array.from(
    { length: Math.ceil(width / BLOCK) },
    () => new Float64Array(images.length * BLOCK),
  );
  for (const [column, of] of columns.entries()) {
    const table = blocks[Math.floor(column / BLOCK)]!;
    const offset = column % BLOCK;
    for (let i = 0; i < items.length; i++) table[starts[i]! + offset]! += of(items[i]!);
  }
  const of = (weights: Weights): Float64Array => {
    const sums = new Float64Array(blocks.length * BLOCK);
    for (let block = 0; block < blocks.length; block++) {
      const table = blocks[block]!;
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let slot = 0, at = 0; slot < images.length; slot++, at += BLOCK) {
        const weight = weights[images[slot]!]!;
        a += weight * table[at]!;
        b += weight * table[at + 1]!;
        c += weight * table[at + 2]!;
        d += weight * table[at + 3]!;
      }
      sums[block * BLOCK] = a;
      sums[block * BLOCK + 1] = b;
      sums[block * BLOCK + 2] = c;
      sums[block * BLOCK + 3] = d;
    }
    return sums.subarray(0, width);
  };
  return { all: of(new Uint32Array(most + 1).fill(1)), of };
}

/** The sums after the first one as shares of it. A loop: `map` of a typed array takes most of a resample. */
function overFirst(sums: Float64Array): Float64Array {
  const shares = new Float64Array(sums.length - 1);
  for (let i = 0; i < shares.length; i++) shares[i] = sums[i + 1]! / sums[0]!;
  return shares;
}

/** One presence score with its label. */
export interface Point extends OfImage {
  readonly score: number;
  readonly positive: boolean;
}

/** Points in columns, highest score first; sorted once, however many resamples read them. */
export interface SortedPoints {
  readonly size: number;
  readonly score: Float64Array;
  readonly positive: Uint8Array;
  readonly image: Int32Array;
  /** Of each distinct score, highest first, the index behind its last point. */
  readonly ends: Int32Array;
  /** Weights with which every image counts once. */
  readonly once: Weights;
}

export function sortPoints(points: readonly Point[]): SortedPoints {
  const sorted = points.toSorted((a, b) => b.score - a.score);
  const score = Float64Array.from(sorted, (p) => p.score);
  const ends: number[] = [];
  for (let i = 0; i < score.length; i++) if (score[i + 1] !== score[i]) ends.push(i + 1);
  return {
    size: sorted.length,
    score,
    positive: Uint8Array.from(sorted, (p) => (p.positive ? 1 : 0)),
    image: Int32Array.from(sorted, (p) => p.image),
    ends: Int32Array.from(ends),
    once: new Uint32Array(points.reduce((most, p) => Math.max(most, p.image), -1) + 1).fill(1),
  };
}

/** What passes each threshold. Doubles: in loops over integers the engine checks each product for an overflow. */
export interface Passed {
  /** How many positives, and how many in all, there are up to each distinct score, from the highest down. */
  readonly truly: Float64Array;
  readonly all: Float64Array;
  /** How many there are of each kind. */
  readonly positives: number;
  readonly negatives: number;
}

let columns = [new Float64Array(0), new Float64Array(0)] as const;

/** Counts points with their weights. Valid until the next call: all fill the same columns, which stay in the processor's cache. */
export function countPassed({ size, image, positive }: SortedPoints, weights: Weights): Passed {
  if (columns[0].length < size) columns = [new Float64Array(size), new Float64Array(size)];
  const [truly, all] = columns;
  let positives = 0;
  let passed = 0;
  // No branch on what a point is: nobody can foresee it, and the processor would guess wrong half of the time.
  for (let i = 0; i < size; i++) {
    const weight = weights[image[i]!]!;
    passed += weight;
    positives += weight * positive[i]!;
    all[i] = passed;
    truly[i] = positives;
  }
  return { truly, all, positives, negatives: passed - positives };
}

export interface BestThreshold {
  /** Presence up to which, inclusively, a question is best answered "not present". */
  readonly threshold: number;
  /** Mean of the share of positives above it and the share of negatives up to it. */
  readonly balancedAccuracy: number;
}

/**
 * The threshold with the highest balanced accuracy; of several the highest one. It lies halfway between the two scores
 * that it separates, or on the highest score where nothing better than chance is found. NaN where either kind is
 * missing.
 */
export function bestThreshold(points: SortedPoints, weights: Weights = points.once): BestThreshold {
  const { score, ends } = points;
  const { truly, all, positives, negatives } = countPassed(points, weights);
  if (positives === 0 || negatives === 0) return { threshold: Number.NaN, balancedAccuracy: Number.NaN };
  let best = { threshold: score[0]!, balancedAccuracy: 0.5 };
  for (let t = 0; t < ends.length - 1; t++) {
    const i = ends[t]! - 1;
    const present = truly[i]!;
    const falsely = all[i]! - present;
    const balancedAccuracy = (present / positives + 1 - falsely / negatives) / 2;
    if (balancedAccuracy > best.balancedAccuracy) {
      best = { threshold: (score[i]! + score[i + 1]!) / 2, balancedAccuracy };
    }
  }
  return best;
}

/** The interval is that of choosing anew in each resample; the value is chosen and measured on the same answers. */
export function bestThresholdOf(group: string, points: SortedPoints, of: number): Family {
  const about = { group, count: { part: points.size, of } };
  return {
    subjects: [
      { metric: 'best balanced accuracy', unit: 'share', better: 'higher', ...about },
      { metric: 'best threshold', unit: 'presence', better: 'neither', ...about },
    ],
    statistic(weights) {
      const { balancedAccuracy, threshold } = bestThreshold(points, weights);
      return [balancedAccuracy, threshold];
    },
  };
}

/** What a language model took for an answer. */
export interface Costly extends OfImage, Omit<Cost, 'ms'> {}

/** The share of the answers for which a language model was asked. */
export const asked = (group: string, answers: readonly Costly[]): Family =>
  shares(group, answers, [
    { metric: 'asked a language model', better: 'lower', test: ({ calls }) => calls > 0 },
  ]);

/** What is taken per answer, those that took nothing included. Dollars only where they are known of all that took some. */
export function costPerAnswer(group: string, answers: readonly Costly[]): Family {
  const paid = answers.filter(({ calls }) => calls > 0);
  const priced = paid.length > 0 && paid.every(({ dollars }) => dollars !== undefined);
  const kinds: readonly { metric: string; unit: Unit; of: (cost: Costly) => number }[] = [
    { metric: 'prompt tokens per answer', unit: 'tokens', of: (c) => c.promptTokens },
    { metric: 'answer tokens per answer', unit: 'tokens', of: (c) => c.answerTokens },
    ...(priced
      ? [{ metric: 'dollars per answer', unit: 'dollars', of: (c: Costly) => c.dollars ?? 0 } as const]
      : []),
  ];
  const sums = sumsByImage(answers, [() => 1, ...kinds.map(({ of }) => of)]);
  return {
    subjects: kinds.map(({ metric, unit }) => ({
      metric,
      group,
      unit,
      better: 'lower',
      count: { part: paid.length, of: answers.length },
    })),
    statistic: (weights) => overFirst(sums.of(weights)),
  };
}

export interface Timed extends OfImage {
  readonly ms: number;
}

const PERCENTILES = [50, 95] as const;

/**
 * Time from asking to answer, as percentiles by nearest rank: the lowest time that at least so many per cent of all do
 * not exceed. Always one that was measured, never one between two. NaN of nothing.
 * @param of how many answers there are, by whatever route
 */
export function latency(route: string, answers: readonly Timed[], of: number): Family {
  const sorted = answers.toSorted((a, b) => a.ms - b.ms);
  const images = Int32Array.from(sorted, ({ image }) => image);
  const sums = sumsByImage(answers, [() => 1]);
  return {
    subjects: PERCENTILES.map((percent) => ({
      metric: `latency p${percent}`,
      group: route,
      unit: 'ms',
      better: 'lower',
      count: { part: answers.length, of },
    })),
    statistic(weights) {
      const total = sums.of(weights)[0]!;
      if (total === 0) return PERCENTILES.map(() => Number.NaN);
      const values: number[] = [];
      let seen = 0;
      let i = 0;
      for (const percent of PERCENTILES) {
        while (seen * 100 < percent * total) seen += weights[images[i++]!]!;
        values.push(sorted[i - 1]!.ms);
      }
      return values;
    },
  };
}

/** An answered positive: the rank of the first box that is right, from 1; Infinity where none is, or no answer. */
export interface Ranked extends OfImage {
  readonly rank: number;
}

/**
 * Rank of the first box with an IoU of at least .5 with the reference, from 1; Infinity where there is none.
 * @param others what else the expression means: a box is right with any of them
 */
export function rankOfHit(
  boxes: readonly Box[],
  reference: Box | undefined,
  others: readonly Box[] = [],
): number {
  const index = boxes.findIndex((box) => hits(box, reference) || others.some((other) => hits(box, other)));
  return index < 0 ? Number.POSITIVE_INFINITY : index + 1;
}

/**
 * Precision@k: the share of the positives with one of their first k boxes right, in the order of the file. One without
 * boxes, or without an answer, is a miss. `reachable` is the same over all boxes: no choice among them can do better.
 */
export const precisionAtK = (group: string, positives: readonly Ranked[], ks: readonly number[]): Family =>
  shares(group, positives, [
    ...ks.map((k) => ({
      metric: `precision@${k}`,
      better: 'higher' as const,
      test: ({ rank }: Ranked) => rank <= k,
    })),
    {
      metric: 'reachable',
      better: 'higher' as const,
      test: ({ rank }: Ranked) => rank < Number.POSITIVE_INFINITY,
    },
  ]);

/** A positive beside its negatives of a group. */
export interface Contest extends Ranked {
  /** Scores of the positive's boxes, highest first; no more than the largest k is needed. */
  readonly scores: ArrayLike<number>;
  /** The same of each of its negatives; undefined for one that has no answer. */
  readonly rivals: readonly (ArrayLike<number> | undefined)[];
}

/** The highest `k` of some scores, in descending order. */
export const highest = (scores: readonly number[], k: number): Float64Array =>
  Float64Array.from(scores).sort().reverse().slice(0, k);

/**
 * The smallest k with which the right box is recalled, Infinity where none is. Of all scores, the positive's and its
 * negatives', the k highest values are taken (a value that two boxes have counts twice); n of the positive's boxes score
 * at least as high as the lowest of them (ties count); one of its first min(n, k) boxes must be right: so no more than
 * k - 1 scores may be higher than that of the right box. Where a negative has no answer nobody knows what would have scored
 * higher: not recalled, so that leaving out answers never pays.
 */
export function recalledFrom({ rank, scores, rivals }: Contest): number {
  if (rank > scores.length) return Number.POSITIVE_INFINITY;
  const score = scores[rank - 1]!;
  let higher = 0;
  for (const all of [scores, ...rivals]) {
    if (!all) return Number.POSITIVE_INFINITY;
    for (let i = 0; i < all.length; i++) if (all[i]! > score) higher += 1;
  }
  return Math.max(rank, higher + 1);
}

/** Recall@k over the distinct positives that have negatives of the group. */
export const recallAtK = (group: string, contests: readonly Contest[], ks: readonly number[]): Family =>
  shares(
    group,
    contests.map((contest) => ({ image: contest.image, from: recalledFrom(contest) })),
    ks.map((k) => ({ metric: `recall@${k}`, better: 'higher', test: ({ from }) => from <= k })),
  );

/** A question with what became of it. */
export interface Answered extends OfImage {
  readonly rejected: boolean;
  /** Undefined where there is no answer, which rejects nothing. */
  readonly presence: number | undefined;
}

/** Name of what is done to negatives, which is right, and to positives, which is wrong. */
const KINDS = {
  negatives: { metric: 'rejection', better: 'higher' },
  positives: { metric: 'false rejection', better: 'lower' },
} as const;

/**
 * The share that is called not present: by the outcome, which is the threshold that the system was run with, and where
 * presence is at most the threshold, if there is one. Questions without an answer are in the denominator, and not
 * rejected.
 */
export function rejection(
  kind: keyof typeof KINDS,
  group: string,
  questions: readonly Answered[],
  threshold: number | undefined,
): Family {
  const { metric, better } = KINDS[kind];
  const byOutcome = { metric, better, test: ({ rejected }: Answered) => rejected };
  if (threshold === undefined) return shares(group, questions, [byOutcome]);
  const isBelow = ({ presence }: Answered) => presence !== undefined && presence <= threshold;
  return shares(group, questions, [byOutcome, { metric: `${metric} by presence`, better, test: isBelow }]);
}
