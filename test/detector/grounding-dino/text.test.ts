import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { phrasesOf, plain, rangeOfSpan, writePrompts } from '../../../src/detector/grounding-dino/text.ts';
import { GOLDEN_FOLDER, miniTokeniser, readJsonFile } from './mini.ts';

const tokeniser = await miniTokeniser();
const write = (phrases: readonly string[], maxTokens = 256) => writePrompts(phrases, tokeniser, maxTokens);
const idsOf = (text: string) => tokeniser.tokenise(text).map(({ id }) => id);
const { start, end } = tokeniser.special;

const word = fc.constantFrom(
  'dog',
  'the red bus',
  'café',
  "woman's",
  '犬',
  'U.S. flag?',
  '',
  '  ',
  '???',
  '\u200b',
);
const phrase = fc.oneof(word, fc.string({ unit: 'grapheme', maxLength: 12 }));
const phrases = fc.array(phrase, { maxLength: 12 });

describe('prompts', () => {
  it('are lower case, joined by "." and end with one', () => {
    const { prompts } = write(['A cat', ' a Dog ']);
    expect(prompts).toEqual([[start, ...idsOf('a cat. a dog.'), end]]);
  });

  it('are what the reference would make of the joined text', () => {
    fc.assert(
      fc.property(phrases, (asked) => {
        const kept = asked.map(plain).filter((text) => idsOf(text).length > 0);
        const distinct = [...new Map(kept.map((text) => [idsOf(text).join(), text])).values()];
        const text = distinct.map((one) => `${one}. `).join('');
        const { prompts } = write(asked);
        expect(prompts.flat()).toEqual(distinct.length > 0 ? [start, ...idsOf(text), end] : []);
      }),
    );
  });

  it('know where each phrase lies: where the model parts it, and nothing else does', () => {
    fc.assert(
      fc.property(phrases, fc.integer({ min: 8, max: 64 }), (asked, maxTokens) => {
        const written = write(asked, maxTokens);
        const seen = written.phrases.filter((placed) => placed !== undefined);
        for (const [i, ids] of written.prompts.entries()) {
          expect(ids.length).toBeLessThanOrEqual(maxTokens);
          const ranges = phrasesOf(ids, tokeniser.separators);
          const placed = seen.filter(({ prompt }) => prompt === i).map(({ from, to }) => `${from}-${to}`);
          expect([...new Set(placed)].sort()).toEqual(ranges.map(({ from, to }) => `${from}-${to}`).sort());
        }
        for (const { prompt, from, to, tokens } of seen) {
          expect(written.prompts[prompt]!.slice(from, to)).toEqual(tokens.map(({ id }) => id));
        }
      }),
    );
  });

  it('keep a phrase whole that holds a "." or a "?"', () => {
    const { prompts, phrases: placed } = write(['the bus no. 22', 'is it a dog?']);
    expect(phrasesOf(prompts[0]!, tokeniser.separators)).toHaveLength(2);
    expect(placed.map((p) => p && p.to - p.from)).toEqual([4, 4]);
  });

  it('do not let a special token through that somebody wrote out', () => {
    const [ids] = write(['[SEP] dog [CLS]']).prompts;
    expect(phrasesOf(ids!, tokeniser.separators)).toHaveLength(1);
    expect(ids!.filter((id) => id === start || id === end)).toHaveLength(2);
  });

  it('ask the same once, and nothing never', () => {
    const { prompts, phrases: placed } = write(['a dog', '???', 'A  DOG.', '\u200b', '']);
    expect(prompts).toEqual([[start, ...idsOf('a dog.'), end]]);
    expect(placed.map((p) => p && [p.prompt, p.from, p.to])).toEqual([
      [0, 1, 3],
      undefined,
      [0, 1, 3],
      undefined,
      undefined,
    ]);
    expect(write(['?', '.']).prompts).toEqual([]);
  });

  it('are several where one does not hold all phrases', () => {
    const { prompts, phrases: placed } = write(['a b c', 'd e f', 'g h i'], 10);
    expect(prompts.map((ids) => ids.length)).toEqual([10, 6]);
    expect(placed.map((p) => p?.prompt)).toEqual([0, 0, 1]);
  });

  it('cut off a phrase that is too long by itself, and say so', () => {
    const long = Array.from({ length: 300 }, () => 'very').join(' ');
    const { prompts, phrases: placed } = write(['dog', long]);
    expect(prompts.map((ids) => ids.length)).toEqual([4, 256]);
    expect(prompts[1]!.slice(-2)).toEqual([tokeniser.special.period, end]);
    expect(placed.map((p) => p?.truncated)).toEqual([false, true]);
  });
});

describe('phrases of any ids', () => {
  interface Text {
    readonly text: string;
    readonly input_ids: readonly number[];
    readonly phrase_token_positions: readonly (readonly number[])[];
  }
  const golden = readJsonFile(`${GOLDEN_FOLDER}text.json`) as Text[];

  it.each(golden.map((text) => [text.text, text] as const))('are the golden ones: %j', (_, wanted) => {
    const positions = phrasesOf(wanted.input_ids, tokeniser.separators).map(({ from, to }) =>
      Array.from({ length: to - from }, (_, i) => from + i),
    );
    expect(positions).toEqual(wanted.phrase_token_positions);
  });
});

describe('a part of a phrase', () => {
  const place = (asked: string, part: string) => {
    const [placed] = write([asked]).phrases;
    const at = asked.indexOf(part);
    const range = rangeOfSpan(placed!, { start: at, end: at + part.length });
    return (
      range &&
      placed!.tokens.slice(range.from - placed!.from, range.to - placed!.from).map(({ text }) => text)
    );
  };

  it.each([
    ['the Woman in the red coat', 'Woman', ['woman']],
    ['a skateboard, red', 'skateboard', ['skate', '##board']],
    ['a skateboard', 'board', ['##board']],
    ['İstanbul in the SKY', 'SKY', ['sky']],
    ['🐶 no. 22 dog', 'dog', ['dog']],
    ['café table', 'afé t', ['cafe', 'table']],
    ['a  dog', '  ', undefined],
  ])('of %j, %j, is found among its tokens', (asked, part, tokens) => {
    expect(place(asked, part)).toEqual(tokens);
  });

  it('covers a token exactly when it touches its characters, whatever the phrase', () => {
    fc.assert(
      fc.property(phrase, fc.nat(20), fc.nat(20), (asked, a, length) => {
        const [, placed] = write(['a first one', asked]).phrases;
        fc.pre(placed !== undefined);
        const span = { start: a, end: a + length };
        const range = rangeOfSpan(placed!, span);
        const touched = placed!.tokens.flatMap((t, i) =>
          t.start < span.end && t.end > span.start ? [placed!.from + i] : [],
        );
        const covered = range ? Array.from({ length: range.to - range.from }, (_, i) => range.from + i) : [];
        expect(covered).toEqual(touched);
      }),
    );
  });

  it('has its places in the phrase as it was written, though that is changed before it is read', () => {
    fc.assert(
      fc.property(phrase, (asked) => {
        expect(plain(asked)).toHaveLength(asked.length);
      }),
    );
  });
});
