import { type Context, isStranded } from './context.ts';
import type { Cursor } from './cursor.ts';
import { PASSIVES, POSTURES, RELATIONS, VERBS } from './lexicon/relations.ts';
import {
  AUXILIARIES,
  DETERMINERS,
  EVERYBODY,
  NOBODY,
  RELATIVES,
  SOMEBODY,
  SPEAKERS,
} from './lexicon/words.ts';
import type { Constraint, NounPhrase, Relation } from './query.ts';
import { readWorn } from './worn.ts';

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
  const worn = subject && readWorn(c, { ...context, actor: true });
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
