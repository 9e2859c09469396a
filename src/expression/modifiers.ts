import { readAction } from './action.ts';
import { readColour } from './attributes.ts';
import { type Context, garmentAhead, isCloseBy, isStranded } from './boundary.ts';
import { readClothing } from './clothing.ts';
import { PARTS } from './lexicon/colours.ts';
import { FAR, PLACE_NOUNS, PLACES } from './lexicon/places.ts';
import { CLOSELY, HEDGES, RELATIONS, WITHOUT } from './lexicon/relations.ts';
import { STATES } from './lexicon/things.ts';
import {
  AUXILIARIES,
  DETERMINERS,
  FRAME_PREPOSITIONS,
  LINKS,
  NEGATIONS,
  RELATIVES,
} from './lexicon/words.ts';
import { readCore } from './noun.ts';
import { readPlacement } from './placement.ts';
import type { Constraint } from './query.ts';
import { clauseAhead, isNoOne, readInverse, readObjects } from './relations.ts';
import type { Cursor } from './tokens.ts';
import { readExclusion, readUnresolved } from './unresolved.ts';

/** Reads one thing said behind a noun; undefined when nothing that belongs to it follows. */
export function readModifier(c: Cursor, context: Context): Constraint[] | undefined {
  return c.attempt(() => {
    const whole = readWhose(c) ?? readExclusion(c, context);
    if (whole) return whole;
    skipLinks(c);
    const excluded = readUnresolved(c, context);
    if (excluded) return excluded;
    const start = c.at;
    const negated = takeNegations(c);
    const without = readWithout(c, context, start);
    const said = without ?? readSaid(c, context);
    // "not sitting on the bench": the place is what is denied.
    const found = negated && said?.every(isPlaced) ? readSaid(c, context) : said;
    return negated !== (without !== undefined) ? found && negate(found, c.said(start)) : found;
  });
}

/** "is not", "isn't", "not … not": whether what follows is denied in the end. */
function takeNegations(c: Cursor): boolean {
  let negated = false;
  for (;;) {
    if (c.match(WITHOUT) || isNoOne(c, 0)) return negated;
    if (c.take(NEGATIONS)) negated = !negated;
    else if (!c.take(HEDGES) && !takeAuxiliary(c)) return negated;
  }
}

/** "has" is a relation of its own before a noun ("has a hat"). */
const takeAuxiliary = (c: Cursor): boolean =>
  !(c.match(RELATIONS) && !['VERB', 'AUX'].includes(c.peek(1).pos)) && c.take(AUXILIARIES) !== undefined;

const isPlaced = (k: Constraint): boolean => k.kind === 'pose' && k.placed === true;

/** Denied is the whole: "not eating grass" does not deny that there is grass. */
function negate(found: readonly Constraint[], words: string): Constraint[] {
  if (found.some((k) => k.kind === 'unresolved')) return [{ kind: 'unresolved', words, negated: true }];
  return found.map((k) => ({ ...k, negated: !k.negated }));
}

const readWithout = (c: Cursor, context: Context, from: number): Constraint[] | undefined =>
  c.attempt(() => {
    if (!c.match(WITHOUT)) return undefined;
    const worn = readClothing(c, context);
    if (!worn) c.takePhrase(WITHOUT);
    return worn ?? readObjects(c, context, { relation: 'with', from });
  });

const readSaid = (c: Cursor, context: Context): Constraint[] | undefined =>
  readPlacement(c, context) ??
  readBareGarment(c, context) ??
  readColouring(c) ??
  readInverse(c, context) ??
  readRelation(c, context) ??
  readAction(c, context) ??
  readPredicate(c);

/** "that", "who is", "and", commas: they only tie a modifier to its noun. */
function skipLinks(c: Cursor): void {
  for (;;) {
    const { lower } = c.peek();
    if (RELATIVES.has(lower) && clauseAhead(c, 1)) return;
    if (!c.take(LINKS) && !c.take(RELATIVES) && !takeAuxiliary(c)) return;
  }
}

/** "whose shirt is red", "whose head is up" */
function readWhose(c: Cursor): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    if (c.next().lower !== 'whose') return undefined;
    const core = readCore(c);
    if (!core) return undefined;
    c.takeAll(AUXILIARIES);
    const colour = readColour(c);
    const part = core.nouns.map((noun) => PARTS.get(noun)).find((p) => p !== undefined);
    if (colour && part) return [{ ...colour, part, words: c.said(start) }];
    if (!colour && !c.done) c.next();
    while (!colour && !isStranded(c) && !FRAME_PREPOSITIONS.has(c.peek().lower)) c.next();
    return [{ kind: 'unresolved', words: c.said(start) }];
  });
}

/** "guy blue shirt" */
const readBareGarment = (c: Cursor, context: Context): Constraint[] | undefined =>
  garmentAhead(c) ? readClothing(c, context) : undefined;

/** "that is not red" */
function readColouring(c: Cursor): Constraint[] | undefined {
  const colour = readColour(c);
  return colour && [colour];
}

function readRelation(c: Cursor, context: Context): Constraint[] | undefined {
  return c.attempt(() => {
    const from = c.at;
    const close = (c.match(RELATIONS) === undefined || isCloseBy(c)) && c.take(CLOSELY) !== undefined;
    const worn = readClothing(c, context);
    if (worn) return worn;
    const part = readPart(c, context, from);
    if (part) return part;
    const of = c.peek().lower === 'of';
    const relation = c.takePhrase(RELATIONS);
    return relation && readObjects(c, context, { relation, from, close, of });
  });
}

/** "on the left side of the tower", "on the far side of the net": at that thing; which part of it stays open. */
function readPart(c: Cursor, context: Context, from: number): Constraint[] | undefined {
  return c.attempt(() => {
    const relation = c.takePhrase(RELATIONS);
    if (!relation) return undefined;
    c.takeAll(DETERMINERS);
    const part = c.at;
    while (c.peek().pos === 'ADJ' || PLACES.has(c.peek().lower) || FAR.has(c.peek().lower)) c.next();
    if (c.at === part || !c.take(PLACE_NOUNS) || c.peek().lower !== 'of') return undefined;
    const where: Constraint = { kind: 'unresolved', words: c.said(from) };
    c.next();
    const whole = readObjects(c, context, { relation: relation === 'in' ? 'in' : 'near', from });
    return whole && [...whole, where];
  });
}

/** Whatever is left that is not the start of something else: kept with its words. */
function readPredicate(c: Cursor): Constraint[] | undefined {
  const token = c.peek();
  const last = c.match(RELATIONS)?.length ?? (STATES.has(token.lower) ? 1 : 0);
  if (last > 0 && isStranded(c, last)) {
    c.at += last;
    return [{ kind: 'unresolved', words: c.said(c.at - last) }];
  }
  if (!['QUOTE', 'NUM', 'ADV', 'ADJ', 'PROPN', 'SYM', 'X', 'PART'].includes(token.pos)) return undefined;
  if (token.lower === 'there') return undefined;
  c.next();
  return [{ kind: 'unresolved', words: token.text }];
}
