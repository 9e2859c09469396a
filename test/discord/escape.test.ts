import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapedWithin, escapeText } from '../../adapters/discord/outgoing.ts';
import { truncate } from '../../src/text.ts';

describe('text for Discord', () => {
  it.each([
    ['Found the dog. (presence 93 %)', 'Found the dog. (presence 93 %)'],
    ['1. dog, fits 80 %\n2. cat', '1. dog, fits 80 %\n2. cat'],
    [
      '**bold** _it_ `code` ~~no~~ ||hid||',
      '\\*\\*bold\\*\\* \\_it\\_ \\`code\\` \\~\\~no\\~\\~ \\|\\|hid\\|\\|',
    ],
    ['C:\\dogs', 'C:\\\\dogs'],
    ['<@123> <@&5> <#7> <t:1> <:a:1>', '\\<@123> \\<@&5> \\<#7> \\<t:1> \\<:a:1>'],
    ['@everyone and @HERE', '@\u200beveryone and @\u200bHERE'],
    ['ann@home.org', 'ann@home.org'],
    ['[click](https://bad.example)', '\\[click](https://bad.example)'],
    ['> quote\n# big\n-# small\n- item', '\\> quote\n\\# big\n\\-# small\n\\- item'],
    ['  > quote', '  \\> quote'],
    ['a > b, c # d - e', 'a > b, c # d - e'],
    ['die Hündin links, 左の犬 🐕', 'die Hündin links, 左の犬 🐕'],
  ])('%j', (text, escaped) => {
    expect(escapeText(text)).toBe(escaped);
  });

  it('is kept whole where it has room', () => {
    expect(escapedWithin('the dog', 2000)).toEqual({ text: 'the dog', whole: true });
    expect(escapedWithin('x'.repeat(2000), 2000).whole).toBe(true);
  });

  it('ends with whole lines where it has no room', () => {
    const lines = Array.from({ length: 300 }, (_, i) => `${i}. dog`);
    const { text, whole } = escapedWithin(lines.join('\n'), 100);
    expect(whole).toBe(false);
    expect(text).toMatch(/^0\. dog\n[\s\S]*\n…$/);
    expect(text.length).toBeLessThanOrEqual(100);
  });

  it('never exceeds the limit, nor ends within an escape or a character', () => {
    const texts = fc.string({
      unit: fc.constantFrom('*', '<', 'a', '\n', '🐕', '@everyone', '\\'),
      maxLength: 200,
    });
    fc.assert(
      fc.property(texts, fc.integer({ min: 10, max: 100 }), (text, most) => {
        const shown = escapedWithin(text, most);
        expect(shown.text.length).toBeLessThanOrEqual(most);
        expect(shown.text).not.toMatch(/\p{Cs}/u);
        // Taken back, it is the beginning of what was said.
        const said = shown.text
          .replace(/\n…$/, shown.whole ? '$&' : '')
          .replace(/\\(.)/gs, '$1')
          .replaceAll('\u200b', '');
        expect(text.startsWith(said)).toBe(true);
      }),
    );
  });
});

it.each([
  ['abc', 3, 'abc'],
  ['abc', 2, 'ab'],
  ['a🐕b', 2, 'a'],
  ['a🐕b', 3, 'a🐕'],
  ['abc', 0, ''],
])('%j in %i characters', (text, most, kept) => {
  expect(truncate(text, most)).toBe(kept);
});
