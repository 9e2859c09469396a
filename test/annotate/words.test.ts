import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { broken, harmless, shortened } from '../../src/annotate/labels.ts';

/** Every character ten pixels wide. */
const draw = async (text: string) => ({ text, width: 10 * [...text].length });

describe('harmless', () => {
  it.each([
    ['two\nlines\tand  blanks ', 'two lines and blanks'],
    ['bell\u0007 and \u0000nul', 'bell and nul'],
    ['safe\u202egnp.exe\u2066', 'safegnp.exe'],
    ['half \ud83d pair', 'half pair'],
    ['the 🐶 there ❤️', 'the there'],
    ['z\u0300\u0301\u0302\u0303\u0304algo', 'z\u0300\u0301algo'],
    ['<b>&amp;', '<b>&amp;'],
    ['e\u0301tude', '\u00e9tude'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
  ])('%j', (given, wanted) => expect(harmless(given)).toBe(wanted));

  it('leaves no control, direction or lone surrogate character in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const clean = harmless(text);
        expect(clean).not.toMatch(/\p{Cc}|\p{Cs}|[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/u);
        expect(harmless(clean)).toBe(clean);
      }),
    );
  });

  it('bears text of any length', () => {
    expect(harmless('x '.repeat(1e6)).length).toBeLessThan(3000);
  });
});

describe('shortened', () => {
  it('leaves what fits', async () => {
    expect((await shortened('dog 87 %', 80, draw)).text).toBe('dog 87 %');
  });

  it('ends in an ellipsis, and keeps the percentage', async () => {
    expect((await shortened('the upper dog', 100, draw)).text).toBe('the upper…');
    expect((await shortened('the upper dog 87 %', 140, draw)).text).toBe('the uppe… 87 %');
  });

  it('does not cut a letter from its accents', async () => {
    expect((await shortened('x\u0323\u0301x\u0323\u0301x\u0323\u0301', 50, draw)).text).toBe(
      'x\u0323\u0301…',
    );
  });

  it('fits whenever an ellipsis does, and loses no more than it must', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.stringMatching(/^[a-z]{1,300}$/),
        fc.integer({ min: 1, max: 200 }),
        async (text, n) => {
          const { text: kept, width } = await shortened(text, n * 10, draw);
          expect(width).toBeLessThanOrEqual(n * 10);
          if (kept !== text) expect(kept.length).toBe(Math.min(n, 121));
          expect(text.startsWith(kept.replace('…', ''))).toBe(true);
        },
      ),
    );
  });
});

describe('broken', () => {
  const lines = async (text: string, maxWidth: number) =>
    (await broken(text, maxWidth, 3, draw)).map((line) => line.text);

  it('breaks between words', async () => {
    expect(await lines('not present: the cat', 200)).toEqual(['not present: the cat']);
    expect(await lines('not present: the cat', 130)).toEqual(['not present:', 'the cat']);
    expect(await lines('a b', 10)).toEqual(['a', 'b']);
  });

  it('shortens a word that fits in no line, and the last line', async () => {
    expect(await lines('incomprehensibilities', 100)).toEqual(['incompreh…']);
    expect(await lines('one two three four five', 50)).toEqual(['one', 'two', 'thre…']);
  });

  it('never exceeds the width or the number of lines, and keeps the order of words', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 60 }),
        async (words, n) => {
          const result = await broken(words.join(' '), n * 10, 3, draw);
          expect(result.length).toBeLessThanOrEqual(3);
          for (const { width } of result) expect(width).toBeLessThanOrEqual(n * 10);
          const whole = result.map((line) => line.text).join(' ');
          if (!whole.includes('…')) expect(whole).toBe(words.join(' '));
        },
      ),
    );
  });
});
