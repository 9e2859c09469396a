import { shuffled } from '../../strategy/shuffle.ts';
import { grouped } from '../score/groups.ts';
import { type ItemRecord, itemRecord } from '../score/item-record.ts';
import type { Item } from '../score/items.ts';

/** Wrong answers of one kind, and which of them are shown. */
export interface FailureGroup {
  readonly name: string;
  /** How many there are. */
  readonly all: number;
  readonly shown: readonly ItemRecord[];
}

export interface FailureOptions {
  /** How many are shown in all. */
  readonly most: number;
  readonly seed: number;
}

/** Chooses wrong answers by chance, as many of each group as of every other, as far as it has them. */
export function chooseFailures(items: readonly Item[], { most, seed }: FailureOptions): FailureGroup[] {
  const wrong = items.map(itemRecord).filter((record) => record.wrong);
  const groups = grouped(wrong, (record) => [groupOf(record)]);
  const sizes = evenly(
    groups.map(({ of }) => of.length),
    most,
  );
  return groups.map(({ name, of }, i) => ({
    name,
    all: of.length,
    shown: shuffled(of, seed).slice(0, sizes[i]),
  }));
}

/** How many each group gets: one more each, in turn, until all is given out or nobody has more. */
function evenly(sizes: readonly number[], most: number): number[] {
  const given = sizes.map(() => 0);
  let left = Math.min(
    most,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  while (left > 0) {
    for (const [i, size] of sizes.entries()) {
      if (left === 0 || given[i]! >= size) continue;
      given[i]! += 1;
      left -= 1;
    }
  }
  return given;
}

/** Where nothing was answered, what it would have been about tells little. */
function groupOf({ outcome, kind, level, group }: ItemRecord): string {
  if (outcome === 'error' || outcome === 'missing') return `without an answer: ${outcome}`;
  return kind === 'positive' ? `positives, level ${level}` : `negatives, ${group}`;
}
