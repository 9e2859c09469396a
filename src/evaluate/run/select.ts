import { createHash } from 'node:crypto';

/** Which annotations of a set are asked. */
export interface Selection {
  /** So many of them by chance; the same ones for the same seed, whatever their order. */
  readonly sample?: number;
  /** Of the sample; 1 unless told. */
  readonly seed?: number;
  /** The first so many. */
  readonly limit?: number;
  /** One of so many equal parts, counted from 1; all parts together are the whole, and share nothing. */
  readonly shard?: { readonly part: number; readonly of: number };
}

/** Annotations in their order: a sample, then the first of it, then a part of these. */
export function select<A extends { readonly id: string }>(
  all: readonly A[],
  { sample, seed = 1, limit, shard }: Selection,
): A[] {
  const sampled = sample === undefined ? all : drawn(all, sample, seed);
  const limited = sampled.slice(0, limit ?? sampled.length);
  return shard ? limited.filter((_, i) => i % shard.of === shard.part - 1) : limited;
}

function drawn<A extends { readonly id: string }>(
  all: readonly A[],
  size: number,
  seed: number,
): readonly A[] {
  if (size >= all.length) return all;
  const lots = all.map(({ id }) => createHash('sha256').update(`${seed} ${id}`).digest('hex'));
  const last = lots.toSorted()[size - 1]!;
  return all.filter((_, i) => lots[i]! <= last).slice(0, size);
}
