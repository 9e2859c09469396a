import { LRUCache } from 'lru-cache';
import model from 'wink-eng-lite-web-model';
import winkNLP from 'wink-nlp';
import { COLOURS } from './lexicon/colours.ts';
import { PLACES, SIZES, SUPERLATIVES } from './lexicon/places.ts';
import { RELATIONS, VERBS } from './lexicon/relations.ts';
import { ACTORS } from './lexicon/things.ts';
import * as little from './lexicon/words.ts';
import { FOREIGN, SHORTHAND, SINGULARS, words } from './lexicon/words.ts';
import type { Span } from './query.ts';
import { nearWord } from './spelling.ts';

/** One word, quoted text or punctuation mark of the expression. */
export interface Token {
  readonly text: string;
  /** Lower case, with shorthand spelled out ("w/" -> "with"). */
  readonly lower: string;
  /** Singular noun or base verb. */
  readonly lemma: string;
  /** Universal part of speech; QUOTE for quoted text, POSS for the 's of an owner, EMOJI, URL, REST. */
  readonly pos: string;
  readonly start: number;
  readonly end: number;
  /** The word that this one, which no dictionary has, was taken for. */
  readonly meant?: string;
}

/** A web address, with or without its scheme; the tagger's own pattern for one takes exponential time. */
const ADDRESS = /(?:[a-zA-Z]{1,10}:)?\/\/\S+/u;

/** In the order in which they are tried at each place. */
const PIECES = new RegExp(
  [
    ADDRESS,
    // A quotation at the very start is the whole expression, pasted with its quotation marks.
    /(?<!^)(?:"[^"]+"|“[^”]+”)|(?<=\s)['‘][^'’]+['’](?=\s|$)/u,
    /\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\ufe0f|\u200d\p{Extended_Pictographic})*/u,
    // "w/", "w/o", "w/out"
    /[wW]\/(?:o(?:ut)?(?![\p{L}\p{N}]))?/u,
    // The owner's mark: "man's", "girls'".
    /['’]s(?![\p{L}\p{N}])|(?<=s)['’](?=\s)/u,
    /[\p{L}\p{N}\p{M}]+(?:(?:[.-]|['’](?!s(?![\p{L}\p{N}])))[\p{L}\p{N}\p{M}]+)*/u,
    /\S/u,
  ]
    .map((piece) => piece.source)
    .join('|'),
  'gu',
);
const ADDRESSES = new RegExp(ADDRESS.source, 'gu');
const IS_ADDRESS = new RegExp(`^${ADDRESS.source}`, 'u');

let tagger: ReturnType<typeof winkNLP> | undefined;

/** Part of speech and lemma by the end of each word, as wink-nlp sees them; an address is a word to it. */
/** Words that the tagger does not know are numbered from here on. */
let firstUnknown = Number.POSITIVE_INFINITY;

function tagged(text: string): Map<number, { pos: string; lemma: string; known: boolean }> {
  if (!tagger) {
    tagger = winkNLP(model, ['sbd', 'pos']);
    firstUnknown = Number(tagger.readDoc('zqxjkvb').tokens().itemAt(0).out(tagger.its.uniqueId));
  }
  const { its } = tagger;
  const tokens = tagger.readDoc(text.replace(ADDRESSES, (address) => 'x'.repeat(address.length))).tokens();
  const values = tokens.out() as string[];
  const spaces = tokens.out(its.precedingSpaces) as string[];
  const pos = tokens.out(its.pos) as string[];
  // wink-nlp declares its.lemma with an argument too many for a collection.
  const lemmas = tokens.out(its.lemma as never) as string[];
  const ids = tokens.out(its.uniqueId as never) as unknown as number[];
  const byEnd = new Map<number, { pos: string; lemma: string; known: boolean }>();
  let at = 0;
  values.forEach((value, i) => {
    at += (spaces[i] ?? '').length + value.length;
    const known = (ids[i] ?? 0) < firstUnknown;
    byEnd.set(at, { pos: pos[i] ?? 'X', lemma: lemmas[i] ?? value.toLowerCase(), known });
  });
  return byEnd;
}

function singular(lower: string, lemma: string): string {
  const known = Object.hasOwn(SINGULARS, lower) ? SINGULARS[lower] : undefined;
  if (known) return known;
  // The lemma of "lighter" is an adjective's; only a plural needs another form.
  if (!lower.endsWith('s')) return lower;
  const dash = lower.lastIndexOf('-');
  return dash < 0 || lemma.includes('-') ? lemma : lower.slice(0, dash + 1) + lemma;
}

/** After these 's is "is" ("that's eating"); after any other word it makes an owner. */
const BEFORE_IS = words('that who what where there here it he she which');

function partOfSpeech(piece: string, tag: string, before: Token | undefined): string {
  if (IS_ADDRESS.test(piece)) return 'URL';
  if (/^["“'‘].+["”'’]$/u.test(piece)) return 'QUOTE';
  if (/^\p{Extended_Pictographic}/u.test(piece)) return 'EMOJI';
  if (/^['’]s?$/.test(piece)) return before && BEFORE_IS.has(before.lower) ? 'AUX' : 'POSS';
  if (/^\p{P}$/u.test(piece) && piece !== '&') return 'PUNCT';
  // "left" is a verb to the tagger and "right" an adverb; here they must mean the same mirrored.
  if (/^(left|right)$/i.test(piece)) return 'ADJ';
  // The tagger takes "can" for the auxiliary wherever it stands; after a first word it is the thing.
  return tag === 'AUX' && piece.toLowerCase() === 'can' && before ? 'NOUN' : tag;
}

/** A follow-up looks at the same few texts again and again. */
const known = new LRUCache<string, readonly Token[]>({ max: 16 });

/** Splits an expression into tokens whose spans are character offsets of `text`. */
export function tokenise(text: string): readonly Token[] {
  const tokens = known.get(text) ?? corrected(text, split(text));
  known.set(text, tokens);
  return tokens;
}

function split(text: string): readonly Token[] {
  // The tagger knows words better in lower case: in capitals they are names to it.
  const shouted = !/\p{Ll}/u.test(text) && text.toLowerCase().length === text.length;
  const tags = tagged(shouted ? text.toLowerCase() : text);
  const tokens: Token[] = [];
  for (const match of text.matchAll(PIECES)) {
    const piece = match[0];
    const start = match.index;
    const end = start + piece.length;
    const tag = tags.get(end);
    const pos = partOfSpeech(piece, tag?.pos ?? 'X', tokens.at(-1));
    const folded = piece.toLowerCase().replaceAll('’', "'");
    const lower =
      pos === 'AUX' && folded === "'s"
        ? 'is'
        : ((Object.hasOwn(SHORTHAND, folded) ? SHORTHAND[folded] : undefined) ?? folded);
    const lemma = singular(lower, (tag?.lemma ?? lower).toLowerCase());
    const unknown = tag !== undefined && !tag.known && lower === folded && pos !== 'URL';
    const meant = unknown ? nearWord(lower) : undefined;
    tokens.push({ text: piece, lower, lemma, pos, start, end, ...(meant !== undefined && { meant }) });
    if (tokens.length === MAX_TOKENS) return [...tokens.slice(0, -1), restOf(text, start)];
  }
  return tokens;
}

/** The tokens as if what was meant had been said; each stands where it was. */
function corrected(text: string, tokens: readonly Token[]): readonly Token[] {
  if (!tokens.some(({ meant }) => meant) || !looksEnglish(tokens)) return tokens.map(asSaid);
  let right = '';
  let from = 0;
  for (const { meant, start, end } of tokens) {
    right += text.slice(from, start) + (meant ?? text.slice(start, end));
    from = end;
  }
  const read = split(right);
  if (read.length !== tokens.length) return tokens.map(asSaid);
  return tokens.map(({ text, start, end, meant }, i) => ({
    ...asSaid(read[i]!),
    ...{ text, start, end },
    ...(meant !== undefined && { meant }),
  }));
}

const asSaid = ({ meant: _, ...token }: Token): Token => token;

/** Nobody says so much of one thing; what follows is one token, which nothing interprets. */
const MAX_TOKENS = 120;

function restOf(text: string, start: number): Token {
  const rest = text.slice(start);
  return { text: rest, lower: rest, lemma: rest, pos: 'REST', start, end: text.length };
}

const END: Token = { text: '', lower: '', lemma: '', pos: 'END', start: 0, end: 0 };

/** A position in the tokens of one expression. */
export class Cursor {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  at = 0;
  /** How many noun phrases the position is inside of. */
  depth = 0;

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text;
    this.#tokens = tokens;
  }

  get done(): boolean {
    return this.at >= this.#tokens.length;
  }

  /** The token `ahead` places on; an empty END token past the last one. */
  peek(ahead = 0): Token {
    return this.#tokens[this.at + ahead] ?? END;
  }

  /** The token before position `at`; an empty END token before the first one. */
  before(at = this.at): Token {
    return this.#tokens[at - 1] ?? END;
  }

  /** Moves past the next token; past the last one it stays where it is. */
  next(): Token {
    const token = this.peek();
    if (!this.done) this.at++;
    return token;
  }

  /** Moves past the next token if it is in the set, and returns it. */
  take(set: ReadonlySet<string>): Token | undefined {
    return !this.done && set.has(this.peek().lower) ? this.next() : undefined;
  }

  takeAll(set: ReadonlySet<string>): void {
    while (this.take(set));
  }

  /** The longest phrase of the table that starts `ahead` places on, without moving. */
  match<T>(table: ReadonlyMap<string, T>, ahead = 0): { meaning: T; length: number } | undefined {
    const from = this.at + ahead;
    const longest = Math.min(longestFrom(table, this.peek(ahead).lower), this.#tokens.length - from);
    for (let length = longest; length > 0; length--) {
      const part = this.#tokens.slice(from, from + length);
      const meaning = table.get(part.map((t) => t.lower).join(' '));
      if (meaning !== undefined) return { meaning, length };
    }
    return undefined;
  }

  takePhrase<T>(table: ReadonlyMap<string, T>): T | undefined {
    const found = this.match(table);
    if (!found) return undefined;
    this.at += found.length;
    return found.meaning;
  }

  /** Runs `read`; if it returns undefined the cursor goes back to where it was. */
  attempt<T>(read: () => T | undefined): T | undefined {
    const start = this.at;
    const result = read();
    if (result === undefined) this.at = start;
    return result;
  }

  span(from: number, to = this.at): Span {
    const first = this.#tokens[from];
    const last = this.#tokens[to - 1];
    return first && last && to > from ? [first.start, last.end] : [0, 0];
  }

  /** The words of tokens [from, to) as they were written. */
  said(from: number, to = this.at): string {
    const [start, end] = this.span(from, to);
    return this.#text.slice(start, end);
  }
}

/** By the first word of its phrases, how many words the longest of them has. */
const longest = new WeakMap<ReadonlyMap<string, unknown>, ReadonlyMap<string, number>>();

/** How many words a phrase of the table that begins with this word may have; 0 where none does. */
function longestFrom(table: ReadonlyMap<string, unknown>, word: string): number {
  const known = longest.get(table) ?? firstWords(table);
  longest.set(table, known);
  return known.get(word) ?? 0;
}

function firstWords(table: ReadonlyMap<string, unknown>): Map<string, number> {
  const found = new Map<string, number>();
  for (const phrase of table.keys()) {
    const words = phrase.split(' ');
    found.set(words[0]!, Math.max(found.get(words[0]!) ?? 0, words.length));
  }
  return found;
}

const OTHER_SCRIPT = /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u;

/**
 * Whether the words look like English. A lone noun does, since there is nothing against it; emoji alone do not,
 * and a word in another script settles it.
 */
export function looksEnglish(tokens: readonly Token[]): boolean {
  const spoken = tokens.filter((t) => /[\p{L}\p{N}]/u.test(t.text) && t.pos !== 'QUOTE');
  if (spoken.length === 0 || spoken.some((t) => OTHER_SCRIPT.test(t.text))) return false;
  const known = spoken.filter((t) => isOurs(t.lower)).length;
  const foreign = spoken.filter((t) => isForeign(t.lower)).length;
  return known >= foreign;
}

const isForeign = (word: string): boolean =>
  !isOurs(word) && (FOREIGN.has(word) || /^[ldnsc]'\p{L}/u.test(word));

const SETS = [
  little.DETERMINERS,
  little.AUXILIARIES,
  little.PRONOUNS,
  little.RELATIVES,
  little.NEGATIONS,
  little.CONJUNCTIONS,
  ACTORS,
];
const TABLES: ReadonlyArray<ReadonlyMap<string, unknown>> = [
  RELATIONS,
  VERBS,
  PLACES,
  COLOURS,
  SIZES,
  SUPERLATIVES,
];
const isOurs = (word: string): boolean =>
  SETS.some((set) => set.has(word)) || TABLES.some((table) => table.has(word));
