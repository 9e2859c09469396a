import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, safe, safeJson } from '../src/text.ts';

/** What a terminal may obey, or be misled by. */
const DANGEROUS = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const unicode = fc.string({ unit: 'binary', maxLength: 200 });

describe('safe', () => {
  it.each([
    ['\x1b[31mred\x1b[0m', '[31mred[0m'],
    ['\x1b]0;title\x07dog', ']0;titledog'],
    ['a\u009b2Jb', 'a2Jb'],
    ['gpj.\u202edog', 'gpj.dog'],
    ['two\r\nlines\tand  more ', 'two lines and more'],
    ['dog\ud83d', 'dog'],
    ['👩‍🚀 הכלב 犬', '👩‍🚀 הכלב 犬'],
  ])('%j becomes %j', (text, expected) => {
    expect(safe(text)).toBe(expected);
  });

  it('leaves one blank where a control character stood between two', () => {
    expect(safe('!\t\u0000\t!')).toBe('! !');
  });

  it('lets nothing dangerous through, and changes nothing twice', () => {
    fc.assert(
      fc.property(unicode, (text) => {
        expect(safe(text)).not.toMatch(DANGEROUS);
        expect(safe(safe(text))).toBe(safe(text));
      }),
    );
  });
});

describe('safeJson', () => {
  it('is one line that means the same, and commands nothing', () => {
    fc.assert(
      fc.property(unicode, (text) => {
        const json = safeJson({ text });
        expect(json).not.toMatch(DANGEROUS);
        expect(JSON.parse(json)).toEqual({ text });
      }),
    );
  });
});

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'dog', 3],
    ['kitten', 'sitting', 3],
    ['starter', 'strater', 2],
  ])('from %j to %j is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});
