import { completes, followedByNoun, isActor, isCloseBy } from './boundary.ts';
import { COLOURED, readColour } from './colouring.ts';
import type { Cursor } from './cursor.ts';
import { PARTS } from './lexicon/colours.ts';
import { cardinal } from './lexicon/numbers.ts';
import {
  AGES,
  FAR,
  PLACE_NOUNS,
  PLACES,
  SIZES,
  SUPERLATIVE_NOUNS,
  SUPERLATIVES,
  VIEWS,
} from './lexicon/places.ts';
import { DETERMINERS, FRAME_PREPOSITIONS } from './lexicon/words.ts';
import type { Constraint } from './query.ts';
import type { Token } from './tokens.ts';

/** A quality said before the noun that can be judged: colour, size, age, place or superlative. */
export function readQuality(c: Cursor, names: readonly Token[], nth: number): Constraint | undefined {
  if (names.length > 0 && !nameCanBreak(c, names)) return undefined;
  return readSuperlative(c, nth) ?? readColour(c) ?? readPlaced(c) ?? readSizeOrAge(c);
}

/** Inside a name ("wine glass") a quality may only start when a noun still follows ("metal red chair"). */
const nameCanBreak = (c: Cursor, names: readonly Token[]): boolean =>
  followedByNoun(c, 1) &&
  !FRAME_PREPOSITIONS.has(c.peek().lower) &&
  !isActor(names.at(-1)) &&
  !PARTS.has(names.at(-1)!.lemma);

const isFar = (c: Cursor): boolean => FAR.has(c.peek().lower) && c.match(PLACES, 1) !== undefined;

function readSuperlative(c: Cursor, nth: number): Constraint | undefined {
  const start = c.at;
  const found = c.match(SUPERLATIVES);
  if (!found || isFar(c) || c.peek(found.length).lower === 'than') return undefined;
  if (SUPERLATIVE_NOUNS.has(c.peek().lower) && !followedByNoun(c, 1)) return undefined;
  if (found.meaning.by === 'near' && startsDistance(c)) return undefined;
  c.at += found.length;
  if (found.meaning.by === 'darkness') c.take(COLOURED);
  return { kind: 'superlative', ...found.meaning, nth, words: c.said(start) };
}

/** "closest to …", "nearest the …": said of what came before, read with the other things behind the noun. */
const startsDistance = (c: Cursor): boolean =>
  ['ADP', 'PART'].includes(c.peek(1).pos) || c.peek(1).lower === 'away' || DETERMINERS.has(c.peek(1).lower);

function readPlaced(c: Cursor): Constraint | undefined {
  return c.attempt(() => {
    const start = c.at;
    const far = c.take(FAR) !== undefined;
    const place = c.takePhrase(PLACES);
    if (!place) return undefined;
    const noun = c.before(start).pos === 'POSS' && !followedByNoun(c, 0);
    if (noun || completes(c.peek()) || isFacing(c) || isRelation(c, start)) return undefined;
    const most = c.peek().lower === 'most';
    if (most) c.next();
    if (c.peek().lower === 'hand' && PLACE_NOUNS.has(c.peek(1).lower)) c.next();
    if (PLACE_NOUNS.has(c.peek().lower) && !nounOfItsOwn(c)) c.next();
    takeView(c);
    return { kind: 'place', place, far: (far || most) && place !== 'middle', words: c.said(start) };
  });
}

/** "left facing zebra" */
const isFacing = (c: Cursor): boolean =>
  ['facing', 'looking', 'pointing'].includes(c.peek().lower) && followedByNoun(c, 1);

/** "left of the tree", "right behind": but "the left of the two dogs" and "top of the picture" are places. */
function isRelation(c: Cursor, start: number): boolean {
  if (c.peek().lower === 'of') {
    const counted = DETERMINERS.has(c.peek(1).lower) && cardinal(c.peek(2).lower) !== undefined;
    return !viewAhead(c) && !(counted && DETERMINERS.has(c.before(start).lower));
  }
  const end = c.at;
  c.at = start;
  const close = isCloseBy(c);
  c.at = end;
  return close;
}

/** "the right side of the sandwich" is a part of it; "the left side" and "the upper right corner" are places. */
const nounOfItsOwn = (c: Cursor): boolean => c.peek(1).lower === 'of' && !viewAhead(c, 1);

const viewAhead = (c: Cursor, ahead = 0): boolean =>
  c.peek(ahead).lower === 'of' &&
  [1, 2].some(
    (further) => VIEWS.has(c.peek(ahead + further).lower) || VIEWS.has(c.peek(ahead + further).lemma),
  );

function takeView(c: Cursor): void {
  if (!viewAhead(c)) return;
  c.next();
  c.take(DETERMINERS);
  c.next();
}

function readSizeOrAge(c: Cursor): Constraint | undefined {
  const { lower, text } = c.peek();
  if (completes(c.peek(1)) || (!followedByNoun(c, 1) && c.peek(1).lower !== ',')) return undefined;
  const size = SIZES.get(lower);
  const age = AGES.get(lower);
  if (!size && !age) return undefined;
  c.next();
  return size ? { kind: 'size', size, words: text } : { kind: 'age', age: age!, words: text };
}
