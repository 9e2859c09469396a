import type { Context } from './context.ts';
import type { Cursor } from './cursor.ts';
import { cardinal } from './lexicon/numbers.ts';
import { PLACES } from './lexicon/places.ts';
import { PASSIVES, RELATIONS, VERBS } from './lexicon/relations.ts';
import { AUXILIARIES, DETERMINERS, EVERYBODY, PRONOUNS, RELATIVES, SOMEBODY } from './lexicon/words.ts';
import type { Constraint, NounPhrase, Relation, RelationConstraint } from './query.ts';

interface Related {
  readonly relation: Relation;
  /** Where its words began. */
  readonly from: number;
  readonly close?: boolean;
  /** Only the noun itself: what follows belongs to the outer noun ("a glass of water on the table"). */
  readonly bare?: boolean;
}

/** The other things of a relation, up to "and": "between the cup and the plate". */
export function readObjects(
  c: Cursor,
  context: Context,
  { relation, from, close, bare }: Related,
): Constraint[] | undefined {
  const to: NounPhrase[] = [];
  const negated = c.peek().lower === 'no' && c.next().lower === 'no';
  do {
    const other = bare ? context.readSubject(c) : context.readPhrase(c);
    if (!other) break;
    to.push(other);
  } while (['and', '&'].includes(c.peek().lower) && startsPhrase(c, 1) && c.next());
  if (to.length === 0) return undefined;
  const constraint: RelationConstraint = {
    kind: 'relation',
    relation,
    to,
    words: c.said(from),
    ...(close ? { close } : {}),
    ...(negated ? { negated } : {}),
  };
  return [constraint];
}

/** Whether a noun phrase starts `ahead` places on. */
export function startsPhrase(c: Cursor, ahead: number): boolean {
  const { lower, pos } = c.peek(ahead);
  if (DETERMINERS.has(lower) || cardinal(lower) !== undefined) return true;
  if (PRONOUNS.has(lower) || SOMEBODY.has(lower) || EVERYBODY.has(lower)) return true;
  if ([RELATIONS, VERBS, PASSIVES].some((table) => c.match<unknown>(table, ahead))) return false;
  if (RELATIVES.has(lower) || AUXILIARIES.has(lower)) return false;
  if (pos === 'VERB' && PLACES.has(lower)) return true;
  return ['NOUN', 'PROPN', 'ADJ', 'NUM', 'QUOTE'].includes(pos);
}
