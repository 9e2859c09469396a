import { lastWord } from '../text.ts';
import { type Context, type Core, NAMELESS, readingOf, startsPhrase } from './boundary.ts';
import { COLOURS, PARTS } from './lexicon/colours.ts';
import { SUPERLATIVES } from './lexicon/places.ts';
import { POSTURES, RELATIONS, STATES_OF } from './lexicon/relations.ts';
import { ACTORS, ANYTHING, COMMON, COMPOUNDS, GROUPS, PORTIONS, SAME_KIND, STUFF } from './lexicon/things.ts';
import {
  askedFor,
  CONJUNCTIONS,
  cardinal,
  DETERMINERS,
  LINKS,
  PRONOUNS,
  REFERRING_BACK,
} from './lexicon/words.ts';
import { readModifier } from './modifiers.ts';
import { asPhrase, readCore } from './noun.ts';
import { readNumberedRow, readRow } from './placement.ts';
import type { Constraint, NounPhrase, Query, Span } from './query.ts';
import { isNameless, readQuestion, refersBack } from './question.ts';
import { Cursor, looksEnglish, type Token, tokenise } from './tokens.ts';

/**
 * Reads a referring expression, or the one that a question is about. Never throws and never drops a word that matters:
 * what cannot be interpreted becomes an unresolved constraint with its words.
 */
export function readExpression(expression: string): Query {
  const text = expression.normalize('NFC').trim();
  const asked = readQuestion(text);
  if (!asked) return readReferring(text);
  const { about, ...what } = asked;
  const nameless = isNameless(asked);
  const subject = what.kind === 'unseen' || nameless ? text : refersBack(about) ? 'things' : about;
  return {
    ...readReferring(subject),
    question: { ...what, text, ...(nameless && { nameless }) },
  };
}

function readReferring(text: string): Query {
  const tokens = tokenise(text);
  const meant = withoutDecoration(tokens, askedFor(text));
  const c = new Cursor(text, meant.length > 0 ? meant : tokens);
  const target = readBareWriting(c) ?? readInverted(c) ?? readTarget(c);
  return {
    text,
    target: target.phrase,
    phrase: text.slice(...target.span),
    span: target.span,
    english: looksEnglish(tokens),
    ...takenIn(meant.length > 0 ? meant : tokens),
  };
}

function takenIn(tokens: readonly Token[]): Pick<Query, 'taken'> {
  const taken = tokens.flatMap(({ text, meant }) => (meant === undefined ? [] : [{ said: text, meant }]));
  return taken.length > 0 ? { taken } : {};
}

/** Marks that tie words or spell numbers; any other punctuation says nothing. */
const MARKS = new Set([',', ';', '/', '#', '-', '&']);

/** What is asked for, without punctuation that says nothing and without emoji behind the words they repeat. */
function withoutDecoration(tokens: readonly Token[], [start, end]: Span): Token[] {
  const asked = tokens.filter((t) => t.start >= start && t.end <= end);
  const firstWord = asked.findIndex((t) => /[\p{L}\p{N}]/u.test(t.text));
  return asked.filter((t, i) => {
    if (t.pos === 'EMOJI') return firstWord < 0 || i < firstWord;
    return t.pos !== 'PUNCT' || MARKS.has(t.text);
  });
}

interface Target {
  readonly phrase: NounPhrase;
  readonly span: Span;
}

/** Letters as they stand on signs, and nothing else; in quotation marks or not. */
const CAPITALS = /^["'“]?[\p{Lu}\p{N}][\p{Lu}\p{N}\s.-]*["'”]?$/u;

/** "STOP", "NO PARKING": nobody writes a description in capitals alone, if some of it is no word for a thing. */
function readBareWriting(c: Cursor): Target | undefined {
  return c.attempt(() => {
    const start = c.at;
    let described = false;
    for (; !c.done; c.next()) {
      const { lower, lemma } = c.peek();
      const names = ACTORS.has(lemma) || COMMON.has(lemma) || COLOURS.has(lower) || PARTS.has(lemma);
      described ||= names || DETERMINERS.has(lower) || c.match(COMPOUNDS) !== undefined;
    }
    const words = c.said(start);
    if (described || !CAPITALS.test(words) || !/\p{Lu}{2}/u.test(words)) return undefined;
    const constraints = readingOf(c, start, [start, c.at]);
    return { phrase: { words, nouns: ['writing'], plural: false, constraints }, span: c.span(start) };
  });
}

/** "On the building to the right of the pole stands the sign": what leads in belongs to the last noun. */
function readInverted(c: Cursor): Target | undefined {
  return c.attempt(() => {
    const leading = readLeading(c);
    if (!leading) return undefined;
    const target = readTarget(c);
    const constraints = [...target.phrase.constraints, ...leading];
    return { ...target, phrase: { ...target.phrase, constraints } };
  });
}

/** Everything before the noun of an inverted expression; undefined when it is none. */
function readLeading(c: Cursor): Constraint[] | undefined {
  const row = readRow(c) ?? readNumberedRow(c);
  if (row) {
    if (c.peek().lower === ',') c.next();
    return c.done ? undefined : row;
  }
  const posture = POSTURES.has(c.peek().lower);
  const describes = c.peek().lower === 'of' || c.match(SUPERLATIVES) || c.match(STATES_OF);
  if (describes || !(posture || c.match(RELATIONS))) return undefined;
  const leading: Constraint[] = [];
  while (!c.done) {
    const found = readModifier(c, { actor: false, core: NAMELESS, readPhrase, readSubject });
    if (!found) break;
    leading.push(...found);
  }
  const start = c.at;
  while (['VERB', 'AUX'].includes(c.peek().pos) || ['there', ','].includes(c.peek().lower)) c.next();
  return c.done || (posture && c.at === start) ? undefined : leading;
}

function readTarget(c: Cursor): Target {
  const start = c.at;
  const back = REFERRING_BACK.has(c.peek().lower) ? c.peek().text : undefined;
  let core = readAsker(c) ?? readCore(c) ?? NAMELESS;
  let named = c.at;
  const constraints: Constraint[] = back === undefined ? [] : [{ kind: 'unresolved', words: back }];
  while (!c.done) {
    const whole = readPartitive(c, core);
    if (whole) {
      core = whole;
      named = c.at;
      continue;
    }
    constraints.push(
      ...(readFurther(c) ?? readModifier(c, { ...contextOf(core), actor: true }) ?? readUnread(c)),
    );
  }
  const span = named > start ? c.span(start, named) : c.span(start);
  return { phrase: asPhrase(core, c.said(start), constraints), span };
}

/** "who is holding the umbrella", "what the man is holding" */
function readAsker(c: Cursor): Core | undefined {
  const start = c.at;
  const asked = c.peek().lower;
  if (asked !== 'who' && asked !== 'what') return undefined;
  c.next();
  return { ...NAMELESS, nouns: [asked === 'who' ? 'person' : 'thing'], span: c.span(start) };
}

/** "the dog and the cat": one thing is looked for at a time; that another was named as well is kept. */
function readFurther(c: Cursor): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    if (!c.take(CONJUNCTIONS) || !startsPhrase(c, 0)) return undefined;
    const { lower, pos } = c.peek();
    const thing =
      DETERMINERS.has(lower) || cardinal(lower) || COLOURS.has(lower) || ['NOUN', 'PROPN'].includes(pos);
    const further = thing ? readPhrase(c) : undefined;
    return further && further.nouns[0] !== 'thing'
      ? [{ kind: 'unresolved', words: c.said(start) }]
      : undefined;
  });
}

/** A noun phrase inside a relation: takes what is said about it and leaves the rest to the outer noun. */
function readPhrase(c: Cursor, kind: readonly string[] = NAMELESS.nouns): NounPhrase | undefined {
  const start = c.at;
  if (PRONOUNS.has(c.peek().lower)) {
    const words = c.next().text;
    return { words, nouns: ['thing'], plural: false, constraints: [], pronoun: true };
  }
  const first = readCore(c);
  if (!first) return undefined;
  const whole = readPartitive(c, first) ?? first;
  const core = SAME_KIND.has(whole.nouns[0]!) ? { ...ofSameKind(whole), nouns: kind } : whole;
  const constraints: Constraint[] = [];
  c.depth++;
  while (!c.done && c.depth < DEEPEST && !belongsOutside(c, core)) {
    const found = readModifier(c, contextOf(core));
    if (!found) break;
    constraints.push(...found);
  }
  c.depth--;
  return asPhrase(core, c.said(start), constraints);
}

/** "the other one": that it is another one goes without saying, in a relation. */
const ofSameKind = (core: Core): Core => ({
  ...core,
  constraints: core.constraints.filter((k) => k.kind !== 'unresolved' || k.words.toLowerCase() !== 'other'),
});

/** Nobody nests so deep; what follows belongs to an outer noun, so that no input can exhaust the stack. */
const DEEPEST = 30;

const belongsOutside = (c: Cursor, core: Core): boolean =>
  CONJUNCTIONS.has(c.peek().lower) ||
  LINKS.has(c.peek().lower) ||
  core.nouns.some((noun) => STUFF.has(noun)) ||
  (clothesAhead(c) && !core.nouns.some((noun) => ACTORS.has(noun)));

/** "the woman with a dog … in the blue coat": only somebody wears a coat. */
function clothesAhead(c: Cursor): boolean {
  if (c.peek().lower !== 'in') return false;
  const article = DETERMINERS.has(c.peek(1).lower) ? 1 : 0;
  return [1, 2, 3].some(
    (ahead) => PARTS.has(c.peek(article + ahead).lemma) && !c.match(RELATIONS, article + 1),
  );
}

/** Only the noun itself: who acts in "that someone is riding", what is in "a glass of water". */
function readSubject(c: Cursor): NounPhrase | undefined {
  const start = c.at;
  const core = readCore(c);
  return core && asPhrase(core, c.said(start));
}

const contextOf = (core: Core): Context => ({
  actor: core.nouns.some((noun) => ACTORS.has(lastWord(noun)) || ANYTHING.has(noun)),
  readPhrase,
  readSubject,
  core,
});

/** "a pair of shoes", "the tallest of the three people": the noun that is meant comes after "of". */
function readPartitive(c: Cursor, core: Core): Core | undefined {
  if (c.peek().lower !== 'of') return undefined;
  const head = core.nouns.at(-1)!;
  const group = GROUPS.has(head);
  if (!group && !PORTIONS.has(head) && !ANYTHING.has(head)) return undefined;
  return c.attempt(() => {
    c.next();
    if (c.take(PRONOUNS)) return { ...core, plural: true };
    const of = readCore(c);
    if (!of) return undefined;
    const { count: _count, ...rest } = of;
    return {
      ...rest,
      plural: group,
      constraints: [...core.constraints, ...of.constraints],
      ...(core.nth ? { nth: core.nth } : {}),
    };
  });
}

/** Keeps words that fit nowhere, up to where something else may begin. */
function readUnread(c: Cursor): Constraint[] {
  let first: number | undefined;
  let last = c.at;
  do {
    const { pos, lower } = c.next();
    const meant =
      !['PUNCT', 'CCONJ', 'AUX', 'POSS'].includes(pos) && !DETERMINERS.has(lower) && !ANYTHING.has(lower);
    if (meant) {
      first ??= c.at - 1;
      last = c.at;
    }
  } while (!c.done && c.peek().pos !== 'PUNCT' && !c.match(RELATIONS));
  return first === undefined ? [] : [{ kind: 'unresolved', words: c.said(first, last) }];
}
