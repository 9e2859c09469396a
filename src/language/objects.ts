import type { Context } from './context.ts';
import type { Cursor } from './cursor.ts';
import { cardinal } from './lexicon/numbers.ts';
import { PLACES, SUPERLATIVES } from './lexicon/places.ts';
import { HELD_WHEN_ON, PASSIVES, RELATIONS, VERBS } from './lexicon/relations.ts';
import { ACTORS, STATES } from './lexicon/things.ts';
import { AUXILIARIES, DETERMINERS, EVERYBODY, PRONOUNS, RELATIVES, SOMEBODY } from './lexicon/words.ts';
import type { Constraint, NounPhrase, Relation, RelationConstraint } from './query.ts';

interface Related {
  readonly relation: Relation;
  /** Where its words began. */
  readonly from: number;
  readonly close?: boolean;
  /** Said with "of": what follows belongs to the outer noun ("a glass of water on the table"). */
  readonly of?: boolean;
}

/** The other things of a relation, up to "and": "between the cup and the plate". */
export function readObjects(
  c: Cursor,
  context: Context,
  { relation, from, close, of }: Related,
): Constraint[] | undefined {
  const to: NounPhrase[] = [];
  const negated = c.peek().lower === 'no' && c.next().lower === 'no';
  do {
    const other = (of ? readStuff(c, context) : undefined) ?? context.readPhrase(c, context.core.nouns);
    if (!other) break;
    to.push(other);
  } while (['and', '&'].includes(c.peek().lower) && startsPhrase(c, 1) && c.next());
  if (to.length === 0) return undefined;
  const constraint: RelationConstraint = {
    kind: 'relation',
    relation: meant(relation, to),
    to,
    words: c.said(from),
    ...(close ? { close } : {}),
    ...(negated ? { negated } : {}),
  };
  return STATES.has(c.peek().lower) && c.peek(1).pos === 'END' ? [constraint, stated(c, from)] : [constraint];
}

/** "with its lights on" */
function stated(c: Cursor, from: number): Constraint {
  c.next();
  return { kind: 'unresolved', words: c.said(from) };
}

/** Anything but somebody: of those, more may be said ("the racket of the woman in white"). */
const readStuff = (c: Cursor, context: Context): NounPhrase | undefined =>
  c.attempt(() => {
    const stuff = context.readSubject(c);
    return stuff?.nouns.some((noun) => ACTORS.has(noun)) ? undefined : stuff;
  });

/** The middle of one thing is in it; who is on the phone holds it. */
function meant(relation: Relation, to: readonly NounPhrase[]): Relation {
  const [first] = to;
  if (relation === 'between' && to.length === 1 && first && !first.plural) return 'in';
  if (relation === 'on' && first?.nouns.some((noun) => HELD_WHEN_ON.has(noun))) return 'holding';
  return relation;
}

/** "the highest", and nothing behind it: that is no thing. */
function isMost(c: Cursor, ahead: number): boolean {
  const superlative = c.match(SUPERLATIVES, ahead);
  return superlative !== undefined && c.peek(ahead + superlative.length).pos === 'END';
}

/** Whether a noun phrase starts `ahead` places on. */
export function startsPhrase(c: Cursor, ahead: number): boolean {
  const { lower, pos } = c.peek(ahead);
  if (DETERMINERS.has(lower) && isMost(c, ahead + 1)) return false;
  if (DETERMINERS.has(lower) || cardinal(lower) !== undefined) return true;
  if (PRONOUNS.has(lower) || SOMEBODY.has(lower) || EVERYBODY.has(lower)) return true;
  if ([RELATIONS, VERBS, PASSIVES].some((table) => c.match<unknown>(table, ahead))) return false;
  if (RELATIVES.has(lower) || AUXILIARIES.has(lower)) return false;
  if (pos === 'VERB' && PLACES.has(lower)) return true;
  return ['NOUN', 'PROPN', 'ADJ', 'NUM', 'QUOTE'].includes(pos);
}
