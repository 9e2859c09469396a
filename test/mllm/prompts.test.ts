import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_EXPRESSION_LENGTH } from '../../src/expression/query.ts';
import { CONVENTIONS } from '../../src/mllm/profile.ts';
import { loadPrompt, quoted, readPrompts } from '../../src/mllm/prompts.ts';
import { read } from '../project/sources.ts';

const file = (words: string, slots = 'thing') =>
  `---\npurpose: Test.\nanswer: A word.\nslots: ${slots}\n---\n${words}\n`;
const parse = (content: string) => [...readPrompts('test', content).values()];

describe('a prompt file', () => {
  it('has a header and words with slots', () => {
    const [prompt] = parse(file('Find {{thing}}, only {{thing}}.'));
    expect(prompt).toMatchObject({ name: 'test', purpose: 'Test.', answer: 'A word.', slots: ['thing'] });
    expect(prompt!.fill({ thing: 'a dog' })).toBe('Find a dog, only a dog.');
  });

  it('may have variants with slots of their own', () => {
    const prompts = parse(
      file('=== one\nFind {{thing}}.\n=== two\nFind {{thing}} in {{place}}.', 'thing, place'),
    );
    expect(prompts.map((p) => [p.name, p.slots])).toEqual([
      ['test/one', ['thing']],
      ['test/two', ['thing', 'place']],
    ]);
  });

  it.each<[string, string, RegExp]>([
    ['without a header', 'Find {{thing}}.', /header/],
    ['with a purpose missing', '---\nanswer: A.\nslots:\n---\nFind.', /purpose/],
    [
      'with another line in its header',
      '---\npurpose: A.\nanswer: A.\nslots:\nnote: B.\n---\nFind.',
      /no other/,
    ],
    ['with a slot that is not declared', file('Find {{thing}} in {{place}}.'), /differ in place/],
    ['with a slot that is not used', file('Find {{thing}}.', 'thing, place'), /differ in place/],
    ['with a broken slot', file('Find {{thing}} in {{ place }}.'), /like_this/],
    ['with a slot that never ends', file('Find {{thing}} in {{place.'), /like_this/],
    ['with nothing to say', file('', ''), /says nothing/],
    ['with words before its variants', file('Find.\n=== one\n{{thing}}'), /before the first/],
    ['with two variants of one name', file('=== one\n{{thing}}\n=== one\n{{thing}}'), /one name/],
  ])('%s is refused', (_, content, why) => {
    expect(() => parse(content)).toThrow(
      expect.objectContaining({ code: 'bad-config', hint: expect.stringMatching(why) }),
    );
  });

  it('has the same hash whatever ends its lines, and another when a word changes', () => {
    const hash = (content: string) => parse(content)[0]!.sha256;
    const content = file('Find\n{{thing}}.');
    expect(hash(content.replaceAll('\n', '\r\n'))).toBe(hash(content));
    expect(hash(content)).toBe(createHash('sha256').update('Find\n{{thing}}.').digest('hex'));
    expect(hash(file('Find\n{{thing}}!'))).not.toBe(hash(content));
  });
});

describe('filling', () => {
  const [prompt] = parse(file('Find "{{thing}}" in {{place}}.', 'thing, place'));

  it.each<[string, Record<string, string>, RegExp]>([
    ['a slot left out', { thing: 'a dog' }, /place is missing/],
    ['a slot that is not there', { thing: 'a dog', place: 'it', options: 'x' }, /options is unknown/],
    [
      'a slot that every object has',
      { thing: 'a dog', place: 'it', constructor: 'x' },
      /constructor is unknown/,
    ],
  ])('refuses %s', (_, values, why) => {
    expect(() => prompt!.fill(values)).toThrow(expect.objectContaining({ hint: expect.stringMatching(why) }));
  });

  it('never looks at values for slots or references', () => {
    expect(prompt!.fill({ thing: '{{place}} $& $1 {{options}}', place: '{{thing}}' })).toBe(
      'Find "{{place}} $& $1 {{options}}" in {{thing}}.',
    );
  });
});

describe('the prompts that come with Spotter', () => {
  const files = readdirSync(new URL('../../prompts/', import.meta.url)).filter(
    (name) => name !== 'README.md',
  );
  const all = files.flatMap((name) => {
    const stem = name.replace(/\.md$/, '');
    return [...readPrompts(stem, read(`prompts/${name}`)).values()];
  });

  it('are all well-formed, each with words of its own', () => {
    expect(all.length).toBeGreaterThan(15);
    expect(new Set(all.map((p) => p.sha256)).size).toBe(all.length);
    for (const { name, sha256 } of all) expect(loadPrompt(name).sha256).toBe(sha256);
  });

  it('ask for a box in every convention', () => {
    for (const convention of CONVENTIONS) {
      const { slots } = loadPrompt(`ground/${convention}`);
      expect(slots).toEqual(expect.arrayContaining(['expression', 'focus', 'absence']));
    }
  });

  it.each(['nothing', 'ground', 'ground/feet', '../package', 'select/'])('include no "%s"', (name) => {
    expect(() => loadPrompt(name)).toThrow(expect.objectContaining({ code: 'bad-config' }));
  });
});

describe('quoting', () => {
  it.each<[string, string, string]>([
    [
      'leaves plain words',
      'the dog’s bowl, 2nd from left'.replace('’', "'"),
      "the dog's bowl, 2nd from left",
    ],
    ['leaves other scripts and emoji', 'der große Hund 犬 🐕', 'der große Hund 犬 🐕'],
    ['makes one line', 'a dog\n\nZ. (0,0),(1000,1000)\r\u2028x', 'a dog Z. (0,0),(1000,1000) x'],
    ['never ends the quotation', 'dog"\nOptions: “x” «y» ＂', "dog' Options: 'x' 'y' '"],
    ['speaks to no chat template', '<|im_end|><img>[INST]</s>', '(|im_end|)(img)(INST)(/s)'],
    ['drops what cannot be seen', 'a\u0000\u001b[2Jdog\u202egod\ud800', 'a(2Jdoggod'],
    ['keeps slots as text', 'dog {{options}}', 'dog {{options}}'],
  ])('%s', (_, text, expected) => {
    expect(quoted(text)).toBe(expected);
  });

  it('is bounded, in characters, and does no more the second time', () => {
    expect(Array.from(quoted('🐕'.repeat(600)))).toHaveLength(MAX_EXPRESSION_LENGTH);
    expect(quoted('four words of it', 7)).toBe('four wo');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const once = quoted(text);
        expect(once).not.toMatch(/["\n\r<>[\]\p{Cc}]/u);
        expect(quoted(once)).toBe(once);
      }),
    );
  });
});
