import type { Cost } from '../../mllm/mllm.ts';
import type { Resampling } from '../metrics/bootstrap.ts';
import type { ReliabilityBin } from '../metrics/calibration-curve.ts';
import type { Count, Figure } from '../metrics/figure.ts';
import type { RocPoint } from '../metrics/roc-curve.ts';
import type { Collected, Listed, Pairing } from './collect.ts';
import type { Items } from './items.ts';

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
  /** The answers one by one; item-record.ts makes them plain. */
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
