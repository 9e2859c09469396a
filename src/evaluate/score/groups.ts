import type { Item, Pair } from './items.ts';
import type { NegativeKind } from './row.ts';

/** Tags whose questions geometry and pixels alone can decide. */
export const DECIDABLE: ReadonlySet<string> = new Set([
  'category',
  'colour',
  'size',
  'position',
  'ordinal',
  'relation',
  'count',
]);

/** A named part of what is scored. */
export interface Group<T> {
  readonly name: string;
  readonly of: readonly T[];
}

export const ALL_POSITIVES = 'all positives';
export const ALL_NEGATIVES = 'all negatives';
/** What the published script calls "overall". */
export const LEVEL_1_AGAINST_ALL = 'level-1 positives vs all negatives';
export const OVERALL = 'overall';
/** Of a system's own choosing: no two systems' are the same questions. */
export const WHERE_ASKED = 'where a language model was asked';

/** All positives and those of each level there is; level 3 is a level of its own. */
export const byLevel = (positives: readonly Item[]): Group<Item>[] => [
  { name: ALL_POSITIVES, of: positives },
  ...grouped(positives, ({ row }) => [`level ${row.level}`]),
];

/** Those with tags by tag, and those of which all tags can be decided by geometry and pixels. */
export function byTag(positives: readonly Item[]): Group<Item>[] {
  const tagged = positives.filter(({ row }) => row.tags.length > 0);
  if (tagged.length === 0) return [];
  const decidable = tagged.filter(({ row }) => row.tags.every((tag) => DECIDABLE.has(tag)));
  return [
    { name: 'decidable by geometry and pixels', of: decidable },
    ...grouped(tagged, ({ row }) => row.tags.map((tag) => `tag ${tag}`)),
  ];
}

/** "flip 2 text": type, level and what was changed, as far as they are known. */
export const nameOf = ({ type = 'of no type', level, cate }: NegativeKind): string =>
  [type, level, cate].filter((part) => part !== undefined).join(' ');

/** Negatives by type, level and what was changed. */
export const byKind = (negatives: readonly Item[]): Group<Item>[] =>
  grouped(negatives, ({ row }) => [nameOf(row.negative!)]);

export const pairsByKind = (pairs: readonly Pair[]): Group<Pair>[] =>
  grouped(pairs, ({ negative }) => [nameOf(negative.row.negative!)]);

/** Negatives by type and level: "negative flip 2". */
export const byTypeAndLevel = (negatives: readonly Item[]): Group<Item>[] =>
  grouped(negatives, ({ row }) => [`negative ${nameOf({ ...row.negative!, cate: undefined })}`]);

/** Groups in the order of their names, each item in all that it names. */
export function grouped<T>(items: readonly T[], namesOf: (item: T) => readonly string[]): Group<T>[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    for (const name of new Set(namesOf(item))) {
      const group = groups.get(name);
      if (group) group.push(item);
      else groups.set(name, [item]);
    }
  }
  return [...groups].map(([name, of]) => ({ name, of })).sort((a, b) => (a.name < b.name ? -1 : 1));
}
