import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenizerFile } from '../../../src/detector/grounding-dino/text.ts';
import { inCodePoints } from '../../../src/evaluate/parity/checks.ts';
import { GOLDEN_FOLDER, MODEL_FOLDER, miniTokeniser, readJsonFile } from './mini.ts';

interface Encoded {
  readonly text: string;
  readonly ids: readonly number[];
  /** In code points; those of [CLS] and [SEP] are [0, 0]. */
  readonly offsets: readonly (readonly [number, number])[];
}

const tokeniser = await miniTokeniser();
const { tokenise, special } = tokeniser;

/** As the reference encodes: with [CLS] and [SEP] around, and places counted in code points. */
function encode(text: string): Encoded {
  const tokens = tokenise(text);
  return {
    text,
    ids: [special.start, ...tokens.map(({ id }) => id), special.end],
    offsets: [[0, 0], ...inCodePoints(text, tokens), [0, 0]],
  };
}

const golden = (
  readJsonFile(`${GOLDEN_FOLDER}text.json`) as (Omit<Encoded, 'ids'> & { input_ids: number[] })[]
).map(({ text, input_ids: ids, offsets }): Encoded => ({ text, ids, offsets }));

/** What the tokenizers package for Python (0.23) makes of odd texts with the same tokenizer.json. */
const odd = readFileSync(new URL('./reference-texts.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Encoded);

describe('tokens and their places', () => {
  it.each(golden.map((wanted) => [wanted.text, wanted] as const))(
    'are the golden ones: %j',
    (text, wanted) => {
      expect(encode(text)).toEqual(wanted);
    },
  );

  it.each(odd.map((wanted) => [wanted.text, wanted] as const))(
    'are those of the reference in odd texts: %j',
    (text, wanted) => {
      expect(encode(text)).toEqual(wanted);
    },
  );

  it('are where the characters stand that they were made of, in UTF-16 units', () => {
    const text = '🐶 É[MASK]한';
    expect(tokenise(text).map((token) => [token.text, text.slice(token.start, token.end)])).toEqual([
      ['[UNK]', '🐶'],
      ['e', 'É'],
      ['[MASK]', '[MASK]'],
      ['ᄒ', '한'],
      ['##ᅡ', '한'],
      ['##ᆫ', '한'],
    ]);
  });
});

/** Texts of any characters, many of them odd. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        'the',
        ' ',
        'Dog',
        '.',
        '?',
        '[SEP]',
        '[MASK]',
        'é',
        '\u0301',
        '犬',
        '\u200b',
        '🐶',
        'İ',
      ),
    )
    .map((parts) => parts.join('')),
);

describe('tokenising any text', () => {
  it('gives places inside the text that never go back, and hold something', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let last = { start: 0, end: 0 };
        for (const token of tokenise(text)) {
          expect(token.start).toBeGreaterThanOrEqual(last.start);
          expect(token.end).toBeGreaterThanOrEqual(last.end);
          expect(token.end).toBeGreaterThan(token.start);
          expect(token.end).toBeLessThanOrEqual(text.length);
          // Pieces of one character share its place; others do not overlap.
          if (token.start < last.end) expect(token.start).toBe(last.start);
          last = token;
        }
      }),
    );
  });

  it('leaves out nothing that can be read', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const covered = new Set<number>();
        for (const { start, end } of tokenise(text)) for (let i = start; i < end; i++) covered.add(i);
        const lost = [...text.matchAll(/[\p{L}\p{N}\p{Sm}\p{Sc}\p{Sk}]/gu)].filter(
          ({ index }) => !covered.has(index),
        );
        expect(lost.map(([char]) => char)).toEqual([]);
      }),
    );
  });

  it('treats texts apart from each other: a blank between them changes neither', () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        const ids = (text: string) => tokenise(text).map(({ id }) => id);
        expect(ids(`${a} ${b}`)).toEqual([...ids(a), ...ids(b)]);
      }),
    );
  });
});

describe('a tokenizer.json', () => {
  const file = readJsonFile(`${MODEL_FOLDER}tokenizer.json`) as Record<string, object>;

  it.each([
    ['of another kind', { model: { ...file.model, type: 'BPE' } }, 'WordPiece'],
    ['that splits otherwise', { pre_tokenizer: { type: 'Whitespace' } }, 'BertPreTokenizer'],
    ['without a normaliser', { normalizer: null }, 'normalizer'],
    ['without the tokens that are needed', { model: { ...file.model, vocab: { dog: 1 } } }, '"." is missing'],
  ])('%s is refused, saying why', (_, change, said) => {
    const read = TokenizerFile.safeParse({ ...file, ...change });
    expect(JSON.stringify(read.error?.issues.map(({ path, message }) => [path, message]))).toContain(
      JSON.stringify(said).slice(1, -1),
    );
  });
});
