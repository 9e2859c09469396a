import { countsFromSide, readNth, readQuality } from './attributes.ts';
import {
  type Core,
  continuesName,
  type Draft,
  followedByNoun,
  garmentAhead,
  isActor,
  isBoundary,
  isParticiple,
  NAMELESS,
  readingOf,
} from './boundary.ts';
import { PARTS } from './lexicon/colours.ts';
import { PLACE_NOUNS, SIDES } from './lexicon/places.ts';
import { BASE_FORMS, POSES, RELATIONS, STATES_OF, VERBS } from './lexicon/relations.ts';
import { ANYTHING, COMPOUNDS, isPerson, LIKENESSES, MEN_AND_WOMEN, WHOLE_NAMES } from './lexicon/things.ts';
import * as little from './lexicon/words.ts';
import { cardinal, EVERYBODY, SOMEBODY, WRITING, WRITTEN_ITSELF } from './lexicon/words.ts';
import type { Constraint, NounPhrase } from './query.ts';
import type { Cursor, Token } from './tokens.ts';

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

/** The nouns of the names; what the names say beyond that goes to the constraints. */
function readHead(c: Cursor, draft: Draft): readonly string[] {
  dropNumber(c, draft);
  dropGarment(c, draft);
  dropPosture(draft);
  dropLikeness(draft);
  const { names, constraints } = draft;
  if (readWritten(c, draft)) return [names[0]!.lemma];
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
  if (SOMEBODY.has(head.lower) || EVERYBODY.has(head.lower)) return ['person'];
  return readings(names);
}

/** "the word EXIT": the writing itself is meant. */
function readWritten(c: Cursor, { names, namedAt, constraints }: Draft): boolean {
  const [first] = names;
  if (!first || names.length < 2 || !WRITTEN_ITSELF.has(first.lemma)) return false;
  constraints.push(...readingOf(c, namedAt, [namedAt + 1, c.at]));
  return true;
}

/** "player number 12", "bus 22": the number is written on it. */
function dropNumber(c: Cursor, draft: Draft): void {
  const { names, constraints } = draft;
  const head = names.at(-1);
  if (!head || !/\p{N}/u.test(head.text)) return;
  const labelled = names.length > 1 && WRITING.has(names.at(-2)!.lower);
  const dropped = labelled ? 2 : 1;
  constraints.push({ kind: 'reading', text: head.text, words: c.said(c.at - dropped, c.at) });
  names.length -= dropped;
}

/** "the sitting man": his joints can show it. */
function dropPosture({ names, constraints }: Draft): void {
  const [first] = names;
  const pose = first && POSES.get(first.lower);
  if (!pose || names.length < 2 || !isPerson(names.at(-1)!.lemma)) return;
  constraints.push({ kind: 'pose', pose, words: first.text });
  names.shift();
}

/** "elephant statue" */
function dropLikeness(draft: Draft): void {
  const { names, constraints } = draft;
  const last = names.at(-1);
  if (names.length < 2 || !last || !LIKENESSES.has(last.lemma)) return;
  constraints.push({ kind: 'unresolved', words: last.text });
  draft.plural ||= isPlural(last);
  names.pop();
}

/** "red shirt guy": the colour is the shirt's. */
function dropGarment(c: Cursor, draft: Draft): void {
  const { names, constraints } = draft;
  const worn = isActor(names.at(-1)) ? names.at(-2) : names.at(-1);
  const part = worn && PARTS.get(worn.lemma);
  // "red shirt black pants": somebody who wears both.
  const last = constraints.at(-1);
  const alone = worn === names.at(-1);
  if (!part || (alone && !(garmentAhead(c) && last?.kind === 'colour'))) return;
  if (last?.kind === 'colour') constraints[constraints.length - 1] = { ...last, part };
  else constraints.push({ kind: 'unresolved', words: c.said(draft.namedAt, c.at - 1) });
  names.splice(0, alone ? names.length : names.length - 1);
  draft.somebody = alone;
}

const isPlural = (t: Token): boolean =>
  MEN_AND_WOMEN.has(t.lower) || (t.lemma !== t.lower && t.lower.endsWith('s'));

/** No name has more words. */
const MAX_NAME_WORDS = 8;

/** All names by which the words can be understood, most specific first: "red wine glass" -> wine glass, glass. */
function readings(names: readonly Token[]): string[] {
  const head = names.at(-1)!;
  const before = names.slice(-MAX_NAME_WORDS, -1).map((t) => t.lower);
  const all = [...before.map((_, i) => [...before.slice(i), head.lemma].join(' ')), head.lemma];
  const whole = all.findIndex((name) => WHOLE_NAMES.has(name));
  return whole < 0 ? all : all.slice(0, whole + 1);
}

/** Reads determiners, qualities and the head noun, with its owners; undefined when no noun phrase starts here. */
export function readCore(c: Cursor): Core | undefined {
  const start = c.at;
  let core = readNoun(c);
  while (c.peek().pos === 'POSS' && c.at > start) {
    c.next();
    const owner = asPhrase(core ?? NAMELESS, c.said(start, c.at - 1));
    const owned = readNoun(c) ?? NAMELESS;
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
