import type { Cursor } from './cursor.ts';
import { ALSO_NOUNS, COLOURS, TONES } from './lexicon/colours.ts';
import { cardinal, ordinal } from './lexicon/numbers.ts';
import {
  AGES,
  FAR,
  PLACE_NOUNS,
  PLACES,
  SIDES,
  SIZES,
  SUPERLATIVE_NOUNS,
  SUPERLATIVES,
} from './lexicon/places.ts';
import * as lexicon from './lexicon/relations.ts';
import { words } from './lexicon/table.ts';
import type { Colour, Constraint, Span } from './query.ts';
import type { Token } from './tokens.ts';

/** The part of a noun phrase before and including its head noun ("the second red wine glass"). */
export interface Core {
  readonly nouns: readonly string[];
  readonly plural: boolean;
  readonly count?: number;
  readonly constraints: Constraint[];
  readonly span: Span;
  /** "second" without a side yet: "second bottle from the right". */
  readonly nth?: number;
}

const NOMINAL = new Set(['NOUN', 'PROPN', 'ADJ', 'VERB', 'X', 'NUM', 'INTJ', 'SYM']);
const PLURAL_TAKES_S = /s$/;

/** Reads determiners, modifiers and the head noun; undefined when no noun phrase starts here. */
export function readCore(c: Cursor): Core | undefined {
  const start = c.at;
  const constraints: Constraint[] = [];
  let count: number | undefined;
  let nth: number | undefined;
  let plural = false;
  let names: Token[] = [];
  const flush = () => {
    if (names.length > 0) constraints.push({ kind: 'unresolved', words: names.map((t) => t.text).join(' ') });
    names = [];
  };

  for (;;) {
    const token = c.peek();
    if (names.length === 0 && lexicon.DETERMINERS.has(token.lower)) {
      plural ||= lexicon.PLURAL_DETERMINERS.has(token.lower);
      if (token.lower === 'both') count = 2;
      c.next();
      if (c.peek().lower === 'of' && lexicon.DETERMINERS.has(c.peek(1).lower)) c.next();
      continue;
    }
    const number = cardinal(token.lower);
    if (names.length === 0 && number !== undefined && constraints.length === 0 && token.lower !== 'one') {
      count = number;
      plural ||= number > 1;
      c.next();
      if (c.peek().lower === 'of' && lexicon.DETERMINERS.has(c.peek(1).lower)) c.next();
      continue;
    }
    const modifier = readModifier(c, names.length > 0, nth);
    if (modifier) {
      flush();
      if ('nth' in modifier) nth = modifier.nth;
      else {
        constraints.push(modifier.constraint);
        if (modifier.constraint.kind === 'superlative') nth = undefined;
      }
      continue;
    }
    if (!continuesName(c, names)) break;
    names.push(c.next());
  }

  if (c.at === start) return undefined;
  const head = names.at(-1);
  plural ||= head !== undefined && isPlural(head);
  return {
    nouns: head ? readings(names) : ['thing'],
    plural,
    constraints,
    span: c.span(start),
    ...(count === undefined ? {} : { count }),
    ...(nth === undefined ? {} : { nth }),
  };
}

type Modifier = { readonly constraint: Constraint } | { readonly nth: number };

/** A modifier that can be judged: colour, size, age, place, ordinal or superlative before the noun. */
function readModifier(c: Cursor, named: boolean, nth: number | undefined): Modifier | undefined {
  const start = c.at;
  const token = c.peek();
  if (named && !nameCanBreak(c)) return undefined;
  const position = ordinal(token.lower);
  if (position !== undefined && !named) {
    c.next();
    return { nth: position };
  }
  if (token.lower === 'last' && !named) {
    c.next();
    return { constraint: { kind: 'superlative', by: 'left', most: false, nth: 1, words: 'last' } };
  }
  const far = FAR.has(token.lower) && c.match(PLACES, 1) !== undefined;
  const superlative = c.match(SUPERLATIVES);
  if (
    superlative &&
    !far &&
    !(SUPERLATIVE_NOUNS.has(token.lower) && !followedByNoun(c, 1)) &&
    c.peek(superlative.length).lower !== 'than' &&
    !startsDistance(c)
  ) {
    c.at += superlative.length;
    return {
      constraint: { kind: 'superlative', ...superlative.meaning, nth: nth ?? 1, words: c.said(start) },
    };
  }
  const colours = readColours(c);
  if (colours) {
    const part = colours.some((k) => k.name === 'blond') ? 'hair' : 'whole';
    return { constraint: { kind: 'colour', colours, part, words: c.said(start) } };
  }
  if (far) c.next();
  const place = c.match(PLACES);
  if (place && !startsOwnPhrase(c, place.length)) {
    c.at += place.length;
    const most = c.peek().lower === 'most';
    if (most) c.next();
    if (followedByNoun(c, 1)) c.take(PLACE_NOUNS);
    return {
      constraint: { kind: 'place', place: place.meaning, far: far || most, words: c.said(start) },
    };
  }
  c.at = start;
  if (followedByNoun(c, 1)) {
    const size = SIZES.get(token.lower);
    const age = AGES.get(token.lower);
    if (size) return { constraint: { kind: 'size', size, words: c.next().text } };
    if (age) return { constraint: { kind: 'age', age, words: c.next().text } };
  }
  return undefined;
}

/** Inside a name ("wine glass") a modifier may only start when a noun still follows ("metal red chair"). */
const nameCanBreak = (c: Cursor): boolean =>
  followedByNoun(c, 1) && !lexicon.FRAME_PREPOSITIONS.has(c.peek().lower);

/** "closest to …", "nearest the …": a modifier of what came before, read with the other ones after the noun. */
function startsDistance(c: Cursor): boolean {
  const meaning = c.match(SUPERLATIVES)?.meaning;
  if (meaning?.by !== 'near') return false;
  const after = c.peek(1);
  return (
    after.pos === 'ADP' ||
    after.lower === 'to' ||
    after.lower === 'away' ||
    lexicon.DETERMINERS.has(after.lower)
  );
}

/** "left of", "right next to": a relation, not a place. */
function startsOwnPhrase(c: Cursor, length: number): boolean {
  const after = c.peek(length).lower;
  return after === 'of' || (c.peek().lower === 'right' && c.match(lexicon.RELATIONS, 1) !== undefined);
}

/** "red", "light blue", "red and yellow", "black-and-white"; undefined and unmoved when none is meant. */
export function readColours(c: Cursor): Colour[] | undefined {
  return c.attempt(() => {
    const colours: Colour[] = [];
    for (;;) {
      const colour = readColour(c);
      if (!colour) break;
      colours.push(colour);
      const joint = ['and', ',', '-'].includes(c.peek().lower) ? 1 : 0;
      if (joint && !colourStarts(c, joint)) break;
      c.at += joint;
    }
    return colours.length > 0 ? colours : undefined;
  });
}

const colourStarts = (c: Cursor, ahead: number): boolean =>
  COLOURS.has(c.peek(ahead).lower) ||
  (TONES.has(c.peek(ahead).lower) && COLOURS.has(c.peek(ahead + 1).lower)) ||
  /-/.test(c.peek(ahead).lower);

function readColour(c: Cursor): Colour | undefined {
  return c.attempt(() => {
    const pieces = c.peek().lower.split('-');
    if (pieces.length === 2 && TONES.has(pieces[0]!) && COLOURS.has(pieces[1]!)) {
      c.next();
      return { name: COLOURS.get(pieces[1]!)!, tone: TONES.get(pieces[0]!)! };
    }
    const tone = TONES.get(c.peek().lower);
    if (tone) c.next();
    const word = c.peek().lower.replace(/(ish|-haired|-coloured|-colored)$/, '');
    const name = COLOURS.get(word);
    if (!name) return tone && tone !== 'bright' && followedByNoun(c, 0) ? { name: tone } : undefined;
    if (ALSO_NOUNS.has(word) && !tone && !followedByNoun(c, 1)) return undefined;
    c.next();
    return tone ? { name, tone } : { name };
  });
}

/** Whether the token `ahead` can belong to a name that is still to come. */
function followedByNoun(c: Cursor, ahead: number): boolean {
  const token = c.peek(ahead);
  if (COLOURS.has(token.lower) || SIZES.has(token.lower) || AGES.has(token.lower)) return true;
  return NOMINAL.has(token.pos) && !isBoundary(c, ahead, false) && !PLACES.has(token.lower);
}

/** Whether the next token goes on with the name that `names` began. */
function continuesName(c: Cursor, names: readonly Token[]): boolean {
  const token = c.peek();
  if (/-/.test(token.text) && NOMINAL.has(token.pos) === false && token.pos !== 'PUNCT') return true;
  if (!NOMINAL.has(token.pos)) return false;
  return !isBoundary(c, 0, names.length > 0 && !names.every((t) => lexicon.MATERIALS.has(t.lower)));
}

const ING = /ing$/;
/** Things that look like participles. */
const ING_NOUNS = words(
  `building ring king wing string ceiling painting clothing railing awning earring wedding swing sling thing something
   anything nothing evening morning dressing pudding icing frosting siding landing opening parking spring`,
);
const isParticiple = (t: Token): boolean =>
  (ING.test(t.lower) && !ING_NOUNS.has(t.lower)) || (/(ed|en|n)$/.test(t.lower) && t.pos === 'VERB');

/** Whether the noun phrase ends before this token; after a noun, a participle begins what is said about it. */
function isBoundary(c: Cursor, ahead: number, named: boolean): boolean {
  const token = c.peek(ahead);
  if (token.pos === 'END' || lexicon.RELATIVES.has(token.lower) || lexicon.AUXILIARIES.has(token.lower))
    return true;
  if (lexicon.DETERMINERS.has(token.lower) || lexicon.NEGATIONS.has(token.lower)) return true;
  if (c.match(lexicon.RELATIONS, ahead)) return true;
  if (lexicon.VERBS.has(token.lower) || c.match(lexicon.PASSIVES, ahead)) return true;
  if (isParticiple(token) && startsModifier(c, ahead + 1)) return true;
  if (!named) return false;
  if (lexicon.POSTURES.has(token.lower)) return true;
  if (isParticiple(token)) return true;
  if (token.pos === 'VERB' && lexicon.DETERMINERS.has(c.peek(ahead + 1).lower)) return true;
  if (PLACES.has(token.lower) || FAR.has(token.lower)) return !nounAfterPlace(c, ahead);
  return c.match(SUPERLATIVES, ahead) !== undefined || ordinal(token.lower) !== undefined;
}

/** "sitting on", "parked next to": what follows a verb that is not the adjective of a noun. */
const startsModifier = (c: Cursor, ahead: number): boolean =>
  ['END', 'ADP', 'DET'].includes(c.peek(ahead).pos) ||
  lexicon.DETERMINERS.has(c.peek(ahead).lower) ||
  c.match(lexicon.RELATIONS, ahead) !== undefined;

const nounAfterPlace = (c: Cursor, ahead: number): boolean =>
  NOMINAL.has(c.peek(ahead + 1).pos) && !SIDES.has(c.peek(ahead + 1).lower);

const isPlural = (t: Token): boolean =>
  ['people', 'men', 'women', 'children', 'ones', 'geese', 'mice'].includes(t.lower) ||
  (t.lemma !== t.lower && PLURAL_TAKES_S.test(t.lower));

/** All names by which the words can be understood, most specific first: "red wine glass" -> wine glass, glass. */
function readings(names: readonly Token[]): string[] {
  const head = names.at(-1)!;
  const before = names.slice(0, -1).map((t) => t.lower);
  return [...before.map((_, i) => [...before.slice(i), head.lemma].join(' ')), head.lemma];
}
