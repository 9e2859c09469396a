import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAnnotations, referenceBox } from '../../src/evaluate/annotations.ts';
import { annotation } from './answers.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'annotations-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(content: unknown) {
  const file = join(folder, 'annotations.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readAnnotations(file);
}

describe('readAnnotations', () => {
  it('reads a dictionary of entries, with what else they say', () => {
    const entries = { a: { ...annotation(), source: 'somewhere' }, b: annotation({ id: 'b', bbox: null }) };
    expect(read(entries)).toEqual([entries.a, entries.b]);
  });

  it('takes an entry without tags as one of no tags', () => {
    const { tags: _, ...untagged } = annotation();
    expect(read({ a: untagged })[0]!.tags).toEqual([]);
  });

  it.each([
    ['without an expression', { a: { ...annotation(), expression: undefined } }],
    ['with a box of three numbers', { a: { ...annotation(), bbox: [1, 2, 3] } }],
    ['of a level that there is not', { a: { ...annotation(), level: 4 } }],
    ['that is a list', [annotation()]],
    ['that is no JSON', '{'],
  ])('refuses a file %s', (_, content) => {
    expect(() => read(content)).toThrow();
  });
});

describe('referenceBox', () => {
  it('is from corner to corner', () => {
    expect(referenceBox({ bbox: [10, 20, 30, 40] })).toEqual([10, 20, 40, 60]);
    expect(referenceBox({ bbox: null })).toBeUndefined();
  });
});
