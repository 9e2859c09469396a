import { continuesName, followedByNoun, isBoundary, isParticiple } from './boundary.ts';
import type { Core, Draft } from './core.ts';
import { countsFromSide, readNth } from './counting.ts';
import type { Cursor } from './cursor.ts';
import { readQuality } from './describing.ts';
import { readHead } from './head.ts';
import { PARTS } from './lexicon/colours.ts';
import { cardinal } from './lexicon/numbers.ts';
import { PLACE_NOUNS, SIDES } from './lexicon/places.ts';
import { BASE_FORMS, RELATIONS, STATES_OF, VERBS } from './lexicon/relations.ts';
import { ANYTHING, COMPOUNDS } from './lexicon/things.ts';
import * as little from './lexicon/words.ts';

/** Reads one kind of thing into the draft; false and unmoved when it is not what comes next. */
type Step = (c: Cursor, draft: Draft) => boolean;

const determiner: Step = (c, draft) => {
  const { lower } = c.peek();
  if (draft.names.length > 0) return false;
  if (lower === 'one' && followedByNoun(c, 1) && !isBoundary(c, 1, [c.peek()])) return takeOne(c, draft);
  if (!little.DETERMINERS.has(lower)) return false;
  if (c.at > 0 && lower === 'that' && little.AUXILIARIES.has(c.peek(1).lower)) return false;
  draft.plural ||= little.PLURAL_DETERMINERS.has(lower);
  if (lower === 'both') draft.count = 2;
  c.next();
  takeOf(c);
  return true;
};

/** "one dog" is a dog; that it is "only one" cannot be told from that dog. */
function takeOne(c: Cursor, draft: Draft): true {
  const only = c.before().lower === 'only';
  c.next();
  if (only) draft.constraints.push({ kind: 'unresolved', words: c.said(c.at - 2) });
  return true;
}

const quantity: Step = (c, draft) => {
  const { lower } = c.peek();
  if (draft.names.length > 0) return false;
  if (little.QUANTIFIERS.has(lower) && (followedByNoun(c, 1) || c.peek(1).lower === 'of'))
    draft.plural = true;
  else {
    const number = lower === 'one' ? undefined : cardinal(lower);
    if (number === undefined || draft.count !== undefined) return false;
    draft.count = number;
    draft.plural ||= number > 1;
  }
  c.next();
  takeOf(c);
  return true;
};

/** "all of the", "three of these" */
function takeOf(c: Cursor): void {
  if (c.peek().lower === 'of' && little.DETERMINERS.has(c.peek(1).lower)) c.next();
}

const sequence: Step = (c, draft) => {
  if (draft.names.length > 0) return false;
  // "in red second from the left": the number is not the colour's.
  const coloured = draft.constraints.some((k) => k.kind === 'colour');
  if (coloured && little.FRAME_PREPOSITIONS.has(c.peek(1).lower)) return false;
  const nth = readNth(c);
  if (nth) draft.nth = nth;
  return nth !== undefined;
};

const quality: Step = (c, draft) => {
  const before = c.at;
  const found = readQuality(c, draft.names, draft.nth?.nth ?? 1);
  if (!found) return false;
  if (draft.names.length > 0) {
    draft.constraints.push({ kind: 'unresolved', words: c.said(draft.namedAt, before) });
    draft.names = [];
  }
  draft.constraints.push(found);
  if (found.kind === 'superlative') delete draft.nth;
  if (c.peek().lower === ',' && followedByNoun(c, 1)) c.next();
  return true;
};

/** "a ‘Nike’ shirt", "out of focus guy" */
const aside: Step = (c, draft) => {
  const length = c.peek().pos === 'QUOTE' ? 1 : c.match(STATES_OF)?.length;
  if (draft.names.length > 0 || !length || !followedByNoun(c, length)) return false;
  c.at += length;
  draft.constraints.push({ kind: 'unresolved', words: c.said(c.at - length) });
  return true;
};

const everybody: Step = (c, draft) => {
  const { lower } = c.peek();
  const person = little.SOMEBODY.has(lower) || little.EVERYBODY.has(lower);
  if (draft.names.length > 0 || !(person || ANYTHING.has(lower))) return false;
  draft.plural ||= little.EVERYBODY.has(lower) || lower === 'everything' || lower === 'people';
  addNames(c, draft, 1);
  return true;
};

const compound: Step = (c, draft) => {
  const found = c.match(COMPOUNDS);
  if (!found) return false;
  const facing = c.peek(found.length - 1).lower === 'facing';
  if (facing && (draft.names.length > 0 || !followedByNoun(c, found.length))) return false;
  addNames(c, draft, found.length);
  return true;
};

const name: Step = (c, draft) => {
  if (['#', 'number'].includes(c.peek().lower) && countsFromSide(c, 1)) return false;
  if (endsAtColour(c, draft)) return false;
  if (!continuesName(c, draft.names) && !isNounByItsPlace(c, draft)) return false;
  addNames(c, draft, 1);
  return true;
};

/** "in red eating pizza", but "wearing red running shoes" */
const endsAtColour = (c: Cursor, { worn, names, constraints }: Draft): boolean =>
  worn &&
  names.length === 0 &&
  constraints.at(-1)?.kind === 'colour' &&
  isParticiple(c.peek()) &&
  !PARTS.has(c.peek(1).lemma);

function addNames(c: Cursor, draft: Draft, length: number): void {
  if (draft.names.length === 0) draft.namedAt = c.at;
  for (let i = 0; i < length; i++) draft.names.push(c.next());
}

/** "the ride", "the back of": right behind an article a word is a noun, whatever the tagger takes it for. */
function isNounByItsPlace(c: Cursor, draft: Draft): boolean {
  if (draft.names.length > 0) return false;
  const after = c.peek(1);
  const { text, lower } = c.peek();
  const part = (PLACE_NOUNS.has(lower) || SIDES.has(lower)) && after.lower === 'of';
  const articled = ['the', 'a', 'an'].includes(c.before().lower) || c.before().pos === 'POSS';
  if (!(part || articled) || c.match(RELATIONS)) return false;
  if (part) return true;
  const verb = VERBS.has(lower) && !BASE_FORMS.has(lower);
  const ends = after.pos === 'END' || after.lower === 'of' || c.match(RELATIONS, 1) !== undefined;
  return ends && !verb && /^\p{L}/u.test(text);
}

/** The order matters: what a word means before it is taken for a name. */
const STEPS: readonly Step[] = [compound, determiner, sequence, quantity, quality, aside, everybody, name];

/** Determiners, qualities and the head noun; undefined when no noun phrase starts here. */
export function readNoun(c: Cursor): Core | undefined {
  const start = c.at;
  const worn = ['in', 'wearing'].includes(c.before().lower);
  const draft: Draft = { worn, constraints: [], names: [], namedAt: start, plural: false };
  while (!c.done && STEPS.some((step) => step(c, draft)));
  if (c.at === start) return undefined;
  const { constraints, count, nth } = draft;
  const nouns = readHead(c, draft);
  return {
    nouns,
    plural: draft.plural,
    constraints,
    span: c.span(start),
    ...(count === undefined ? {} : { count }),
    ...(nth === undefined ? {} : { nth }),
  };
}
