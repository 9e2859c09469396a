import type { Box } from '../box.ts';
import type { Constraint } from '../language/query.ts';

/** How one constraint fares on one candidate: 0 (contradicted) .. 1 (holds), and why, in words. */
export interface Judgement {
  readonly kind: Constraint['kind'] | 'category';
  readonly words: string;
  /** Undefined where it could not be judged. */
  readonly score: number | undefined;
  readonly reason: string;
  /** The opposite was asked for ("not in a boat"); the score already says so. */
  readonly negated?: boolean;
  /** What was seen instead of what was asked for: a colour, or how many there are to count. */
  readonly seen?: string;
  /** The other thing of a relation that was not detected. */
  readonly missing?: string;
  /** Words about the other thing of a relation that could not be judged, although they would matter. */
  readonly open?: readonly string[];
}

/** A region under consideration, with what speaks for and against it. */
export interface Candidate {
  readonly box: Box;
  /** What it was detected as. */
  readonly label: string;
  /** The detector's own score, 0..1. */
  readonly detection: number;
  /** How likely such a thing is there at all, whatever is said about it, 0..1. */
  readonly certainty: number;
  /** Best score of a look-alike label at the same place, as a multiple of this one's. */
  readonly rival: number;
  /** How well it fits the whole expression, 0..1. */
  readonly score: number;
  readonly judgements: readonly Judgement[];
}
