import {
  completes,
  followedByNoun,
  isActor,
  isCloseBy,
  isParticiple,
  isStranded,
  type Nth,
} from './boundary.ts';
import { ALSO_NOUNS, COLOURS, PARTS, TONES } from './lexicon/colours.ts';
import {
  AGES,
  FAR,
  PLACE_NOUNS,
  PLACES,
  SIDES,
  SIZES,
  SUPERLATIVE_NOUNS,
  SUPERLATIVES,
  VIEWS,
} from './lexicon/places.ts';
import { cardinal, DETERMINERS, FRAME_PREPOSITIONS, ordinal, words } from './lexicon/words.ts';
import type { Colour, ColourConstraint, Constraint, Side } from './query.ts';
import type { Cursor, Token } from './tokens.ts';

const JOINTS = words('and , - /');
/** They only say that a colour is meant ("light colored"). */
const COLOURED = words('colored coloured color colour');
const HAIRED = 'haired';

/** "red", "light blue", "red and yellow", "black-and-white", "dark-haired"; unmoved when none is meant. */
export function readColour(c: Cursor): ColourConstraint | undefined {
  return c.attempt(() => {
    const start = c.at;
    const colours: Colour[] = [];
    let hair = false;
    for (;;) {
      const shade = readShade(c);
      if (!shade) break;
      colours.push(...shade.colours);
      hair ||= shade.hair;
      const joint = JOINTS.has(c.peek().lower) ? 1 : 0;
      if (joint && !shadeStarts(c, joint)) break;
      c.at += joint;
    }
    if (colours.length === 0) return undefined;
    if (c.peek().lower === HAIRED) {
      c.next();
      hair = true;
    }
    c.take(COLOURED);
    return { kind: 'colour', colours, part: hair ? 'hair' : 'whole', words: c.said(start) };
  });
}

interface Shade {
  readonly colours: readonly Colour[];
  readonly hair: boolean;
}

const shadeStarts = (c: Cursor, ahead: number): boolean =>
  COLOURS.has(c.peek(ahead).lower) ||
  (TONES.has(c.peek(ahead).lower) && COLOURS.has(c.peek(ahead + 1).lower)) ||
  hyphenated(c.peek(ahead).lower) !== undefined;

function readShade(c: Cursor): Shade | undefined {
  const joined = hyphenated(c.peek().lower);
  if (joined) {
    c.next();
    return joined;
  }
  return c.attempt(() => {
    const tone = TONES.get(c.peek().lower);
    if (tone) c.next();
    const word = c.peek().lower;
    const found = c.match(COLOURS);
    const name = found?.meaning ?? vague(word);
    if (!name) return tone && meantAsColour(c, tone) ? plain({ name: tone }) : undefined;
    if (ALSO_NOUNS.has(word) && !tone && !followedByNoun(c, 1) && !standsForClothes(c)) return undefined;
    c.at += found?.length ?? 1;
    // "reddish brown" is brown.
    const exact = found ? undefined : c.takePhrase(COLOURS);
    return plain(tone ? { name: exact ?? name, tone } : { name: exact ?? name });
  });
}

/** "reddish", "greenish" */
function vague(word: string): string | undefined {
  const stem = /^(.+)ish$/.exec(word)?.[1];
  return stem && (COLOURS.get(stem) ?? COLOURS.get(stem.replace(/(.)\1$/, '$1')));
}

/** "in tan", "the gold one" */
const standsForClothes = (c: Cursor): boolean =>
  ['in', 'wearing'].includes(c.before().lower) || c.peek(1).lower === 'one';

/** "dark coat", "light colored dog"; but "bright" alone is no colour. */
const meantAsColour = (c: Cursor, tone: string): boolean =>
  tone !== 'bright' &&
  ((followedByNoun(c, 0) && !isParticiple(c.peek())) ||
    COLOURED.has(c.peek().lower) ||
    c.peek().lower === HAIRED);

const plain = (colour: Colour): Shade => ({
  colours: [colour],
  hair: colour.name === 'blond',
});

/** "light-blue", "black-and-white", "red-haired", "dark-colored": one word for the tagger. */
function hyphenated(word: string): Shade | undefined {
  if (!word.includes('-')) return undefined;
  const colours: Colour[] = [];
  let tone: Colour['tone'];
  let hair = false;
  for (const piece of word.split('-')) {
    const name = COLOURS.get(piece);
    if (name) {
      colours.push(tone ? { name, tone } : { name });
      tone = undefined;
    } else if (TONES.has(piece) && !tone) tone = TONES.get(piece);
    else if (piece === HAIRED || piece === 'hair') hair = true;
    else if (piece !== 'and' && !COLOURED.has(piece)) return undefined;
  }
  if (tone) colours.push({ name: tone });
  hair ||= colours.some((k) => k.name === 'blond');
  return colours.length > 0 ? { colours, hair } : undefined;
}

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

/** "second", "2nd", "last", "second to last", "next to last", "#2 from", "five from" */
export function readNth(c: Cursor): Nth | undefined {
  return c.attempt(() => {
    const word = c.peek().lower;
    if (word === 'last') {
      c.next();
      if (!(c.peek().lower === 'but' && c.peek(1).lower === 'one')) return { nth: 1, fromEnd: true };
      c.at += 2;
      return { nth: 2, fromEnd: true };
    }
    if (word === 'next' && c.peek(1).lower === 'to' && c.peek(2).lower === 'last') {
      c.at += 3;
      return { nth: 2, fromEnd: true };
    }
    if (['#', 'number', 'no'].includes(word)) c.next();
    const nth = ordinal(c.peek().lower) ?? (countsFromSide(c) ? cardinal(c.peek().lower) : undefined);
    if (nth === undefined) return undefined;
    c.next();
    return { nth, fromEnd: takeLast(c) };
  });
}

/** "five from the left" */
export function countsFromSide(c: Cursor, ahead = 0): boolean {
  const side = DETERMINERS.has(c.peek(ahead + 2).lower) ? c.peek(ahead + 3) : c.peek(ahead + 2);
  return c.peek(ahead).lower !== 'one' && c.peek(ahead + 1).lower === 'from' && SIDES.has(side.lower);
}

/** "second [to] last", "second from the end" */
function takeLast(c: Cursor): boolean {
  const between = ['to', 'from'].includes(c.peek().lower) ? 1 : 0;
  const article = DETERMINERS.has(c.peek(between).lower) ? 1 : 0;
  const end = c.peek(between + article).lower;
  if (end !== 'last' && !(end === 'end' && article)) return false;
  c.at += between + article + 1;
  return true;
}

const OPPOSITE: Readonly<Record<Side, Side>> = {
  left: 'right',
  right: 'left',
  top: 'bottom',
  bottom: 'top',
  front: 'back',
  back: 'front',
};

/** "second from the left", or only "from the left" when the number stood before the noun. */
export function readOrdinal(c: Cursor, pending: Nth | undefined): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    c.take(DETERMINERS);
    const own = readNth(c);
    if (own && c.peek().lower === 'one') c.next();
    const counted = own ?? pending;
    if (counted && c.peek().lower === 'down' && isStranded(c, 1)) {
      c.next();
      return [{ kind: 'ordinal', nth: counted.nth, from: 'top', words: c.said(start) }];
    }
    if (c.peek().lower === 'in' && c.peek(1).lower === 'from') c.next();
    const preposition = c.next().lower;
    if (!counted || !['from', 'on', 'to', 'in', 'at'].includes(preposition)) return undefined;
    c.take(DETERMINERS);
    const far = c.take(FAR) !== undefined;
    const side = c.takePhrase(SIDES);
    if (!side || (c.peek().lower === 'of' && preposition !== 'from')) return undefined;
    c.take(PLACE_NOUNS);
    takeToRight(c, preposition);
    // The last one "from the left" is the rightmost; "on the left" it is the leftmost.
    const from = counted.fromEnd && preposition === 'from' && !far ? OPPOSITE[side] : side;
    return [{ kind: 'ordinal', nth: counted.nth, from, words: c.said(start) }];
  });
}

/** "from left to right" */
function takeToRight(c: Cursor, preposition: string): void {
  if (preposition !== 'from' || c.peek().lower !== 'to') return;
  const article = DETERMINERS.has(c.peek(1).lower) ? 1 : 0;
  if (SIDES.has(c.peek(1 + article).lower)) c.at += 2 + article;
}
