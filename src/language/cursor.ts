import type { Span } from './query.ts';
import type { Token } from './tokens.ts';

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
