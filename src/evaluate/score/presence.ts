import type { Count } from '../metrics/figure.ts';
import { type Point, type SortedPoints, sortPoints } from '../metrics/points.ts';
import { LEVEL_1_AGAINST_ALL, OVERALL, pairsByKind } from './groups.ts';
import type { Item, Items, Pair } from './items.ts';

/** The presence scores of a group, sorted, and how many there are of how many there should be. */
export interface PresenceGroup {
  readonly name: string;
  readonly points: SortedPoints;
  readonly count: Count;
}

/** The points of items that have a presence; an annotation's kind says which label it has, never its answer. */
const pointsOf = (items: readonly Item[]): Point[] =>
  items.flatMap(({ row, answer, image }) =>
    answer?.presence === undefined ? [] : [{ score: answer.presence, positive: !row.negative, image }],
  );

/** Once per negative the two of the pair, where both have a presence; counted in pairs. */
function ofPairs(name: string, pairs: readonly Pair[]): PresenceGroup {
  const both = pairs.map(({ positive, negative }) => pointsOf([positive, negative]));
  const complete = both.filter((points) => points.length === 2);
  return {
    name,
    points: sortPoints(complete.flat()),
    count: { part: complete.length, of: pairs.length },
  };
}

/** Each of the items once; counted in items. */
export function ofItems(name: string, items: readonly Item[]): PresenceGroup {
  const points = pointsOf(items);
  return { name, points: sortPoints(points), count: { part: points.length, of: items.length } };
}

/**
 * All pairs, those of each kind of negative, and what the published script prints as "overall", under its true name:
 * each level-1 positive once against every negative, whatever it was made from.
 */
export function presenceGroups({ positives, negatives, pairs }: Items): PresenceGroup[] {
  if (negatives.length === 0) return [];
  const easy = positives.filter(({ row }) => row.level === 1);
  return [
    ofPairs(OVERALL, pairs),
    ofItems(LEVEL_1_AGAINST_ALL, [...easy, ...negatives]),
    ...pairsByKind(pairs).map(({ name, of }) => ofPairs(name, of)),
  ];
}
