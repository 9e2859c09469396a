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
  const groups = KINDS.flatMap((kind) =>
    grouped(
      wrong.filter((record) => kindOf(record) === kind),
      (record) => [groupOf(record)],
    ),
  );
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

/** In the order of the page. Where nothing was answered, what was asked tells little. */
const KINDS = ['positive', 'negative', 'without an answer'] as const;

const kindOf = ({ outcome, kind }: ItemRecord): (typeof KINDS)[number] =>
  outcome === 'error' || outcome === 'missing' ? 'without an answer' : kind;

const NAMES: Readonly<Record<(typeof KINDS)[number], (record: ItemRecord) => string>> = {
  positive: ({ level }) => `positives, level ${level}`,
  negative: ({ group }) => `negatives, ${group}`,
  'without an answer': ({ outcome }) => `without an answer: ${outcome}`,
};

const groupOf = (record: ItemRecord): string => NAMES[kindOf(record)](record);
