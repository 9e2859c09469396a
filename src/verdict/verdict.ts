import type { Cost } from '../mllm/mllm.ts';
import type { Candidate } from '../reasoning/candidate.ts';
import type { Trace } from '../trace.ts';

export const ROUTES = ['reasoning', 'specialist', 'mllm', 'picked'] as const;
export type Route = (typeof ROUTES)[number];

export type Outcome = 'found' | 'not-present' | 'undecided';

/** The answer to one question. */
export interface Verdict {
  readonly outcome: Outcome;
  /** Best first: the found regions; for `undecided` the numbered candidates; for `not-present` none. */
  readonly candidates: readonly Candidate[];
  /** All that was considered, best first, whatever the outcome. */
  readonly considered: readonly Candidate[];
  /** Calibrated probability that what was asked for is in the picture, 0..1. */
  readonly presence: number;
  /** Calibrated probability that the best candidate is what was asked for, 0..1. */
  readonly right: number;
  /** One or two sentences for a person. */
  readonly sentence: string;
  /** The words that could not be judged. */
  readonly unresolved: readonly string[];
  /** Which way the question went. */
  readonly strategy: string;
  /** Who decided. */
  readonly route: Route;
  /** What a language model took for it. */
  readonly cost: Cost;
  /** It had to do without the language model that should have been asked. */
  readonly degraded?: boolean;
  readonly trace: Trace;
}
