import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Config, type StrategyName, VERSION, WITHOUT } from '../../config.ts';
import { digestOf } from '../../models/store.ts';
import type { Figure } from '../metrics/metrics.ts';
import type { Annotation } from '../prediction.ts';
import { type Identity, isSimulated, nameOf } from '../run/file.ts';
import { type RunOptions, runEvaluation } from '../run/run.ts';
import { ALL_NEGATIVES, ALL_POSITIVES, OVERALL } from '../score/items.ts';
import { score } from '../score/score.ts';
import { figureOf, type Scores } from '../score/sections.ts';

/** Raised whenever a figure is added, left out, or means something else. */
export const CARD_VERSION = 1;

/** A figure of a card; null where there is nothing to count. */
export interface CardFigure extends Pick<Figure, 'value' | 'interval' | 'unit' | 'better' | 'count'> {
  readonly name: string;
}

/** One system of a card: a strategy, what answered, and what it is worth. */
export interface CardSystem {
  readonly strategy: StrategyName;
  readonly name: string;
  /** A stand-in answered in place of a language model: it says nothing about any model. */
  readonly simulated: boolean;
  readonly identity: Identity;
  readonly figures: readonly CardFigure[];
}

/** All strategies on one set, side by side. Two cards with the same version and questions can be compared. */
export interface Card {
  readonly card: typeof CARD_VERSION;
  readonly spotter: string;
  /** When it was made. */
  readonly date: string;
  readonly set: {
    readonly annotations: number;
    readonly positives: number;
    readonly negatives: number;
    readonly images: number;
    /** Of the annotation file. */
    readonly sha256: string;
    /** Of the ids of the questions that were asked, in their order: a sample of a set is another set. */
    readonly questions: string;
  };
  /** Of the intervals. */
  readonly resampling: { readonly resamples: number; readonly seed: number; readonly confidence: number };
  readonly systems: readonly CardSystem[];
  /** What was not run, and why. */
  readonly notRun: readonly { readonly strategy: StrategyName; readonly why: string }[];
}

/** What a card says of each system: its name there, and where it is among the scores. */
const FIGURES: readonly (readonly [name: string, metric: string, group: string])[] = [
  ['precision@1', 'precision@1', ALL_POSITIVES],
  ['precision@1, level 1', 'precision@1', 'level 1'],
  ['precision@1, level 2', 'precision@1', 'level 2'],
  ['precision@1, level 3', 'precision@1', 'level 3'],
  ['precision of found', 'precision of found', 'answered "found"'],
  ['rejection of negatives', 'rejection', ALL_NEGATIVES],
  ['false rejection of positives', 'false rejection', ALL_POSITIVES],
  ['AUROC of presence', 'AUROC', OVERALL],
  ['calibration error of presence', 'calibration error', 'presence'],
  ['asked a language model', 'asked a language model', 'all answers'],
  ['prompt tokens per answer', 'prompt tokens per answer', 'all answers'],
  ['answer tokens per answer', 'answer tokens per answer', 'all answers'],
  ['dollars per answer', 'dollars per answer', 'all answers'],
  ['latency p50', 'latency p50', 'all routes'],
  ['latency p95', 'latency p95', 'all routes'],
];

export interface CardOptions extends Pick<RunOptions, 'images' | 'simulate' | 'atOnce' | 'signal'> {
  readonly config: Config;
  readonly annotations: readonly Annotation[];
  readonly annotationFile: string;
  readonly strategies: readonly StrategyName[];
  /** Where the answers go, a file each; a card that was left is taken up again. */
  readonly folder: string;
  readonly date?: Date;
  /** Is told when a strategy begins, and what it is about. */
  readonly onStrategy?: (strategy: StrategyName, all: number, before: number) => void;
  readonly onAnswer?: () => void;
}

/**
 * Asks all questions by each strategy, one after the other, and says what each is worth. One that needs a language model
 * is not run where none is configured, which the card says.
 * @throws SpotterError as `runEvaluation`
 */
export async function makeCard({
  config,
  annotations,
  annotationFile,
  strategies,
  folder,
  date = new Date(),
  onStrategy = () => {},
  onAnswer = () => {},
  ...options
}: CardOptions): Promise<Card> {
  const { sha256 } = await digestOf(annotationFile, options.signal);
  const hasModel = config.mllmModel !== undefined || options.simulate !== undefined;
  const isRun = (strategy: StrategyName): boolean => hasModel || WITHOUT[strategy] === strategy;
  const systems: CardSystem[] = [];
  let scores: Scores | undefined;
  for (const strategy of strategies.filter(isRun)) {
    const { identity, predictions } = await runEvaluation({
      ...options,
      ...{ annotations, annotationFile, config: { ...config, strategy } },
      out: join(folder, `${strategy}.jsonl`),
      onStart: (all, before) => onStrategy(strategy, all, before),
      onAnswer,
    });
    scores = await score(annotations, predictions, { name: nameOf(identity) });
    systems.push(systemOf(strategy, identity, scores));
  }
  const positives = annotations.filter(({ bbox }) => bbox !== null).length;
  return {
    card: CARD_VERSION,
    spotter: VERSION,
    date: date.toISOString(),
    set: {
      annotations: annotations.length,
      positives: scores?.set.positives ?? positives,
      negatives: scores?.set.negatives ?? annotations.length - positives,
      images: scores?.set.images ?? 0,
      sha256,
      questions: createHash('sha256')
        .update(annotations.map(({ id }) => `${id}\n`).join(''))
        .digest('hex'),
    },
    resampling: scores?.options.resampling ?? { resamples: 0, seed: 0, confidence: 0 },
    systems,
    notRun: strategies
      .filter((strategy) => !isRun(strategy))
      .map((strategy) => ({ strategy, why: 'it asks a language model, and none is configured' })),
  };
}

const systemOf = (strategy: StrategyName, identity: Identity, scores: Scores): CardSystem => ({
  strategy,
  name: nameOf(identity),
  simulated: isSimulated(identity),
  identity,
  figures: FIGURES.flatMap(([name, metric, group]) => {
    const figure = figureOf(scores, metric, group);
    if (!figure) return [];
    const { value, interval, unit, better, count } = figure;
    return { name, value, interval, unit, better, count };
  }),
});
