import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Model } from '../../../src/models/registry.ts';
import { readJson, readModelJson, readText } from '../../../src/models/store.ts';
import { pinned } from '../../detector/grounding-dino/mini.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-read-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const ifMissing = { sentence: 'It is gone.', hint: 'Put it back.' };
const Numbers = z.array(z.number());

describe('a file that the program needs', () => {
  it('is read', () => {
    expect(readText(file('a.txt', 'à'), ifMissing)).toBe('à');
    expect(readJson(file('a.json', '[1, 2]'), Numbers, ifMissing)).toEqual([1, 2]);
    expect(readText(pinned(file('b.txt', 'b')), ifMissing)).toBe('b');
  });

  it.each([
    ['is not there', () => readText(join(folder, 'no-such'), ifMissing)],
    ['has other bytes than pinned', () => readText({ ...pinned(file('c', 'c')), sha256: '0' }, ifMissing)],
    ['is no JSON', () => readJson(file('d.json', '[1,'), Numbers, ifMissing)],
    ['holds something else', () => readJson(file('e.json', '["a"]'), Numbers, ifMissing)],
  ])('is missed in the words of who needs it when it %s', (_, read) => {
    expect(read).toThrow(
      expect.objectContaining({ code: 'model-missing', message: 'It is gone.', hint: 'Put it back.' }),
    );
  });
});

describe('a file of a model', () => {
  const model = (text: string): Model => ({
    id: 'toy',
    variant: 'default',
    specialist: 'starter',
    restore: 'Pull it again.',
    weights: { file: 'nowhere', sha256: '' },
    files: { 'a.json': pinned(file('model.json', text)) },
  });

  it('is read as its schema makes it', () => {
    expect(
      readModelJson(
        model('[3]'),
        'a.json',
        Numbers.transform((n) => n.length),
      ),
    ).toBe(1);
  });

  it('is missed when the model has none of that name', () => {
    expect(() => readModelJson(model('[3]'), 'b.json', Numbers)).toThrow(
      expect.objectContaining({ code: 'model-missing', message: 'b.json of the model toy is missing.' }),
    );
  });

  it('is missed when its bytes have changed', () => {
    const before = model('[3]');
    file('model.json', '[4]');
    expect(() => readModelJson(before, 'a.json', Numbers)).toThrow(
      expect.objectContaining({ code: 'model-missing', hint: 'Pull it again.' }),
    );
  });

  it.each([
    ['["a"]', 'at [0]'],
    ['{', 'expected array'],
  ])('is refused when it is what was pinned, but nothing that can be followed: %s', (text, said) => {
    expect(() => readModelJson(model(text), 'a.json', Numbers)).toThrow(
      expect.objectContaining({ code: 'model-unfit', hint: expect.stringContaining(said) }),
    );
  });
});
