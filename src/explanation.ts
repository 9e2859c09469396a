import type { Box } from './box.ts';
import type { Constraint } from './expression/query.ts';

/**
 * How an answer came about, in full: plain data, for a page that shows it step by step and for programs. What was judged of
 * each candidate stands with the candidates of the verdict. Boxes are [x1, y1, x2, y2] in pixels of the oriented picture.
 */
export interface Explanation {
  readonly reading: ExpressionReading;
  /** The noun phrases of the expression, the target first, with the regions that the detector proposed for each. */
  readonly nouns: readonly NounRegions[];
  /** Whatever was surely seen, asked for or not, best first. */
  readonly seen: readonly SeenRegion[];
  /** Whether a language model was to be asked, and why; absent where the strategy does not decide that. */
  readonly routing?: Routing;
  /** What a language model was sent and said, in order. */
  readonly exchanges: readonly Exchange[];
  /** How the probabilities came about; absent where reasoning did not weigh anything. */
  readonly weighing?: Weighing;
  /** What a strategy's own presence is worth, by Platt scaling; absent where none was fitted. */
  readonly scaling?: Scaling;
}

/** What a part of an expression was read as. */
export type ReadAs = 'target' | 'other' | Constraint['kind'];

/** Characters [start, end) of the expression. */
export interface ReadPart {
  readonly start: number;
  readonly end: number;
  readonly as: ReadAs;
  readonly negated?: true;
}

export interface ExpressionReading {
  /** The expression as it was read; of a question the expression in it. */
  readonly text: string;
  /** In order, without overlaps; what is in none of them is not needed ("please"). */
  readonly parts: readonly ReadPart[];
  readonly english: boolean;
  /** Words that are in no dictionary, and what they were taken for. */
  readonly taken: readonly { readonly said: string; readonly meant: string }[];
  /** What a question asks about the thing. */
  readonly question?: string;
}

export interface SeenRegion {
  readonly box: Box;
  readonly label: string;
  /** The detector's own, 0..1. */
  readonly score: number;
}

export interface NounRegions {
  /** As they stand in the expression. */
  readonly words: string;
  /** The reading of the noun that the detector knows best. */
  readonly noun: string;
  /** How the noun relates to the detector's labels; see `MatchKind`. */
  readonly match: string;
  /** Best first; `certainty`: how likely the noun's thing is there, 0..1. */
  readonly regions: readonly (SeenRegion & { readonly certainty: number })[];
}

export interface Routing {
  readonly hard: boolean;
  readonly reason: string;
}

export interface Exchange {
  readonly model: string;
  /** The very text that was sent. */
  readonly prompt: string;
  /** How many pictures were sent with it. */
  readonly images: number;
  /** The reply as it came, untrusted; absent where none came. */
  readonly reply?: string;
  /** The alternatives of the first answer token, most probable first, as probabilities 0..1. */
  readonly alternatives?: readonly { readonly token: string; readonly probability: number }[];
  /** What it could choose from, in the order shown. */
  readonly options?: readonly OptionShown[];
  readonly choice?: Choice;
}

export interface OptionShown {
  readonly letter: string;
  /** Absent for None. */
  readonly box?: Box;
  readonly label?: string;
  /** Of the options only, summing to 1; absent where the server tells none. */
  readonly probability?: number;
}

export interface Choice {
  readonly kind: 'option' | 'none' | 'unreadable';
  readonly letter?: string;
  /** 1 - P(None), 0..1; absent where None was not offered or nothing is known. */
  readonly presence?: number;
}

export interface Weighing {
  /** Added to the products of values and weights, it gives the log odds of presence. */
  readonly bias: number;
  readonly features: readonly {
    readonly name: string;
    readonly value: number;
    readonly weight: number;
  }[];
  /** Log odds of presence; the probability is 1 / (1 + exp(-logOdds)). */
  readonly logOdds: number;
  readonly presence: number;
  /** Probability that the best candidate is what was asked for. */
  readonly right: number;
  /** "found" from this probability of being right, "not present" up to this presence. */
  readonly thresholds: { readonly found: number; readonly absent: number };
}

export interface Scaling {
  /** As the strategy reports it, 0..1. */
  readonly raw: number;
  /** Platt scaling of its log odds. */
  readonly bias: number;
  readonly weight: number;
  readonly presence: number;
  readonly thresholds: { readonly found: number; readonly absent: number };
}
