import { NO_COST } from '../../mllm/cost.ts';
import { bestThresholdOf } from '../metrics/balanced-accuracy.ts';
import { calibrationError } from '../metrics/calibration-curve.ts';
import { asked, type Costly, costPerAnswer } from '../metrics/cost.ts';
import type { Family } from '../metrics/figure.ts';
import { latency } from '../metrics/latency.ts';
import { precisionAtK } from '../metrics/precision-at-k.ts';
import { recallAtK } from '../metrics/recall-at-k.ts';
import { type Answered, rejection } from '../metrics/rejection.ts';
import { separationOf } from '../metrics/roc.ts';
import { shares } from '../metrics/share.ts';
import { forecastsOf } from './forecasts.ts';
import {
  ALL_NEGATIVES,
  ALL_POSITIVES,
  byKind,
  byLevel,
  byTag,
  byTypeAndLevel,
  type Group,
  grouped,
  OVERALL,
  pairsByKind,
  WHERE_ASKED,
} from './groups.ts';
import { type Item, type Items, isAnswered, isHit, outcomeOf, type Pair } from './items.ts';
import { ofItems, presenceGroups } from './presence.ts';

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

export const SECTIONS: readonly Section[] = [
  {
    id: 'precision',
    title: 'Precision@k',
    note: 'positives with one of the first k boxes right (IoU >= .5); no box or no answer is a miss',
    families: ({ positives }, { ks }) =>
      [...byLevel(positives), ...byTag(positives), ...whereAsked(positives)].map(({ name, of }) =>
        precisionAtK(name, of.map(ranked), ks),
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
    note: 'pairs that have both scores, of all; a positive counts once per negative',
    families: (items) =>
      presenceGroups(items).map(({ name, points, count }) => separationOf(name, points, count)),
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
    note: 'expected error of what is said as a probability, over ten bins; counted in answers that say it',
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
      const answers = all.filter(isAnswered);
      const routes = grouped(answers, ({ answer }) => [`route ${answer?.route ?? 'not told'}`]);
      return [...some('all routes', answers), ...routes].map(({ name, of }) =>
        latency(
          name,
          of.map(({ image, answer }) => ({ image, ms: answer!.ms })),
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
