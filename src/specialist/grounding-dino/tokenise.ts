import { Tokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { type Normalisation, normalise, type Span, type Traced } from './normalise.ts';

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
const BLANK = /\s/u;

/**
 * BERT's tokens with their places in the text. The pieces of a word come from the library; the words are found
 * here, because it tells no offsets, and because its own reading of some characters (ideographs beyond 16 bits, a
 * final sigma) is not that of the reference.
 */
export function createTokeniser(file: z.infer<typeof TokenizerFile>, config: object): Tokeniser {
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
