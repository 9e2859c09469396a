import { describe, expect, it } from 'vitest';
import { agrees, isWhole, readRegistry, resolveReference } from '../../../src/models/registry.ts';
import { refusal } from '../refusal.ts';

const resolve = (reference: string) => {
  const { entry, variant } = resolveReference(readRegistry(), reference);
  return [entry.id, variant];
};

describe('a reference', () => {
  it('is an id, an id with a variant, or the kind of a specialist', () => {
    expect(resolve('grounding-dino-tiny')).toEqual(['grounding-dino-tiny', undefined]);
    expect(resolve('grounding-dino-tiny@fp16')).toEqual(['grounding-dino-tiny', 'fp16']);
    expect(resolve('grounding-dino')).toEqual(['grounding-dino-tiny', undefined]);
    expect(resolve('grounding-dino@int8')).toEqual(['grounding-dino-tiny', 'int8']);
    expect(resolve('starter')).toEqual(['starter', undefined]);
  });

  it.each([
    ['dino', 'There is no model "dino".', 'Did you mean grounding-dino-tiny?'],
    ['grunding-dino', 'There is no model "grunding-dino".', 'Did you mean grounding-dino?'],
    ['stater', 'There is no model "stater".', 'Did you mean starter?'],
    ['owl', 'There is no model "owl".', 'See "spotter models list".'],
    ['', 'There is no model "".', 'See'],
    ['@fp16', 'There is no model "".', 'See'],
    ['constructor', 'There is no model "constructor".', 'See'],
    ['starter@', 'The model "starter" has no variant "".', 'It has default.'],
    ['starter@constructor', 'The model "starter" has no variant "constructor".', 'It has default.'],
    [
      'grounding-dino-tiny@q4',
      'The model "grounding-dino-tiny" has no variant "q4".',
      'Did you mean q4f16? It has fp32, fp16, q4f16, int8.',
    ],
  ])('"%s" is not known', async (reference, message, hint) => {
    const error = await refusal(() => resolve(reference));
    expect(error).toMatchObject({ code: 'unknown-model', message });
    expect(error.hint.slice(0, hint.length)).toBe(hint);
  });
});

describe('what is known of a hash', () => {
  const hash = `48435b57${'0'.repeat(50)}38d6ac`;
  it.each([
    [null, true],
    [hash, true],
    ['48435b57…38d6ac', true],
    ['48435b57…38d6ad', false],
    ['48435b58…38d6ac', false],
    [`${hash.slice(0, 63)}d`, false],
  ])('%s agrees with the whole one: %s', (known, expected) => {
    expect(agrees(known, hash)).toBe(expected);
  });

  it('is the whole one or not', () => {
    expect([null, hash, '48435b57…38d6ac'].map(isWhole)).toEqual([false, true, false]);
  });
});
