import * as z from 'zod';

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

/** Part of a text in UTF-16 units, half open. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A character (one code point) of a normalised text, and which character of the original text it comes from. */
export interface Traced extends Span {
  readonly char: string;
}

/** The switches of a BertNormalizer, as in tokenizer.json. */
export interface Normalisation {
  readonly cleanText: boolean;
  readonly spaceChinese: boolean;
  readonly stripAccents: boolean;
  readonly lowerCase: boolean;
}

/** Tab and line ends are blanks; every other control, format or private character disappears. */
const REMOVED = /[\0\ufffd\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u;
const BLANK = /\s/u;
/** The blocks of ideographs that BERT takes for words of one character each. */
const IDEOGRAPH =
  /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/u;
const ACCENTS = /\p{Mn}/gu;

/**
 * What BERT makes of a text before it looks for words, character by character, so that each knows where it comes
 * from: an accent that was stripped or a control character that was removed belongs to no one, and what one
 * character became (three parts of a Korean syllable) all comes from it.
 */
function normalise(text: string, how: Normalisation): Traced[] {
  const traced: Traced[] = [];
  let start = 0;
  for (const char of text) {
    const end = start + char.length;
    for (const made of become(char, how)) traced.push({ char: made, start, end });
    start = end;
  }
  return traced;
}

function become(char: string, { cleanText, spaceChinese, stripAccents, lowerCase }: Normalisation): string {
  let made = char;
  if (cleanText) {
    if (BLANK.test(char) && !/[\v\f\ufeff]/.test(char)) return ' ';
    if (REMOVED.test(char)) return '';
  }
  if (stripAccents) made = made.normalize('NFD').replace(ACCENTS, '');
  // Each character by itself: a whole word would end in another sigma.
  if (lowerCase) made = Array.from(made, (one) => one.toLowerCase()).join('');
  return spaceChinese && IDEOGRAPH.test(char) ? ` ${made} ` : made;
}

/** A word piece and where it stands in the text it was made from, in UTF-16 units. */
export interface Token extends Span {
  readonly id: number;
  readonly text: string;
}

export interface Tokeniser {
  /** The word pieces of a text, without [CLS] and [SEP]; a special token written out in the text is itself. */
  tokenise(text: string): Token[];
  /** The ids that stand around, behind and between phrases: [CLS] [SEP] [PAD] and "." */
  readonly special: {
    readonly start: number;
    readonly end: number;
    readonly pad: number;
    readonly period: number;
  };
  /** The ids that no phrase goes beyond: [CLS] [SEP] . ? */
  readonly separators: ReadonlySet<number>;
  /** The text of some ids as the reference writes it. */
  decode(ids: readonly number[]): string;
}

const NOT_AT_WORDS = { single_word: z.literal(false), lstrip: z.literal(false), rstrip: z.literal(false) };

/** The tokens that Grounding DINO cannot do without. */
const SPECIAL = { start: '[CLS]', end: '[SEP]', pad: '[PAD]', period: '.', question: '?' } as const;

/** What a tokenizer.json must be, to be read like the one of BERT. */
export const TokenizerFile = z
  .looseObject({
    added_tokens: z.array(z.looseObject({ id: z.int(), content: z.string().min(1), ...NOT_AT_WORDS })).min(1),
    normalizer: z.looseObject({
      type: z.literal('BertNormalizer'),
      clean_text: z.boolean(),
      handle_chinese_chars: z.boolean(),
      strip_accents: z.boolean().nullable(),
      lowercase: z.boolean(),
    }),
    pre_tokenizer: z.looseObject({ type: z.literal('BertPreTokenizer') }),
    model: z.looseObject({
      type: z.literal('WordPiece'),
      continuing_subword_prefix: z.string(),
      unk_token: z.string(),
      vocab: z.record(z.string(), z.int()),
    }),
  })
  .superRefine((file, { addIssue }) => {
    const ids = idsOf(file);
    for (const token of [...Object.values(SPECIAL), file.model.unk_token]) {
      if (!ids.has(token)) addIssue(`The token "${token}" is missing.`);
    }
  });

export const TokenizerConfigFile = z.looseObject({});

type Tokens = Pick<z.infer<typeof TokenizerFile>, 'added_tokens' | 'model'>;

const idsOf = ({ added_tokens, model }: Tokens): ReadonlyMap<string, number> =>
  new Map([...Object.entries(model.vocab), ...added_tokens.map(({ content, id }) => [content, id] as const)]);

/** Every sign is a word of its own: what Unicode calls punctuation, and what looks like it in ASCII. */
const SIGN = /[\p{P}!-/:-@[-`{-~]/u;

/**
 * BERT's tokens with their places in the text. The pieces of a word come from the library; the words are found
 * here, because it tells no offsets, and because its own reading of some characters (ideographs beyond 16 bits, a
 * final sigma) is not that of the reference.
 */
export async function createTokeniser(
  file: z.infer<typeof TokenizerFile>,
  config: object,
): Promise<Tokeniser> {
  // Loaded when needed: other detectors do not read text.
  const { Tokenizer } = await import('@huggingface/tokenizers');
  const library = new Tokenizer(file, config);
  const ids = idsOf(file);
  const added = new Map(file.added_tokens.map(({ content, id }) => [content, id]));
  const prefix = file.model.continuing_subword_prefix.length;
  const { lowercase, strip_accents, clean_text, handle_chinese_chars } = file.normalizer;
  const how: Normalisation = {
    cleanText: clean_text,
    spaceChinese: handle_chinese_chars,
    stripAccents: strip_accents ?? lowercase,
    lowerCase: lowercase,
  };

  function piecesOf(word: readonly Traced[]): Token[] {
    const whole = { start: word[0]!.start, end: word.at(-1)!.end };
    const pieces: readonly string[] = library.model!.encode([word.map(({ char }) => char).join('')]);
    if (pieces.length === 1) return [{ id: ids.get(pieces[0]!)!, text: pieces[0]!, ...whole }];
    let at = 0;
    return pieces.map((text, i) => {
      const length = [...text].length - (i === 0 ? 0 : prefix);
      const [first, last] = [word[at]!, word[at + length - 1]!];
      at += length;
      return { id: ids.get(text)!, text, start: first.start, end: last.end };
    });
  }

  const special = (name: keyof typeof SPECIAL): number => ids.get(SPECIAL[name])!;
  const splitter = literal([...added.keys()]);
  return {
    special: {
      start: special('start'),
      end: special('end'),
      pad: special('pad'),
      period: special('period'),
    },
    separators: new Set([special('start'), special('end'), special('period'), special('question')]),
    tokenise: (text) =>
      split(text, splitter).flatMap(({ part, at }) => {
        const id = added.get(part);
        if (id !== undefined) return [{ id, text: part, start: at, end: at + part.length }];
        return words(normalise(part, how))
          .flatMap(piecesOf)
          .map((token) => moved(token, at));
      }),
    decode: (all) => (all.length === 0 ? '' : library.decode([...all])),
  };
}

const moved = (token: Token, by: number): Token => ({
  ...token,
  start: token.start + by,
  end: token.end + by,
});

/** Matches any of some texts, the longest first. */
const literal = (texts: readonly string[]): RegExp =>
  new RegExp(
    `(${texts
      .toSorted((a, b) => b.length - a.length)
      .map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('|')})`,
  );

function split(text: string, splitter: RegExp): { part: string; at: number }[] {
  let at = 0;
  return text.split(splitter).map((part) => {
    const found = { part, at };
    at += part.length;
    return found;
  });
}

/** Blanks part words; each sign is one. */
function words(text: readonly Traced[]): Traced[][] {
  const found: Traced[][] = [];
  let open = false;
  for (const traced of text) {
    const sign = SIGN.test(traced.char);
    const blank = BLANK.test(traced.char);
    if (!blank && open && !sign) found.at(-1)!.push(traced);
    else if (!blank) found.push([traced]);
    open = !blank && !sign;
  }
  return found;
}
