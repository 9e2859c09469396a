import { type Cost, NO_COST } from '../../verdict.ts';
import type { Resampling } from '../metrics/bootstrap.ts';
import {
  calibrationError,
  type Forecast,
  type ReliabilityBin,
  type RocPoint,
  separationOf,
} from '../metrics/curves.ts';
import {
  type Answered,
  asked,
  bestThresholdOf,
  type Costly,
  type Count,
  costPerAnswer,
  type Family,
  type Figure,
  latency,
  type Point,
  precisionAtK,
  recallAtK,
  rejection,
  type SortedPoints,
  shares,
  sortPoints,
} from '../metrics/metrics.ts';
import {
  ALL_NEGATIVES,
  ALL_POSITIVES,
  byKind,
  byLevel,
  byTag,
  byTypeAndLevel,
  type Collected,
  type Group,
  grouped,
  type Item,
  type Items,
  isAnswered,
  isHit,
  LEVEL_1_AGAINST_ALL,
  type Listed,
  OVERALL,
  outcomeOf,
  type Pair,
  type Pairing,
  pairsByKind,
  ROUTE,
  WHERE_ASKED,
} from './items.ts';

export interface ScoreOptions {
  /** What is scored, as tables name it: a strategy and its model, and that it is simulated where it is. */
  readonly name?: string;
  /** The k of precision@k and recall@k; 1, 5 and 10 unless told. */
  readonly ks?: readonly number[];
  /** Presence up to which a question counts as rejected; unless told, the one with the best balanced accuracy. */
  readonly threshold?: number;
  /** 1000 resamples of seed 1 and intervals of 95 % unless told. */
  readonly resampling?: Partial<Resampling>;
}

/** A section's figures, in the order of its groups. */
export interface ScoredSection {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly figures: readonly Figure[];
}

/** All that a run's answers are worth, each figure with its interval and what it was counted from. */
export interface Scores {
  readonly name: string | undefined;
  readonly set: {
    readonly annotations: number;
    readonly positives: number;
    readonly negatives: number;
    /** Resampled as units. */
    readonly images: number;
    /** Negatives whose positive is not named or not in the set: they take no part in what pairs decide. */
    readonly unpaired: Listed<string>;
  };
  /** Annotations that have an answer without an error. */
  readonly answered: Count;
  readonly pairing: Pairing;
  readonly options: {
    readonly ks: readonly number[];
    readonly resampling: Resampling;
    /** Undefined where none was given and none can be chosen. */
    readonly threshold: number | undefined;
    readonly thresholdIsGiven: boolean;
  };
  readonly sections: readonly ScoredSection[];
  /** For plots. */
  readonly curves: {
    readonly roc: readonly { readonly group: string; readonly points: readonly RocPoint[] }[];
    readonly reliability: readonly { readonly of: string; readonly bins: readonly ReliabilityBin[] }[];
  };
  /** What a language model took in all. */
  readonly cost: Cost;
  /** The answers one by one; `itemRecord` makes them plain. */
  readonly items: Items;
  /** What comparing needs. */
  readonly collected: Collected;
}

/** The figure of a section's metric and group, if it is there. */
export const figureOf = (
  { sections }: Pick<Scores, 'sections'>,
  metric: string,
  group: string,
): Figure | undefined =>
  sections
    .flatMap(({ figures }) => figures)
    .find((figure) => figure.metric === metric && figure.group === group);

/** What a system says of itself as a probability, and what came of it. */
export interface Forecasts {
  readonly name: string;
  readonly forecasts: readonly Forecast[];
  /** How many questions could have had one. */
  readonly of: number;
}

/**
 * Presence, that what was asked for is there; and the score of the first box, that it is right. Scores beyond 0..1 are
 * no probabilities: of what has some, nothing is told.
 */
export function forecastsOf({ all }: Items): Forecasts[] {
  const presence = forecasts(
    all,
    ({ answer }) => answer?.presence,
    ({ row }) => !row.negative,
  );
  const right = forecasts(all, ({ answer }) => answer?.first, isHit);
  return [
    { name: 'presence', forecasts: presence, of: all.length },
    { name: 'the first box is right', forecasts: right, of: all.length },
  ].filter(({ forecasts }) => forecasts.length > 0 && forecasts.every(({ said }) => said >= 0 && said <= 1));
}

const forecasts = (
  items: readonly Item[],
  saidOf: (item: Item) => number | undefined,
  was: (item: Item) => boolean,
): Forecast[] =>
  items.flatMap((item) => {
    const said = saidOf(item);
    return said === undefined ? [] : [{ image: item.image, said, was: was(item) }];
  });

/** The scores of a group that tell what is there from what is not, sorted, and how many there are of how many there should be. */
export interface ScoreGroup {
  readonly name: string;
  readonly points: SortedPoints;
  readonly count: Count;
}

/** What of an answer tells how surely the thing is there; undefined where the answer does not say. */
type ScoreOf = (item: Item) => number | undefined;

const presenceOf: ScoreOf = ({ answer }) => answer?.presence;

/** The score of the published tables: that of the best box, 0 without one. */
const topBoxOf: ScoreOf = (item) => (isAnswered(item) ? (item.answer!.scores[0] ?? 0) : undefined);

/** The points of items that have a score; an annotation's kind says which label it has, never its answer. */
function pointsOf(items: readonly Item[], scoreOf: ScoreOf): Point[] {
  const points: Point[] = [];
  for (const item of items) {
    const score = scoreOf(item);
    if (score !== undefined) points.push({ score, positive: !item.row.negative, image: item.image });
  }
  return points;
}

/** Once per negative the two of the pair, where both have a score; counted in pairs. */
function ofPairs(name: string, pairs: readonly Pair[], scoreOf: ScoreOf): ScoreGroup {
  const complete = pairs.filter(
    ({ positive, negative }) => scoreOf(positive) !== undefined && scoreOf(negative) !== undefined,
  );
  const items = complete.flatMap(({ positive, negative }) => [positive, negative]);
  return {
    name,
    points: sortPoints(pointsOf(items, scoreOf)),
    count: { part: complete.length, of: pairs.length },
  };
}

/** Each of the items once; counted in items. */
export function ofItems(name: string, items: readonly Item[], scoreOf: ScoreOf = presenceOf): ScoreGroup {
  const points = pointsOf(items, scoreOf);
  return { name, points: sortPoints(points), count: { part: points.length, of: items.length } };
}

/**
 * All pairs, those of each kind of negative, and what the published script prints as "overall", under its true name:
 * each level-1 positive once against every negative, whatever it was made from.
 */
function scoreGroups({ positives, negatives, pairs }: Items, scoreOf: ScoreOf): ScoreGroup[] {
  if (negatives.length === 0) return [];
  const easy = positives.filter(({ row }) => row.level === 1);
  return [
    ofPairs(OVERALL, pairs, scoreOf),
    ofItems(LEVEL_1_AGAINST_ALL, [...easy, ...negatives], scoreOf),
    ...pairsByKind(pairs).map(({ name, of }) => ofPairs(name, of, scoreOf)),
  ];
}

export const presenceGroups = (items: Items): ScoreGroup[] => scoreGroups(items, presenceOf);

/** What a section needs to know besides the answers. */
export interface Sectioning {
  readonly ks: readonly number[];
  /** Presence up to which a question counts as rejected. */
  readonly threshold: number | undefined;
}

/** Figures that are read together, as rows of groups and columns of metrics. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** How it is counted. */
  readonly note: string;
  readonly families: (items: Items, options: Sectioning) => Family[];
}

const OUTCOMES = ['found', 'not-present', 'undecided', 'error', 'missing'] as const;

const SEPARATION_NOTE =
  'AUROC: area under the ROC curve. AUPR: average precision. FPR95: false positive rate at the highest threshold that passes 95 % of the positives. Counted in pairs of a negative and its positive that both have a score';

export const SECTIONS: readonly Section[] = [
  {
    id: 'precision',
    title: 'Precision@k',
    note: 'positives with one of the first k boxes right (IoU >= .5); reachable: with any box right, so that no choice among the boxes does better; no box or no answer is a miss',
    families: ({ positives }, { ks }) =>
      [...byLevel(positives), ...byTag(positives), ...whereAsked(positives), ...byRoute(positives)].map(
        ({ name, of }) => precisionAtK(name, of.map(ranked), ks),
      ),
  },
  {
    id: 'found',
    title: 'Precision of "found"',
    note: 'answers "found" with the right first box, those to negatives counting as wrong',
    families: ({ all }) => [
      shares('answered "found"', all.filter(isFound), [
        { metric: 'precision of found', better: 'higher', test: isHit },
      ]),
    ],
  },
  {
    id: 'recall',
    title: 'Recall@k',
    note: "positives with a right box among the k highest scores of their own and their negatives' boxes",
    families: ({ pairs }, { ks }) =>
      [...some(OVERALL, pairs), ...pairsByKind(pairs)].map(({ name, of }) =>
        recallAtK(name, contestsOf(of), ks),
      ),
  },
  {
    id: 'presence',
    title: 'Presence of positives against negatives',
    note: `the presence that answers state. ${SEPARATION_NOTE}`,
    families: (items) =>
      presenceGroups(items).map(({ name, points, count }) => separationOf(name, points, count)),
  },
  {
    id: 'top-box',
    title: 'Top box of positives against negatives',
    note: `the score of the best box, 0 without one, as the published tables have it. ${SEPARATION_NOTE}`,
    families: (items) =>
      scoreGroups(items, topBoxOf).map(({ name, points, count }) => separationOf(name, points, count)),
  },
  {
    id: 'rejection',
    title: 'Rejection of negatives',
    note: 'answered "not present", and with a presence up to the threshold; no answer rejects nothing',
    families: ({ negatives }, { threshold }) =>
      [...some(ALL_NEGATIVES, negatives), ...byKind(negatives)].map(({ name, of }) =>
        rejection('negatives', name, of.map(answered), threshold),
      ),
  },
  {
    id: 'false-rejection',
    title: 'False rejection of positives',
    note: 'the same of what is there',
    families: ({ positives }, { threshold }) =>
      byLevel(positives).map(({ name, of }) => rejection('positives', name, of.map(answered), threshold)),
  },
  {
    id: 'outcomes',
    title: 'Outcomes',
    note: 'of all annotations of the group, those without a prediction as "missing"',
    families: ({ positives, negatives }) =>
      [
        ...some(ALL_POSITIVES, positives),
        ...some(ALL_NEGATIVES, negatives),
        ...byTypeAndLevel(negatives),
      ].map(({ name, of }) => {
        const tests = OUTCOMES.map((outcome) => ({
          metric: outcome,
          better: 'neither' as const,
          test: (item: Item) => outcomeOf(item) === outcome,
        }));
        return shares(name, of, tests);
      }),
  },
  {
    id: 'calibration',
    title: 'Calibration',
    note: 'expected calibration error (ECE): distance of the mean predicted probability from the observed share, over ten bins of equal width, weighted by how many answers each holds',
    families: (items) =>
      forecastsOf(items).map(({ name, forecasts, of }) => calibrationError(name, forecasts, of)),
  },
  {
    id: 'threshold',
    title: 'Best presence threshold',
    note: 'that of the highest balanced accuracy, chosen and measured on the same answers',
    families: ({ all, negatives }) => {
      const { points, count } = ofItems(OVERALL, all);
      return negatives.length > 0 ? [bestThresholdOf(OVERALL, points, count.of)] : [];
    },
  },
  {
    id: 'asked',
    title: 'Questions that reached a language model',
    note: 'of all answers without an error',
    families: ({ all }) => [asked('all answers', all.filter(isAnswered).map(costly))],
  },
  {
    id: 'cost',
    title: 'Cost',
    note: 'mean over all answers; counted in those that asked a language model',
    families: ({ all }) => {
      const costs = all.filter(isAnswered).map(costly);
      return costs.some(({ calls }) => calls > 0) ? [costPerAnswer('all answers', costs)] : [];
    },
  },
  {
    id: 'latency',
    title: 'Latency',
    note: 'from asking to answer, by who decided, nearest rank; without errors',
    families: ({ all }) => {
      const answers = all.filter((item) => isAnswered(item) && item.answer!.ms !== undefined);
      const routes = grouped(answers, ({ answer }) => [`${ROUTE}${answer?.route ?? 'not told'}`]);
      return [...some('all routes', answers), ...routes].map(({ name, of }) =>
        latency(
          name,
          of.map(({ image, answer }) => ({ image, ms: answer!.ms! })),
          answers.length,
        ),
      );
    },
  },
];

const some = <T>(name: string, of: readonly T[]): Group<T>[] => (of.length > 0 ? [{ name, of }] : []);

const isFound = (item: Item): boolean => outcomeOf(item) === 'found';
const callsOf = ({ answer }: Item): number => answer?.cost?.calls ?? 0;

const whereAsked = (positives: readonly Item[]): Group<Item>[] =>
  some(
    WHERE_ASKED,
    positives.filter((item) => callsOf(item) > 0),
  );

/** Who decided, where answers say so: no two systems' are the same questions. */
const byRoute = (positives: readonly Item[]): Group<Item>[] =>
  grouped(positives, ({ answer }) => (answer?.route ? [`${ROUTE}${answer.route}`] : []));

const ranked = ({ image, answer }: Item) => ({ image, rank: answer?.rank ?? Number.POSITIVE_INFINITY });

const answered = ({ image, answer }: Item): Answered => ({
  image,
  rejected: answer?.outcome === 'not-present',
  presence: answer?.presence,
});

const costly = ({ image, answer }: Item): Costly => ({ image, ...(answer?.cost ?? NO_COST) });

/** Each positive once, with its negatives among the pairs. */
const contestsOf = (pairs: readonly Pair[]) =>
  grouped(pairs, ({ positive }) => [positive.row.id]).map(({ of }) => {
    const { positive } = of[0]!;
    const rivals = of.map(({ negative }) => (isAnswered(negative) ? negative.answer?.scores : undefined));
    return { ...ranked(positive), scores: positive.answer?.scores ?? [], rivals };
  });
