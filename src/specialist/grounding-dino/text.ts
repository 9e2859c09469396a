import type { Span } from './normalise.ts';
import type { Token, Tokeniser } from './tokenise.ts';

/** The tokens of one phrase in a prompt: positions, half open. */
export interface TokenRange {
  readonly from: number;
  readonly to: number;
}

/** A phrase of the caller in a prompt. */
export interface PlacedPhrase extends TokenRange {
  /** Which prompt. */
  readonly prompt: number;
  /** Its tokens; their places are those in the phrase as the caller wrote it, in UTF-16 units. */
  readonly tokens: readonly Token[];
  /** Whether its end had to be left out, because it is longer than the model can read. */
  readonly truncated: boolean;
}

export interface Prompts {
  /** What the model reads in one run each: the ids of "[CLS] a cat . a dog . [SEP]". */
  readonly prompts: readonly (readonly number[])[];
  /** Aligned with the caller's phrases; undefined where nothing is left to look for. */
  readonly phrases: readonly (PlacedPhrase | undefined)[];
}

/**
 * A phrase as it stands in a prompt: lower case, and without the signs that would part it in two. As long as it was,
 * so that a place in it stays a place in it: "İ" would become two characters, one of which BERT drops.
 */
export const plain = (phrase: string): string =>
  phrase.replace(/[.?]/g, ' ').replaceAll('İ', 'i').toLowerCase();

/** [CLS], "." and [SEP]. */
const SIGNS = 3;

/**
 * Puts phrases into as few prompts as their order allows, each of at most `maxTokens` tokens. Phrases of the same
 * tokens are asked once, and those without any never. The ids are those of the joined text "a cat. a dog.": a "."
 * is always a token of its own.
 */
export function writePrompts(
  phrases: readonly string[],
  { tokenise, special }: Tokeniser,
  maxTokens: number,
): Prompts {
  const prompts: number[][] = [];
  const known = new Map<string, { prompt: number; from: number }>();

  function place(key: string, ids: readonly number[]): { prompt: number; from: number } {
    const placed = known.get(key);
    if (placed) return placed;
    let prompt = prompts.at(-1);
    if (!prompt || prompt.length + ids.length + 2 > maxTokens) {
      prompt = [special.start];
      prompts.push(prompt);
    }
    const added = { prompt: prompts.length - 1, from: prompt.length };
    prompt.push(...ids, special.period);
    known.set(key, added);
    return added;
  }

  const placed = phrases.map((phrase): PlacedPhrase | undefined => {
    const all = tokenise(plain(phrase));
    if (all.length === 0) return undefined;
    const tokens = all.slice(0, maxTokens - SIGNS);
    const ids = tokens.map(({ id }) => id);
    const { prompt, from } = place(ids.join(), ids);
    return { prompt, from, to: from + ids.length, tokens, truncated: tokens.length < all.length };
  });
  for (const prompt of prompts) prompt.push(special.end);
  return { prompts, phrases: placed };
}

/** Where the phrases of any ids lie, as the model itself parts them: at [CLS], [SEP], "." and "?". */
export function phrasesOf(ids: readonly number[], separators: ReadonlySet<number>): TokenRange[] {
  const ranges: TokenRange[] = [];
  let from = 0;
  for (let at = 0; at <= ids.length; at++) {
    if (at < ids.length && !separators.has(ids[at]!)) continue;
    if (at > from) ranges.push({ from, to: at });
    from = at + 1;
  }
  return ranges;
}

/**
 * The tokens of a phrase that a part of it touches, for scoring only that part ("focus").
 * @param span in UTF-16 units of the phrase as the caller wrote it
 * @returns undefined when it touches none: blanks, or an end that was left out
 */
export function rangeOfSpan({ tokens, from }: PlacedPhrase, span: Span): TokenRange | undefined {
  const touched = (token: Span) => token.start < span.end && token.end > span.start;
  const first = tokens.findIndex(touched);
  if (first < 0) return undefined;
  return { from: from + first, to: from + tokens.findLastIndex(touched) + 1 };
}
