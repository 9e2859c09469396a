import type { Cursor } from './cursor.ts';
import { cardinal } from './lexicon/numbers.ts';
import * as lexicon from './lexicon/relations.ts';
import { readColours, readCore } from './noun-phrase.ts';
import { readPlacement } from './placement.ts';
import type { Constraint, NounPhrase, Relation, RelationConstraint } from './query.ts';
import { readWorn } from './worn.ts';

/** What a noun phrase may have behind it depends on where it stands. */
export interface Context {
  /** The head can act: "the man … holding", but not "the window … holding". */
  readonly actor: boolean;
  readonly nth?: number;
  readPhrase(c: Cursor): NounPhrase | undefined;
  /** Like readPhrase, without anything said behind the noun. */
  readSubject(c: Cursor): NounPhrase | undefined;
}

/** Reads one thing said behind a noun; undefined when nothing that belongs to it follows. */
export function readModifier(c: Cursor, context: Context): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    skipLinks(c);
    const negated = c.take(lexicon.NEGATIONS) !== undefined;
    const without = negated && ['without', 'no'].includes(c.peek(-1).lower);
    while (c.take(lexicon.HEDGES) || c.take(lexicon.AUXILIARIES));
    const found = without
      ? readObject(c, context, 'with', start)
      : (readPlacement(c, context.nth) ??
        readColouring(c) ??
        readInverse(c, context) ??
        readRelation(c, context) ??
        readAction(c, context) ??
        readPredicate(c, start));
    return negated ? found?.map((constraint) => ({ ...constraint, negated: true })) : found;
  });
}

/** "that", "who is", "and", commas: they only tie a modifier to its noun. */
function skipLinks(c: Cursor): void {
  for (;;) {
    const token = c.peek();
    const link = token.lower === ',' || token.lower === 'and' || lexicon.RELATIVES.has(token.lower);
    if (!link && !lexicon.AUXILIARIES.has(token.lower)) return;
    if (lexicon.RELATIVES.has(token.lower) && inverseAhead(c, 1)) return;
    c.next();
  }
}

/** "that is not red" */
function readColouring(c: Cursor): Constraint[] | undefined {
  const start = c.at;
  const colours = readColours(c);
  return colours && [{ kind: 'colour', colours, part: 'whole', words: c.said(start) }];
}

/** "that someone is riding", "the man is standing on": a clause whose subject is another thing. */
const inverseAhead = (c: Cursor, ahead: number): boolean =>
  lexicon.SOMEBODY.has(c.peek(ahead).lower) || lexicon.DETERMINERS.has(c.peek(ahead).lower);

function readInverse(c: Cursor, context: Context): Constraint[] | undefined {
  const passive = readPassive(c, context);
  if (passive) return passive;
  return c.attempt(() => {
    const start = c.at;
    c.take(lexicon.RELATIVES);
    if (!inverseAhead(c, 0)) return undefined;
    const subject = context.readSubject(c);
    return subject && inverted(subject, start, c);
  });
}

function readPassive(c: Cursor, context: Context): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    c.takeAll(lexicon.AUXILIARIES);
    c.takeAll(lexicon.POSTURES);
    const relation = c.takePhrase(lexicon.PASSIVES);
    const by = relation && context.readPhrase(c);
    return by && [{ kind: 'relation', relation, to: [by], inverse: true, words: c.said(start) }];
  });
}

/** Turns what ends in a verb or preposition without an object round: "the man is standing on" -> on, inverse. */
function inverted(subject: NounPhrase, start: number, c: Cursor): Constraint[] | undefined {
  c.takeAll(lexicon.AUXILIARIES);
  let relation: Relation | undefined;
  while (!c.done) {
    const found = c.takePhrase(lexicon.VERBS) ?? c.takePhrase(lexicon.RELATIONS);
    if (found) relation = found;
    else if (c.peek().pos === 'VERB' || lexicon.POSTURES.has(c.peek().lower)) c.next();
    else break;
  }
  if (!relation) return undefined;
  return [{ kind: 'relation', relation, to: [subject], inverse: true, words: c.said(start) }];
}

function readRelation(c: Cursor, context: Context): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    const close = c.match(lexicon.RELATIONS) === undefined && c.take(lexicon.CLOSELY) !== undefined;
    const own = readQuote(c) ?? readBody(c) ?? readWorn(c, context);
    if (own) return own;
    const relation = c.takePhrase(lexicon.RELATIONS);
    return relation && readObject(c, context, relation, start, close);
  });
}

/** `with "SFDO" written on his back`: text in the picture cannot be read from boxes. */
function readQuote(c: Cursor): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    if (c.peek().pos !== 'QUOTE') c.next();
    if (c.next().pos !== 'QUOTE') return undefined;
    if (['VERB', 'ADJ'].includes(c.peek().pos)) c.next();
    if (c.take(lexicon.FRAME_PREPOSITIONS) && !c.take(lexicon.PRONOUNS)) readCore(c);
    return [{ kind: 'unresolved', words: c.said(start) }];
  });
}

/** "with its wings spread", "to her ear": about a part of the body. */
function readBody(c: Cursor): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    c.next();
    if (!lexicon.POSSESSIVES.has(c.peek().lower)) return undefined;
    const body = [1, 2, 3].some((ahead) => lexicon.BODY.has(c.peek(ahead).lower));
    if (!body || !readCore(c)) return undefined;
    if (['VERB', 'ADJ'].includes(c.peek().pos)) c.next();
    return [{ kind: 'unresolved', words: c.said(start) }];
  });
}

/** The other things of a relation, up to "and": "between the cup and the plate". */
function readObject(
  c: Cursor,
  context: Context,
  relation: Relation,
  start: number,
  close = false,
): Constraint[] | undefined {
  const to: NounPhrase[] = [];
  do {
    const other = context.readPhrase(c);
    if (!other) break;
    to.push(other);
  } while (c.peek().lower === 'and' && startsPhrase(c, 1) && c.next());
  if (to.length === 0) return undefined;
  const constraint: RelationConstraint = { kind: 'relation', relation, to, words: c.said(start) };
  return [close ? { ...constraint, close } : constraint];
}

const startsPhrase = (c: Cursor, ahead: number): boolean =>
  lexicon.DETERMINERS.has(c.peek(ahead).lower) ||
  cardinal(c.peek(ahead).lower) !== undefined ||
  ['NOUN', 'PROPN', 'ADJ'].includes(c.peek(ahead).pos);

/**
 * A verb with what it acts on. Verbs that a box can show become relations; any other verb is kept as
 * unresolved, and its object as something that must at least be there.
 */
function readAction(c: Cursor, context: Context): Constraint[] | undefined {
  const start = c.at;
  const token = c.peek();
  const relation = c.match(lexicon.VERBS);
  if (relation) {
    if (!context.actor) return undefined;
    const worn = readWorn(c, context);
    if (worn) return worn;
    c.at += relation.length;
    c.takeAll(lexicon.FRAME_PREPOSITIONS);
    return (
      readObject(c, context, relation.meaning, start) ?? [
        { kind: 'unresolved', words: c.said(start) || token.text },
      ]
    );
  }
  if (lexicon.POSTURES.has(token.lower)) {
    if (FINITE.test(token.lower) && lexicon.DETERMINERS.has(c.peek(1).lower)) return undefined;
    c.next();
    if (['up', 'down', 'still'].includes(c.peek().lower)) c.next();
    // A posture goes without saying when its place is said ("sitting on"); lying is seldom meant loosely.
    const telling = /^l[ay]+ing$/.test(token.lower) || !startsRelation(c);
    return telling ? [{ kind: 'unresolved', words: c.said(start) }] : [];
  }
  if (token.pos !== 'VERB' && !/(ing|ed)$/.test(token.lower)) return undefined;
  if (!context.actor && /ing$/.test(token.lower)) return undefined;
  c.next();
  while (c.peek().pos === 'ADV' || c.take(lexicon.HEDGES)) c.next();
  const action: Constraint = { kind: 'unresolved', words: c.said(start) };
  if (c.peek().pos === 'QUOTE') {
    c.next();
    return [{ ...action, words: c.said(start) }];
  }
  if (!c.take(lexicon.LOOSELY) && (startsRelation(c) || c.done)) return [action];
  const object = startsPhrase(c, 0) ? readObject(c, context, 'with', start) : undefined;
  return object ? [action, ...object] : [action];
}

/** "stands the sign": the verb of an inverted sentence. */
const FINITE = /^(stands|sits|stood|sat|lies|hangs)$/;

const startsRelation = (c: Cursor): boolean =>
  c.match(lexicon.RELATIONS) !== undefined ||
  c.peek().pos === 'ADP' ||
  lexicon.CLOSELY.has(c.peek().lower) ||
  c.peek().lower === 'and';

/** Whatever is left that is not the start of something else: kept with its words. */
function readPredicate(c: Cursor, start: number): Constraint[] | undefined {
  const token = c.peek();
  if (!['QUOTE', 'NUM', 'ADV', 'ADJ', 'PROPN', 'SYM', 'X', 'PART'].includes(token.pos)) return undefined;
  c.next();
  return [{ kind: 'unresolved', words: c.said(Math.max(start, c.at - 1)) }];
}
