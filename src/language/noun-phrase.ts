import {
  continuesName,
  followedByNoun,
  garmentAhead,
  isActor,
  isBoundary,
  isParticiple,
} from './boundary.ts';
import { countsFromSide, readNth } from './counting.ts';
import type { Cursor } from './cursor.ts';
import { readQuality } from './describing.ts';
import { PARTS } from './lexicon/colours.ts';
import { cardinal } from './lexicon/numbers.ts';
import { RELATIONS, STATES_OF, VERBS } from './lexicon/relations.ts';
import { ANYTHING, COMPOUNDS, MEN_AND_WOMEN } from './lexicon/things.ts';
import * as little from './lexicon/words.ts';
import type { Constraint, NounPhrase, Span } from './query.ts';
import type { Token } from './tokens.ts';

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

export const NAMELESS: Core = { nouns: ['thing'], plural: false, constraints: [], span: [0, 0] };

/** Reads determiners, qualities and the head noun, with its owners; undefined when no noun phrase starts here. */
export function readCore(c: Cursor): Core | undefined {
  const start = c.at;
  let core = readUnowned(c);
  while (c.peek().pos === 'POSS' && c.at > start) {
    c.next();
    const owner = asPhrase(core ?? NAMELESS, c.said(start, c.at - 1));
    const owned = readUnowned(c) ?? NAMELESS;
    const has: Constraint = {
      kind: 'relation',
      relation: 'with',
      to: [owner],
      inverse: true,
      words: c.said(start, c.at),
    };
    core = { ...owned, constraints: [...owned.constraints, has], span: c.span(start) };
  }
  return core;
}

/** A core as a whole noun phrase; an ordinal without a side counts from the left, "last" from the right. */
export function asPhrase(core: Core, words: string, more: readonly Constraint[] = []): NounPhrase {
  const constraints = [...withGoal(core.constraints, more), ...more];
  const ordered = more.some((k) => k.kind === 'ordinal');
  // The second "to the left of the tree" is counted from the tree.
  const towardsLeft = more.some((k) => k.kind === 'relation' && k.relation === 'left-of');
  if (core.nth && !ordered) {
    constraints.push({
      kind: 'ordinal',
      nth: core.nth.nth,
      from: core.nth.fromEnd || towardsLeft ? 'right' : 'left',
      words,
    });
  }
  return {
    words,
    nouns: core.nouns.map((noun) => (ANYTHING.has(noun) ? 'thing' : noun)),
    plural: core.plural,
    constraints,
    ...(core.count === undefined ? {} : { count: core.count }),
  };
}

/** "the closest car to the bus" is not the one closest to the camera. */
function withGoal(before: readonly Constraint[], behind: readonly Constraint[]): readonly Constraint[] {
  const goal = behind.some(
    (k) => k.kind === 'relation' && (k.relation === 'nearest-to' || k.relation === 'farthest-from'),
  );
  return goal ? before.filter((k) => k.kind !== 'superlative' || k.by !== 'near') : before;
}

/** What has been read of a core so far. */
interface Draft {
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

type Step = (c: Cursor, draft: Draft) => boolean;

function readUnowned(c: Cursor): Core | undefined {
  const start = c.at;
  const worn = ['in', 'wearing'].includes(c.before().lower);
  const draft: Draft = { worn, constraints: [], names: [], namedAt: start, plural: false };
  while (!c.done && STEPS.some((step) => step(c, draft)));
  if (c.at === start) return undefined;
  const { constraints, count, nth } = draft;
  const nouns = nameHead(c, draft);
  return {
    nouns,
    plural: draft.plural,
    constraints,
    span: c.span(start),
    ...(count === undefined ? {} : { count }),
    ...(nth === undefined ? {} : { nth }),
  };
}

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
  const after = c.peek(1);
  const ends = after.pos === 'END' || after.lower === 'of' || c.match(RELATIONS, 1) !== undefined;
  const isWord = /^\p{L}/u.test(c.peek().text) && !c.match(RELATIONS);
  const articled = ['the', 'a', 'an'].includes(c.before().lower) || c.before().pos === 'POSS';
  return (
    draft.names.length === 0 && articled && ends && isWord && !VERBS.get(c.peek().lower)?.startsWith('w')
  );
}

/** The order matters: what a word means before it is taken for a name. */
const STEPS: readonly Step[] = [compound, determiner, sequence, quantity, quality, aside, everybody, name];

/** The nouns of the names; what the names say beyond that goes to the constraints. */
function nameHead(c: Cursor, draft: Draft): readonly string[] {
  dropNumber(c, draft);
  dropGarment(c, draft);
  const { names, constraints } = draft;
  const head = names.at(-1);
  if (!head) {
    const haired = constraints.some((k) => k.kind === 'colour' && k.part === 'hair');
    return [haired || draft.somebody ? 'person' : 'thing'];
  }
  draft.plural ||= isPlural(head);
  if (ANYTHING.has(head.lemma) && names.length > 1) {
    constraints.push({ kind: 'unresolved', words: c.said(draft.namedAt, c.at - 1) });
    return [head.lemma];
  }
  if (little.SOMEBODY.has(head.lower) || little.EVERYBODY.has(head.lower)) return ['person'];
  return readings(names);
}

/** "player number 12", "bus 22": the number is written on it. */
function dropNumber(c: Cursor, draft: Draft): void {
  const { names, constraints } = draft;
  const head = names.at(-1);
  if (!head || !/\p{N}/u.test(head.text)) return;
  const labelled = names.length > 1 && little.WRITING.has(names.at(-2)!.lower);
  const dropped = labelled ? 2 : 1;
  constraints.push({ kind: 'unresolved', words: c.said(c.at - dropped, c.at) });
  names.length -= dropped;
}

/** "red shirt guy": the colour is the shirt's. */
function dropGarment(c: Cursor, draft: Draft): void {
  const { names, constraints } = draft;
  const worn = isActor(names.at(-1)) ? names.at(-2) : names.at(-1);
  const part = worn && PARTS.get(worn.lemma);
  // "red shirt black pants": somebody who wears both.
  if (!part || (worn === names.at(-1) && !(garmentAhead(c) && startsWorn(constraints)))) return;
  const last = constraints.at(-1);
  if (last?.kind === 'colour') constraints[constraints.length - 1] = { ...last, part };
  else constraints.push({ kind: 'unresolved', words: c.said(draft.namedAt, c.at - 1) });
  names.splice(0, worn === names.at(-1) ? names.length : names.length - 1);
  if (names.length === 0) draft.somebody = true;
}

const startsWorn = (constraints: readonly Constraint[]): boolean => constraints.at(-1)?.kind === 'colour';

const isPlural = (t: Token): boolean =>
  MEN_AND_WOMEN.has(t.lower) || (t.lemma !== t.lower && t.lower.endsWith('s'));

/** All names by which the words can be understood, most specific first: "red wine glass" -> wine glass, glass. */
function readings(names: readonly Token[]): string[] {
  const head = names.at(-1)!;
  const before = names.slice(0, -1).map((t) => t.lower);
  return [...before.map((_, i) => [...before.slice(i), head.lemma].join(' ')), head.lemma];
}
