import type { Constraint, Span } from './query.ts';
import type { Token } from './tokens.ts';

/** A place in a sequence: "second" (2), "last" (1, from the end); the side may still follow. */
export interface Nth {
  readonly nth: number;
  readonly fromEnd: boolean;
}

/** The part of a noun phrase before and including its head noun ("the second red wine glass"). */
export interface Core {
  readonly nouns: readonly string[];
  readonly plural: boolean;
  readonly count?: number;
  readonly constraints: readonly Constraint[];
  readonly span: Span;
  /** "second bottle from the right": what is read behind the noun completes it. */
  readonly nth?: Nth;
}

/** Something without a name of its own ("the one", "in red"). */
export const NAMELESS: Core = { nouns: ['thing'], plural: false, constraints: [], span: [0, 0] };

/** What has been read of a core so far. */
export interface Draft {
  /** Behind "in" or "wearing", where a colour may stand for clothes. */
  readonly worn: boolean;
  constraints: Constraint[];
  names: Token[];
  /** Where the names began. */
  namedAt: number;
  plural: boolean;
  count?: number;
  nth?: Nth;
  /** Only what somebody wears is named. */
  somebody?: boolean;
}
