import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNanBlanker } from '../../../src/evaluate/read/rows.ts';

describe('createNanBlanker', () => {
  const blank = (text: string, at = text.length): string => {
    const bytes = Buffer.from(text);
    const blanker = createNanBlanker();
    for (const part of [bytes.subarray(0, at), bytes.subarray(at)]) blanker(part);
    return Buffer.from(bytes).toString();
  };

  it('leaves JSON as it is, whatever its strings say', () => {
    const words = fc.array(fc.constantFrom('NaN', '"', '\\', ' N', 'ä', '\n')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.dictionary(words, fc.oneof(words, fc.double(), fc.array(words))), (value) => {
        const text = JSON.stringify(value);
        expect(blank(text)).toBe(text);
      }),
    );
  });

  it('blanks NaN, wherever the bytes are parted', () => {
    const text = '{"a\\"NaN": [NaN, 1], "b":NaN}';
    for (let at = 0; at <= text.length; at++) {
      expect(blank(text, at)).toBe('{"a\\"NaN": ["" , 1], "b":"" }');
    }
  });
});
