import { type Context, isStranded, startsPhrase } from './boundary.ts';
import { readClothing } from './clothing.ts';
import { HELD_WHEN_ON, PASSIVES, POSTURES, RELATIONS, VERBS } from './lexicon/relations.ts';
import { ACTORS, STATES } from './lexicon/things.ts';
import {
  AUXILIARIES,
  DETERMINERS,
  EVERYBODY,
  NOBODY,
  RELATIVES,
  SOMEBODY,
  SPEAKERS,
} from './lexicon/words.ts';
import type { Constraint, NounPhrase, Relation, RelationConstraint } from './query.ts';
import type { Cursor } from './tokens.ts';

/** A clause about another thing: "held by a woman", "that someone is riding", "the man is standing on". */
export const readInverse = (c: Cursor, context: Context): Constraint[] | undefined =>
  readPassive(c, context) ?? readClause(c, context);

/** Whether a clause with a subject of its own starts `ahead` places on. */
export const clauseAhead = (c: Cursor, ahead: number): boolean => {
  const { lower } = c.peek(ahead);
  return (
    [SOMEBODY, EVERYBODY, NOBODY, SPEAKERS, DETERMINERS].some((set) => set.has(lower)) || isNoOne(c, ahead)
  );
};

export const isNoOne = (c: Cursor, ahead: number): boolean =>
  c.peek(ahead).lower === 'no' && c.peek(ahead + 1).lower === 'one';

function readPassive(c: Cursor, context: Context): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    c.takeAll(AUXILIARIES);
    c.takeAll(POSTURES);
    const relation = c.takePhrase(PASSIVES);
    if (relation) {
      const by = context.readPhrase(c);
      return by && [{ kind: 'relation', relation, to: [by], inverse: true, words: c.said(start) }];
    }
    // "led by the man": whatever is done, the one who does it is there.
    if (c.peek().pos !== 'VERB' || c.peek(1).lower !== 'by') return undefined;
    c.at += 2;
    const action: Constraint = { kind: 'unresolved', words: c.said(start) };
    const by = context.readPhrase(c);
    return (
      by && [action, { kind: 'relation', relation: 'with', to: [by], inverse: true, words: c.said(start) }]
    );
  });
}

function readClause(c: Cursor, context: Context): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    c.take(RELATIVES);
    if (!clauseAhead(c, 0)) return undefined;
    if (SPEAKERS.has(c.peek().lower)) return readHearsay(c, start);
    const negated = isNoOne(c, 0) || NOBODY.has(c.peek().lower);
    const subject = negated ? readNoOne(c) : readSubject(c, context);
    if (!subject) return undefined;
    const found = readDeed(c, subject, start);
    return negated ? found?.map((k) => ({ ...k, negated })) : found;
  });
}

/** "he is holding", "you can barely see": about somebody who is not named. */
function readHearsay(c: Cursor, start: number): Constraint[] {
  do c.next();
  while (!c.done && c.peek().pos !== 'PUNCT' && !(isStranded(c) && !AUXILIARIES.has(c.peek().lower)));
  takeStranded(c);
  return [{ kind: 'unresolved', words: c.said(start) }];
}

/** "the man", "the woman in red" */
function readSubject(c: Cursor, context: Context): NounPhrase | undefined {
  const start = c.at;
  const subject = context.readSubject(c);
  const worn = subject && readClothing(c, { ...context, actor: true });
  return worn
    ? { ...subject, words: c.said(start), constraints: [...subject.constraints, ...worn] }
    : subject;
}

function readNoOne(c: Cursor): NounPhrase {
  const start = c.at;
  if (c.next().lower === 'no') c.next();
  return { words: c.said(start), nouns: ['person'], plural: false, constraints: [] };
}

/** What ends in a verb or preposition without an object: "is standing on" -> on. */
function readDeed(c: Cursor, subject: NounPhrase, start: number): Constraint[] | undefined {
  const said = c.at;
  c.takeAll(AUXILIARIES);
  let relation: Relation | undefined;
  let acted = false;
  while (!c.done) {
    const verb = c.takePhrase(VERBS);
    const found = verb ?? takeStranded(c);
    if (found) relation = found;
    else if (c.peek().pos === 'VERB' || POSTURES.has(c.peek().lower)) {
      acted = true;
      c.next();
    } else break;
  }
  if (!(relation || acted) || !isStranded(c)) return undefined;
  const constraint: Constraint = {
    kind: 'relation',
    relation: relation ?? 'with',
    to: [subject],
    inverse: true,
    words: c.said(start),
  };
  return relation ? [constraint] : [{ kind: 'unresolved', words: c.said(said) }, constraint];
}

/** A preposition without an object of its own. */
const takeStranded = (c: Cursor): Relation | undefined =>
  c.attempt(() => {
    const relation = c.takePhrase(RELATIONS);
    return relation && isStranded(c) ? relation : undefined;
  });

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
    to.push(withoutOther(other, context.core.nouns));
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

/** "The dog behind the other dog": of the same kind it says only what goes without saying, that no dog is behind itself. */
function withoutOther(phrase: NounPhrase, kind: readonly string[]): NounPhrase {
  const nouns = phrase.nouns.filter((noun) => !/^other /.test(noun));
  const isOfKind = nouns.some((noun) => kind.includes(noun));
  return isOfKind ? { ...phrase, nouns } : phrase;
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
