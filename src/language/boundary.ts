import type { Cursor } from './cursor.ts';
import { ALSO_NOUNS, COLOURS, PARTS, PATTERNS } from './lexicon/colours.ts';
import { ordinal } from './lexicon/numbers.ts';
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
import { words } from './lexicon/table.ts';
import { ACTORS, ING_NOUNS, MATERIALS, STATES } from './lexicon/things.ts';
import { AUXILIARIES, DETERMINERS, NEGATIONS, RELATIVES } from './lexicon/words.ts';
import type { Token } from './tokens.ts';

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
