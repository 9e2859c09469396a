import { Cursor } from './cursor.ts';
import { looksEnglish } from './english.ts';
import {
  ACTORS,
  ANYTHING,
  OPENINGS,
  PARTITIVES,
  PRONOUNS,
  RELATIONS,
  SOMEBODY,
  STUFF,
} from './lexicon/relations.ts';
import { readModifier } from './modifiers.ts';
import { type Core, readCore } from './noun-phrase.ts';
import type { Constraint, NounPhrase, Query, Span } from './query.ts';
import { tokenise } from './tokens.ts';

/**
 * Reads a referring expression. Never throws and never drops a word that matters: what cannot be interpreted
 * becomes an unresolved constraint with its words.
 */
export function readExpression(expression: string): Query {
  const text = expression.normalize('NFC').trim();
  const tokens = tokenise(text);
  const opening = OPENINGS.exec(text)?.[0].length ?? 0;
  const meant = tokens.filter((t) => t.start >= opening && !/^[?!.]$/.test(t.text));
  const c = new Cursor(text, meant.length > 0 ? meant : tokens);
  const target = readInverted(c) ?? readTarget(c);
  return {
    text,
    target: target.phrase,
    phrase: text.slice(...target.span),
    span: target.span,
    english: looksEnglish(tokens),
  };
}

interface Target {
  readonly phrase: NounPhrase;
  readonly span: Span;
}

/** "On the building to the right of the pole stands the sign": what leads in belongs to the last noun. */
function readInverted(c: Cursor): Target | undefined {
  return c.attempt(() => {
    if (c.match(RELATIONS) === undefined) return undefined;
    const leading: Constraint[] = [];
    while (!c.done) {
      const modifier = readModifier(c, { actor: false, readPhrase, readSubject });
      if (!modifier) break;
      leading.push(...modifier);
    }
    while (['VERB', 'AUX'].includes(c.peek().pos) || c.peek().lower === 'there' || c.peek().lower === ',')
      c.next();
    if (c.done) return undefined;
    const target = readTarget(c);
    return {
      ...target,
      phrase: { ...target.phrase, constraints: [...target.phrase.constraints, ...leading] },
    };
  });
}

function readTarget(c: Cursor): Target {
  const start = c.at;
  const core = readCore(c) ?? NOBODY;
  const constraints = [...core.constraints];
  const merged = readPartitive(c, core);
  const inner = merged ?? core;
  constraints.push(...(merged?.constraints ?? []));
  while (!c.done) {
    const found = readModifier(c, { ...contextOf(inner), actor: true });
    if (found) constraints.push(...found);
    else skipUnread(c, constraints);
  }
  const span: Span = core.span[1] > core.span[0] ? [core.span[0], inner.span[1]] : c.span(start);
  return { phrase: phraseOf(inner, constraints, c.said(start)), span };
}

/** A noun phrase inside a relation: takes what is said about it and leaves the rest to the outer noun. */
function readPhrase(c: Cursor): NounPhrase | undefined {
  const start = c.at;
  if (PRONOUNS.has(c.peek().lower)) {
    const words = c.next().text;
    return { words, nouns: ['thing'], plural: false, constraints: [], pronoun: true };
  }
  const core = readCore(c);
  if (!core) return undefined;
  const inner = readPartitive(c, core) ?? core;
  const constraints = inner === core ? [...core.constraints] : [...core.constraints, ...inner.constraints];
  while (!c.done && !belongsOutside(c, inner)) {
    const found = readModifier(c, contextOf(inner));
    if (!found) break;
    constraints.push(...found);
  }
  return phraseOf(inner, constraints, c.said(start));
}

const belongsOutside = (c: Cursor, core: Core): boolean =>
  c.peek().lower === 'and' || c.peek().lower === ',' || core.nouns.some((noun) => STUFF.has(noun));

/** The one who acts in "that someone is riding". */
function readSubject(c: Cursor): NounPhrase | undefined {
  const start = c.at;
  if (c.take(SOMEBODY)) return phraseOf({ ...NOBODY, nouns: ['person'] }, [], c.said(start));
  const core = readCore(c);
  return core && phraseOf(core, [...core.constraints], c.said(start));
}

const NOBODY: Core = { nouns: ['thing'], plural: false, constraints: [], span: [0, 0] };

const contextOf = (core: Core) => ({
  actor: core.nouns.some((noun) => ACTORS.has(noun) || ANYTHING.has(noun)),
  readPhrase,
  readSubject,
  ...(core.nth === undefined ? {} : { nth: core.nth }),
});

/** "a pair of shoes", "the tallest of the three people": the noun that is meant comes after "of". */
function readPartitive(c: Cursor, core: Core): Core | undefined {
  if (c.peek().lower !== 'of') return undefined;
  const head = core.nouns.at(-1)!;
  if (!PARTITIVES.has(head) && !ANYTHING.has(head)) return undefined;
  c.next();
  const of = readCore(c);
  if (!of) return undefined;
  const { count: _count, ...rest } = of;
  return { ...rest, plural: PARTITIVES.has(head) && head !== 'one', ...(core.nth ? { nth: core.nth } : {}) };
}

function phraseOf(core: Core, constraints: Constraint[], words: string): NounPhrase {
  const nouns = core.nouns.map((noun) => (ANYTHING.has(noun) ? 'thing' : noun));
  const placed = constraints.some((k) => k.kind === 'ordinal');
  if (core.nth !== undefined && !placed) {
    constraints.push({ kind: 'ordinal', nth: core.nth, from: 'left', words });
  }
  return {
    words,
    nouns,
    plural: core.plural,
    constraints,
    ...(core.count === undefined ? {} : { count: core.count }),
  };
}

/** Keeps a word that fits nowhere. */
function skipUnread(c: Cursor, constraints: Constraint[]): void {
  const token = c.next();
  if (token.pos === 'PUNCT' || token.pos === 'DET' || token.pos === 'CCONJ' || token.pos === 'AUX') return;
  const last = constraints.at(-1);
  if (last?.kind === 'unresolved' && !last.negated) {
    constraints[constraints.length - 1] = { ...last, words: `${last.words} ${token.text}` };
    return;
  }
  constraints.push({ kind: 'unresolved', words: token.text });
}
