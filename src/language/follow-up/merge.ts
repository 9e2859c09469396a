import type { Constraint, Query } from '../query.ts';
import { compose } from './compose.ts';
import { headOf } from './head.ts';
import { type Piece, piecesOf } from './pieces.ts';
import { sameMeaning, singlesOut, slotsOf } from './slots.ts';

/** Something said of what was asked for last. */
export interface Said {
  readonly query: Query;
  /** It replaces whatever was said of the same kind; else only what contradicts it. */
  readonly corrects: boolean;
}

/** The last expression with what is said now: its noun, what is still true of it, and what is new. */
export function merged(last: Query, { query, corrects }: Said): string {
  const fresh = piecesOf(countedAsBefore(query, last));
  const kept = piecesOf(last).filter((old) => !fresh.some((piece) => replaces(piece, old, corrects)));
  return compose({ ...numberOf(last, query), noun: headOf(last).noun, pieces: [...kept, ...fresh] });
}

/** "no, the third one", after "the second from the right", is counted from the right as well. */
function countedAsBefore(query: Query, last: Query): Query {
  const before = last.target.constraints.find((k) => k.kind === 'ordinal');
  if (before?.kind !== 'ordinal') return query;
  const constraints = query.target.constraints.map((k) =>
    k.kind === 'ordinal' && !SIDED.test(k.words) ? { ...k, from: before.from } : k,
  );
  return { ...query, target: { ...query.target, constraints } };
}
const SIDED = /\b(?:last|left|right|top|bottom|front|back|down|end)\b/i;

function replaces({ constraints }: Piece, old: Piece, corrects: boolean): boolean {
  return constraints.some((k) =>
    old.constraints.some((was) => {
      if (sameMeaning(k, was)) return true;
      if (k.negated) return false;
      const slots = slotsOf(was);
      return slotsOf(k).some(({ kind, name }) =>
        slots.some((s) => (corrects ? s.kind === kind : s.name === name)),
      );
    }),
  );
}

/** One or several: as it is said now, else as it was said before. */
export function numberOf(last: Query, { target, phrase }: Query): { plural: boolean; count?: number } {
  if (target.count !== undefined) return { plural: target.plural, count: target.count };
  const single = target.constraints.some((k) => singlesOut(k) && k.kind !== 'place');
  // "the biggest of them" is one.
  if (target.plural && !(single && /\bof\b/i.test(phrase))) return { plural: true };
  const one = single || /\bone\b/i.test(phrase);
  const { plural, count } = last.target;
  return one || !plural ? { plural: false } : { plural, ...(count === undefined ? {} : { count }) };
}

/** The last expression without what only one thing can be, and so no other one ("the left", "the largest"). */
export function withoutSingling(last: Query): {
  readonly pieces: readonly Piece[];
  readonly changed: boolean;
} {
  const all = piecesOf(last);
  if (last.target.plural) return { pieces: all, changed: false };
  const pieces = all.filter(({ constraints }) => !constraints.some(singlesOut));
  return { pieces, changed: pieces.length < all.length };
}

/** The same with everything that is said of it denied. */
export const denying = (query: Query): Query => {
  const constraints = query.target.constraints.map(
    (k): Constraint => ({
      ...k,
      negated: !k.negated,
      ...(k.kind === 'unresolved' ? { words: `not ${k.words}` } : {}),
    }),
  );
  return { ...query, target: { ...query.target, constraints } };
};
