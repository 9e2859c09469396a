import { bootstrap, RESAMPLING, type Resampling } from '../metrics/bootstrap.ts';
import type { Count, Family, Subject } from '../metrics/metrics.ts';
import { type Items, isHit, itemsOf, ROUTE, WHERE_ASKED } from './items.ts';
import { type Scores, SECTIONS } from './sections.ts';

/** One figure of two systems on the same questions. */
export interface Difference extends Omit<Subject, 'count'> {
  readonly section: string;
  readonly a: number | null;
  readonly b: number | null;
  readonly counts: { readonly a: Count; readonly b: Count };
  /** b - a, with the interval of the difference. */
  readonly difference: number | null;
  readonly interval: readonly [low: number, high: number] | null;
  /** Which one is better, where the interval leaves out zero. */
  readonly winner: 'a' | 'b' | 'not told apart';
}

export interface Comparison {
  readonly names: { readonly a: string; readonly b: string };
  /** What is compared: annotations that both have a prediction for. */
  readonly both: { readonly annotations: number; readonly images: number };
  /** What is left out: predicted by one only, or by none. */
  readonly leftOut: { readonly onlyA: number; readonly onlyB: number; readonly neither: number };
  readonly resampling: Resampling;
  readonly differences: readonly Difference[];
  /** Positives whose first box is right in one only, by id. */
  readonly onlyRightInA: readonly string[];
  readonly onlyRightInB: readonly string[];
}

/**
 * Paired differences: both systems on the questions that both have a prediction for, and the same resamples of images
 * for both, so that what is hard for both does not blur what sets them apart. Scores of the same annotations.
 * @param resampling that of `a` unless told
 */
export function compareScores(a: Scores, b: Scores, resampling: Partial<Resampling> = {}): Comparison {
  const [inA, inB] = [a.collected.answers, b.collected.answers];
  const { rows } = a.collected;
  const ids = [...rows.keys()].filter((id) => b.collected.rows.has(id));
  const shared = new Set(ids.filter((id) => inA.has(id) && inB.has(id)));
  const itemsA = itemsOf({ rows, answers: inA }, (id) => shared.has(id));
  const itemsB = itemsOf({ rows, answers: inB }, (id) => shared.has(id));
  const options = { ...RESAMPLING, ...a.options.resampling, ...resampling };
  const only = (mine: typeof inA, other: typeof inA) =>
    ids.filter((id) => mine.has(id) && !other.has(id)).length;
  const [rightInA, rightInB] = [rightIn(itemsA), rightIn(itemsB)];
  return {
    names: { a: a.name ?? 'a', b: b.name ?? 'b' },
    both: { annotations: shared.size, images: itemsA.images },
    leftOut: {
      onlyA: only(inA, inB),
      onlyB: only(inB, inA),
      neither: ids.filter((id) => !inA.has(id) && !inB.has(id)).length,
    },
    resampling: options,
    differences: differences(comparable(itemsA, a), comparable(itemsB, b), itemsA.images, options),
    onlyRightInA: [...rightInA].filter((id) => !rightInB.has(id)),
    onlyRightInB: [...rightInB].filter((id) => !rightInA.has(id)),
  };
}

const rightIn = ({ positives }: Items): ReadonlySet<string> =>
  new Set(positives.filter(isHit).map(({ row }) => row.id));

interface Placed {
  readonly section: string;
  readonly family: Family;
}

/** The families that mean the same of both, by section and group. */
function comparable(items: Items, { options }: Scores): ReadonlyMap<string, Placed> {
  const placed = SECTIONS.flatMap(({ id: section, families }) =>
    families(items, options).map((family) => ({ section, family })),
  );
  const named = placed.map((place) => [keyOf(place), place] as const);
  return new Map(named.filter(([, { family, section }]) => !isOwnChoice(section, family.subjects[0]!.group)));
}

/** Which questions a system leaves to whom is its own choice: a share of them means something else of each. */
const isOwnChoice = (section: string, group: string): boolean =>
  group === WHERE_ASKED || (section === 'precision' && group.startsWith(ROUTE));

const keyOf = ({ section, family }: Placed): string => `${section} ${family.subjects[0]!.group}`;

function differences(
  a: ReadonlyMap<string, Placed>,
  b: ReadonlyMap<string, Placed>,
  images: number,
  resampling: Resampling,
): Difference[] {
  const paired = [...a].flatMap(([key, place]) => {
    const other = b.get(key);
    return other ? [{ ...minus(place.family, other.family), section: place.section }] : [];
  });
  const inB = bootstrap(
    paired.map((p) => p.b),
    images,
    { ...resampling, resamples: 0 },
  );
  const inA = bootstrap(
    paired.map((p) => p.a),
    images,
    { ...resampling, resamples: 0 },
  );
  const apart = bootstrap(
    paired.map((p) => p.minus),
    images,
    resampling,
  );
  const sections = paired.flatMap(({ section, minus }) => minus.subjects.map(() => section));
  return apart.flatMap(({ metric, group, unit, better, value, interval }, i) => {
    if (better === 'neither' && sections[i] !== 'outcomes') return [];
    const [ofA, ofB] = [inA[i]!, inB[i]!];
    return {
      section: sections[i]!,
      ...{ metric, group, unit, better, a: ofA.value, b: ofB.value, difference: value, interval },
      counts: { a: ofA.count, b: ofB.count },
      winner: winnerOf(better, interval),
    };
  });
}

/** The subjects that both have, of each and of b - a, in the same order. */
function minus(a: Family, b: Family): { readonly a: Family; readonly b: Family; readonly minus: Family } {
  const shared = a.subjects.flatMap(({ metric }, i) => {
    const j = b.subjects.findIndex((subject) => subject.metric === metric);
    return j < 0 ? [] : [[i, j] as const];
  });
  const pick = (family: Family, side: 0 | 1): Family => ({
    subjects: shared.map((pair) => family.subjects[pair[side]]!),
    statistic(weights) {
      const values = family.statistic(weights);
      return shared.map((pair) => values[pair[side]]!);
    },
  });
  const [ofA, ofB] = [pick(a, 0), pick(b, 1)];
  return {
    a: ofA,
    b: ofB,
    minus: {
      subjects: ofA.subjects,
      statistic(weights) {
        const values = ofA.statistic(weights);
        return Array.from(ofB.statistic(weights), (value, i) => value - values[i]!);
      },
    },
  };
}

function winnerOf(better: Subject['better'], interval: Difference['interval']): Difference['winner'] {
  if (!interval || better === 'neither') return 'not told apart';
  const [low, high] = better === 'higher' ? interval : [-interval[1], -interval[0]];
  if (low > 0) return 'b';
  return high < 0 ? 'a' : 'not told apart';
}
