import type { Candidate } from '../reasoning/candidate.ts';
import type { Trace } from '../trace.ts';

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
  /** One or two sentences for a person. */
  readonly sentence: string;
  /** The words that could not be judged. */
  readonly unresolved: readonly string[];
  /** Who decided: "reasoning" here; later also "mllm". */
  readonly route: string;
  readonly trace: Trace;
}
