import { countsFromSide } from './attributes.ts';
import { type Context, followedByNoun, readingOf } from './boundary.ts';
import { COLOURS } from './lexicon/colours.ts';
import { VIEWERS } from './lexicon/places.ts';
import { ARMS_UP, EXCLUSIONS, NOTHING, PARTICLES, RELATIONS, STATES_OF, VERBS } from './lexicon/relations.ts';
import { BODY, STATES } from './lexicon/things.ts';
import {
  CALLING,
  DETERMINERS,
  FRAME_PREPOSITIONS,
  PLATES,
  POSSESSIVES,
  PRONOUNS,
  RELATIVES,
  SAYING,
  TITLED,
  WRITING,
} from './lexicon/words.ts';
import { readCore } from './noun.ts';
import type { Constraint } from './query.ts';
import type { Cursor } from './tokens.ts';

/** What boxes and colours cannot show: writing, parts of a body, exceptions. Kept whole, as unresolved. */
export function readUnresolved(c: Cursor, context: Context): Constraint[] | undefined {
  return (
    readStateOf(c) ??
    readExclusion(c, context) ??
    readNothing(c) ??
    readSaying(c, context) ??
    readWriting(c) ??
    readHour(c) ??
    readBody(c)
  );
}

const unresolved = (c: Cursor, from: number): Constraint[] => [{ kind: 'unresolved', words: c.said(from) }];

/** "other than the apple", "except the man in red" */
export function readExclusion(c: Cursor, context: Context): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    const found = c.match(EXCLUSIONS);
    if (!found) return undefined;
    c.at += found.length;
    // "but the dog": the article is the phrase's.
    if (DETERMINERS.has(c.before().lower)) c.at--;
    return context.readPhrase(c) && unresolved(c, start);
  });
}

/** "has nothing in it", "with no one on it" */
function readNothing(c: Cursor): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    const having = c.match(RELATIONS)?.meaning === 'with';
    if (having) c.next();
    if (!(having || c.peek().lower === 'nothing') || !c.takePhrase(NOTHING)) return undefined;
    while (!c.done && c.peek().pos !== 'PUNCT') c.next();
    return unresolved(c, start);
  });
}

/** `says "service dog"`, "that says main st" */
function readSaying(c: Cursor, { core }: Context): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    const isTitled = TITLED.has(core.nouns.at(-1)!);
    if (!c.take(SAYING) && !(isTitled && c.take(CALLING))) return undefined;
    if (c.before().lower === 'reads' && c.peek().pos === 'DET') return undefined;
    const text = c.at;
    while (!c.done && c.peek().pos !== 'PUNCT' && (c.at === text || !c.match(RELATIONS))) c.next();
    const end = c.at;
    readWhereWritten(c);
    return end > text ? readingOf(c, start, [text, end]) : undefined;
  });
}

/** `with "SFDO" written on his back`, "with number 22 on it" */
function readWriting(c: Cursor): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    if (c.match(RELATIONS) || c.match(VERBS)?.meaning === 'wearing') c.next();
    c.take(DETERMINERS);
    if (countsFromSide(c, 1)) return undefined;
    const announced = (c.takePhrase(PLATES) ?? c.take(WRITING)) !== undefined;
    const text = c.at;
    const isText = () => c.peek().pos === 'QUOTE' || (announced && /^[\p{N}\p{Lu}]/u.test(c.peek().text));
    while (!c.done && isText()) c.next();
    const one = announced && c.at === text && c.peek().pos !== 'VERB' && !c.match(RELATIONS);
    if (one && !c.done) c.next();
    if (!announced && (c.at === text || followedByNoun(c, 0))) return undefined;
    const end = c.at;
    readWhereWritten(c);
    return readingOf(c, start, [text, end]);
  });
}

/** "in half", "at the end" */
function readStateOf(c: Cursor): Constraint[] | undefined {
  const start = c.at;
  const found = c.match(STATES_OF);
  if (!found || c.peek(found.length).lower === 'of') return undefined;
  c.at += found.length;
  return unresolved(c, start);
}

/** "at 2 o'clock" */
function readHour(c: Cursor): Constraint[] | undefined {
  if (c.peek().lower !== 'at' || !/^o'?clock$/.test(c.peek(2).lower)) return undefined;
  const start = c.at;
  c.at += 3;
  return unresolved(c, start);
}

/** "written on his back", "on it", "on the front" */
function readWhereWritten(c: Cursor): void {
  c.attempt(() => {
    if (['VERB', 'ADJ'].includes(c.peek().pos)) c.next();
    if (!c.take(FRAME_PREPOSITIONS)) return undefined;
    if (c.take(PRONOUNS)) return true;
    if (c.take(POSSESSIVES)) return c.take(BODY) ?? readCore(c);
    c.take(DETERMINERS);
    return c.peek(1).lower === 'of' ? undefined : (c.take(BODY) ?? c.take(OWN_SIDES));
  });
}
const OWN_SIDES = new Set(['front', 'jersey', 'shirt', 'roof', 'door', 'hood', 'top']);

/** "with its wings spread", "to her ear", "with head down", "in left hand" */
function readBody(c: Cursor): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    const preposition = c.next().lower;
    const owned = c.take(POSSESSIVES) !== undefined;
    if (!owned && !CARRYING.has(preposition)) return undefined;
    if (!owned) c.take(DETERMINERS);
    if (!takeBodyPart(c) || c.peek().lower === 'of') return undefined;
    if (!owned && preposition !== 'with' && ALSO_PLACES.has(c.before().lower)) return undefined;
    readState(c);
    const words = c.said(start);
    return [ARMS_UP.test(words) ? { kind: 'pose', pose: 'arms-up', words } : { kind: 'unresolved', words }];
  });
}
const CARRYING = new Set(['with', 'in', 'on', 'has', 'have']);
const ALSO_PLACES = new Set(['back', 'side']);

/** "left hand", "long tail", but not "white face": colours can be judged. */
function takeBodyPart(c: Cursor): boolean {
  for (let qualities = 0; qualities < 3; qualities++) {
    if (c.take(BODY)) return true;
    if (COLOURS.has(c.peek().lower) || !['ADJ', 'VERB', 'NOUN'].includes(c.peek().pos)) return false;
    c.next();
  }
  return false;
}

/** "closed", "down", "to us", "on its hip": how the part of the body is held. */
function readState(c: Cursor): void {
  const stated = ['VERB', 'ADJ'].includes(c.peek().pos) || STATES.has(c.peek().lower);
  if (readHeldAgainst(c)) return;
  if (stated && !RELATIVES.has(c.peek().lower) && !/ing$/.test(c.peek().lower)) c.next();
  else c.take(PARTICLES);
  readHeldAgainst(c);
}

const readHeldAgainst = (c: Cursor): true | undefined =>
  c.attempt(() => {
    if (!['to', 'toward', 'towards', 'on', 'in'].includes(c.next().lower)) return undefined;
    if (c.take(POSSESSIVES)) return c.take(BODY) && true;
    c.take(DETERMINERS);
    return (c.take(VIEWERS) ?? c.take(BODY)) && true;
  });
