import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vocabularyOf, vocabularyOfStarter } from '../../src/detector/starter/starter.ts';
import { STARTER } from './starter-model.ts';
import { BROADER, NARROWER, SAME, UNKNOWN } from './vocabulary.examples.ts';

const starter = (name: string) => new URL(`../../models/starter/${name}`, import.meta.url);
const classes: string[] = JSON.parse(readFileSync(starter('classes.json'), 'utf8'));
const knows = vocabularyOfStarter(STARTER);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vocabulary-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const sorted = (labels: readonly string[]) => labels.toSorted();

describe('the vocabulary of the starter detector', () => {
  it('has the 80 categories, each meaning itself', () => {
    expect(classes).toHaveLength(80);
    for (const label of classes) expect(knows(label)).toEqual({ match: 'same', labels: [label] });
  });

  it.each(Object.entries(SAME))('%s is the same as %j', (noun, labels) => {
    expect(knows(noun)).toEqual({ match: 'same', labels: sorted(labels) });
  });

  it.each(Object.entries(NARROWER))('%s is a kind of %j', (noun, labels) => {
    expect(knows(noun)).toEqual({ match: 'narrower', labels: sorted(labels) });
  });

  it.each(Object.entries(BROADER))('%s covers %j and more', (noun, labels) => {
    expect(knows(noun)).toEqual({ match: 'broader', labels: sorted(labels) });
  });

  it.each(UNKNOWN)('cannot tell what %s is', (noun) => {
    expect(knows(noun)).toEqual({ match: 'unknown', labels: [] });
  });

  it('covers every label by "thing"', () => {
    expect(knows('thing')).toEqual({ match: 'broader', labels: sorted(classes) });
  });

  it('is small, sorted, and names only labels of the detector', () => {
    const text = readFileSync(starter('vocabulary.json'), 'utf8');
    expect(text.length).toBeLessThan(150_000);
    const groups: { match: string; labels: string[]; nouns: string[] }[] = JSON.parse(text);
    for (const { labels, nouns } of groups) {
      expect(nouns).toEqual([...nouns].sort());
      for (const label of labels) expect(classes).toContain(label);
    }
    const all = groups.flatMap((group) => group.nouns);
    expect(all.length).toBeGreaterThan(4_000);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('vocabularyOf', () => {
  it('refuses a noun that stands twice', () => {
    const twice = [
      { match: 'same' as const, labels: ['dog'], nouns: ['dog'] },
      { match: 'narrower' as const, labels: ['cat'], nouns: ['dog'] },
    ];
    expect(() => vocabularyOf(twice)).toThrow(/"dog" stands twice/);
  });

  it('does not take what every object has for a noun', () => {
    expect(knows('constructor').match).toBe('unknown');
    expect(knows('').match).toBe('unknown');
  });
});

describe("the starter's vocabulary", () => {
  const withFile = (text: string, sha256?: string) => {
    const file = join(folder, 'vocabulary.json');
    writeFileSync(file, text);
    const pin = { file, sha256: sha256 ?? createHash('sha256').update(text).digest('hex') };
    return { ...STARTER, files: { ...STARTER.files, 'vocabulary.json': pin } };
  };

  it('is missed by its name, with what to do', () => {
    const gone = { file: join(folder, 'nowhere.json'), sha256: '' };
    const model = { ...STARTER, files: { 'vocabulary.json': gone } };
    expect(() => vocabularyOfStarter(model)).toThrow(
      expect.objectContaining({
        code: 'model-missing',
        message: expect.stringContaining('vocabulary.json'),
        hint: expect.stringContaining('comes with Spotter'),
      }),
    );
  });

  it('is not believed when it was changed', () => {
    const model = withFile('[]', STARTER.files['vocabulary.json']!.sha256);
    expect(() => vocabularyOfStarter(model)).toThrow(expect.objectContaining({ code: 'model-missing' }));
  });

  it.each(['not json', '{}', '[{"match":"exact","labels":["dog"],"nouns":["dog"]}]', '[{"match":"same"}]'])(
    'is refused when it is %s',
    (text) => {
      const model = withFile(text);
      expect(() => vocabularyOfStarter(model)).toThrow(expect.objectContaining({ code: 'model-unfit' }));
    },
  );
});
