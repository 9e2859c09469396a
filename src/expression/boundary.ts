import { ALSO_NOUNS, COLOURS, PARTS, PATTERNS } from './lexicon/colours.ts';
import { AGES, FAR, PLACE_NOUNS, PLACES, ROW_NOUNS, SIDES, SIZES, SUPERLATIVES } from './lexicon/places.ts';
import {
  BASE_FORMS,
  CLOSE_BY,
  EXCLUSIONS,
  PASSIVES,
  POSTURES,
  RELATIONS,
  STATES_OF,
  VERBS,
} from './lexicon/relations.ts';
import { ACTORS, ING_NOUNS, MATERIALS, STATES } from './lexicon/things.ts';
import {
  AUXILIARIES,
  CONJUNCTIONS,
  cardinal,
  DETERMINERS,
  EVERYBODY,
  NEGATIONS,
  ordinal,
  PRONOUNS,
  RELATIVES,
  SOMEBODY,
  words,
} from './lexicon/words.ts';
import type { Constraint, NounPhrase, Span } from './query.ts';
import type { Cursor, Token } from './tokens.ts';

/** A place in a sequence: "second" (2), "last" (1, from the end); the side may still follow. */
export interface Nth {
  readonly nth: number;
  readonly fromEnd: boolean;
}

/** The part of a noun phrase before and including its head noun ("the second red wine glass"). */
export interface Core {
  readonly nouns: readonly string[];
  readonly plural: boolean;
  readonly count?: number;
  readonly constraints: readonly Constraint[];
  readonly span: Span;
  /** "second bottle from the right": what is read behind the noun completes it. */
  readonly nth?: Nth;
}

/** Something without a name of its own ("the one", "in red"). */
export const NAMELESS: Core = { nouns: ['thing'], plural: false, constraints: [], span: [0, 0] };

/** What has been read of a core so far. */
export interface Draft {
  /** Behind "in" or "wearing", where a colour may stand for clothes. */
  readonly worn: boolean;
  constraints: Constraint[];
  names: Token[];
  /** Where the names began. */
  namedAt: number;
  plural: boolean;
  count?: number;
  nth?: Nth;
  /** Only what somebody wears is named. */
  somebody?: boolean;
}

/** What a noun phrase may have behind it depends on where it stands. */
export interface Context {
  /** The head can act: "the man … holding", but not "the window … holding". */
  readonly actor: boolean;
  /** What the noun phrase has before its noun may be completed behind it ("second … from the left"). */
  readonly core: Core;
  /** @param kind what "one" and "the other" stand for */
  readPhrase(c: Cursor, kind?: readonly string[]): NounPhrase | undefined;
  /** Like readPhrase, without anything said behind the noun. */
  readSubject(c: Cursor): NounPhrase | undefined;
}

/** Whether what was being said ends here, and nothing follows that it could take as its object. */
export function isStranded(c: Cursor, ahead = 0): boolean {
  const { pos, lower } = c.peek(ahead);
  if (pos === 'END' || pos === 'PUNCT' || c.match(RELATIONS, ahead)) return true;
  return [CONJUNCTIONS, RELATIVES, AUXILIARIES].some((set) => set.has(lower));
}

const NOMINAL = new Set(['NOUN', 'PROPN', 'ADJ', 'VERB', 'X', 'NUM', 'INTJ', 'SYM', 'EMOJI']);

export const isActor = (t: Token | undefined): boolean =>
  t !== undefined && (ACTORS.has(t.lemma) || ACTORS.has(t.lower));

/** Whether the token `ahead` can belong to a name that is still to come. */
export function followedByNoun(c: Cursor, ahead: number): boolean {
  const token = c.peek(ahead);
  if (COLOURS.has(token.lower) || SIZES.has(token.lower) || AGES.has(token.lower)) return true;
  return NOMINAL.has(token.pos) && !isBoundary(c, ahead, []) && !PLACES.has(token.lower);
}

/** Whether the next token goes on with the name that `names` began. */
export function continuesName(c: Cursor, names: readonly Token[]): boolean {
  const token = c.peek();
  if (names.length > 0 && isParticle(c, names.at(-1)!)) return true;
  if (isBoundary(c, 0, names) || ordinal(token.lower) !== undefined) return false;
  if (NOMINAL.has(token.pos) || completes(c.peek(1))) return true;
  return token.text.includes('-') && !['PUNCT', 'URL', 'REST'].includes(token.pos);
}

/** "the turned off tv": a participle whose particle belongs to it, before the noun. */
const isPhrasal = (c: Cursor, ahead: number): boolean =>
  ['off', 'out', 'up', 'down'].includes(c.peek(ahead + 1).lower) && plainNoun(c, ahead + 2);

/** "cut off person": such a particle behind what was taken for a name. */
const isParticle = (c: Cursor, before: Token): boolean =>
  before.pos === 'VERB' &&
  ['off', 'out', 'up', 'down', 'over'].includes(c.peek().lower) &&
  NOMINAL.has(c.peek(1).pos) &&
  !isBoundary(c, 1, []);

const ING = /ing$/;
/** Participles that no ending shows. */
const IRREGULAR = words('held led fed hung cut');

export const isParticiple = (t: Token): boolean =>
  (ING.test(t.lower) && !ING_NOUNS.has(t.lower)) ||
  ((IRREGULAR.has(t.lower) || /(ed|en|wn|rn)$/.test(t.lower)) && t.pos === 'VERB' && !completes(t));

/** Whether a noun phrase that has these names so far ends before the token `ahead`. */
export function isBoundary(c: Cursor, ahead: number, names: readonly Token[]): boolean {
  const token = c.peek(ahead);
  if (token.pos === 'END' || token.pos === 'POSS' || token.pos === 'QUOTE') return true;
  const ends = [RELATIVES, AUXILIARIES, DETERMINERS, NEGATIONS].some((set) => set.has(token.lower));
  if (ends || c.match(RELATIONS, ahead) || c.match(EXCLUSIONS, ahead)) return true;
  if (isVerb(c, ahead, names.length > 0)) return true;
  if (isParticiple(token) && startsModifier(c, ahead + 1) && !isPhrasal(c, ahead)) return true;
  return names.length > 0 && !names.every((t) => MATERIALS.has(t.lower)) && endsName(c, ahead, names);
}

const isVerb = (c: Cursor, ahead: number, named: boolean): boolean => {
  const { lower } = c.peek(ahead);
  if (BASE_FORMS.has(lower)) return named;
  return VERBS.has(lower) || c.match(VERBS, ahead) !== undefined || c.match(PASSIVES, ahead) !== undefined;
};

/** What may stand before a noun but begins what is said about it when it stands behind. */
function endsName(c: Cursor, ahead: number, names: readonly Token[]): boolean {
  const token = c.peek(ahead);
  const head = names.at(-1)!;
  if (POSTURES.has(token.lower) || isParticiple(token)) return true;
  const takesObject = DETERMINERS.has(c.peek(ahead + 1).lower);
  if (takesObject && (token.pos === 'VERB' || ING.test(token.lower))) return true;
  const state = token.lower === 'half' ? c.peek(ahead + 1) : token;
  if (STATES.has(state.lower) && !plainNoun(c, ahead + 1)) return true;
  if (COLOURS.has(token.lower)) return endsBeforeColour(c, ahead, head);
  if (PATTERNS.has(token.lower) && isActor(head)) return PARTS.has(c.peek(ahead + 1).lemma);
  if (PLACES.has(token.lower) || FAR.has(token.lower)) return !nounAfterPlace(c, ahead);
  return c.match(SUPERLATIVES, ahead) !== undefined || ordinal(token.lower) !== undefined;
}

/** "guy blue shirt" and "car red", but "metal red chair" and "blood orange". */
function endsBeforeColour(c: Cursor, ahead: number, head: Token): boolean {
  if (isActor(head) || PARTS.has(head.lemma)) return true;
  return !ALSO_NOUNS.has(c.peek(ahead).lower) && !plainNoun(c, ahead + 1) && !followedByNoun(c, ahead + 1);
}

const plainNoun = (c: Cursor, ahead: number): boolean =>
  ['NOUN', 'PROPN'].includes(c.peek(ahead).pos) && !isBoundary(c, ahead, []);

/** "sitting on", "parked next to": what follows a verb that is not the adjective of a noun. */
const startsModifier = (c: Cursor, ahead: number): boolean =>
  ['END', 'ADP', 'DET'].includes(c.peek(ahead).pos) ||
  DETERMINERS.has(c.peek(ahead).lower) ||
  c.match(STATES_OF, ahead) !== undefined ||
  c.match(RELATIONS, ahead) !== undefined;

function nounAfterPlace(c: Cursor, ahead: number): boolean {
  const { pos, lower } = c.peek(ahead + 1);
  if (SIDES.has(lower) || PLACE_NOUNS.has(lower) || ROW_NOUNS.has(lower)) return false;
  return NOMINAL.has(pos) && !c.match(RELATIONS, ahead + 1);
}

/** "left handed", "long haired": what is before such a word belongs to it. */
export const completes = (t: Token): boolean =>
  /^(handed|footed|haired|sleeved?|legged|necked|eyed|eared|tailed|stemmed|wheeled)$/.test(t.lower);

/** "right behind", "right next to": strict, not a place. */
export function isCloseBy(c: Cursor): boolean {
  const relation = c.peek().lower === 'right' && c.match(RELATIONS, 1);
  return relation ? CLOSE_BY.has(relation.meaning) : false;
}

/** A colour or pattern and then something worn ("blue shirt"). */
export const garmentAhead = (c: Cursor): boolean =>
  (COLOURS.has(c.peek().lower) || PATTERNS.has(c.peek().lower)) &&
  [1, 2].some((ahead) => PARTS.has(c.peek(ahead).lemma));

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

/** "the highest", and nothing behind it: that is no thing. */
function isMost(c: Cursor, ahead: number): boolean {
  const superlative = c.match(SUPERLATIVES, ahead);
  return superlative !== undefined && c.peek(ahead + superlative.length).pos === 'END';
}

const MARKS_AROUND = /^[\s"'“”„«»‘’#]+|[\s"'“”„«»‘’.,!?]+$/gu;

/** What is written on it, in the words from `text` to `end`; where there are none, that there is writing stays open. */
export function readingOf(c: Cursor, from: number, [text, end]: readonly [number, number]): Constraint[] {
  const written = end > text ? c.said(text, end).replace(MARKS_AROUND, '') : '';
  const words = c.said(from);
  return [written === '' ? { kind: 'unresolved', words } : { kind: 'reading', text: written, words }];
}
