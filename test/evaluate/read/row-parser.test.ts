import { describe, expect, it } from 'vitest';
import { createRowParser } from '../../../src/evaluate/read/rows.ts';

const bytesOf = (text: string): Uint8Array => Buffer.from(text);

describe('createRowParser', () => {
  it('gives the same rows wherever the bytes are parted', () => {
    const text = JSON.stringify({
      images: [{ id: 1, name: 'ä 🐕 \\u00e4' }, 2],
      other: [[1, 2]],
      annotations: [{ b: [0.5] }],
    });
    const expected = [
      { section: 'images', key: 0, value: { id: 1, name: 'ä 🐕 \\u00e4' }, listed: true },
      { section: 'images', key: 1, value: 2, listed: true },
      { section: 'annotations', key: 0, value: { b: [0.5] }, listed: true },
    ];
    const { length } = bytesOf(text);
    for (let at = 0; at <= length; at++) {
      const rows: unknown[] = [];
      const parser = createRowParser(['$.images.*', '$.annotations.*'], (row) => rows.push(row));
      parser.write(bytesOf(text).subarray(0, at));
      parser.write(bytesOf(text).subarray(at));
      parser.end();
      expect(rows).toEqual(expected);
      expect(parser.whole).toBe(true);
    }
  });
});
