import { describe, expect, it } from 'vitest';
import { listed, readGroups } from '../../../models/starter/vocabulary/by-hand.ts';
import { deriveVocabulary, type Recipe } from '../../../models/starter/vocabulary/derive.ts';
import { kindsOf, readWordNet } from '../../../models/starter/vocabulary/wordnet.ts';

// A WordNet of a dozen meanings, in the format of the real files.
const dataNoun = `  1 A licence, as at the top of the real file.
00000001 18 n 01 person 0 006 ~ 00000002 n 0000 ~ 00000003 n 0000 ~ 00000004 n 0000 ~ 00000005 n 0000 ~i 00000006 n 0000 ~ 00000013 n 0000 | a human being
00000002 18 n 01 player 0 002 @ 00000001 n 0000 ~ 00000012 n 0000 | somebody who plays
00000003 18 n 01 pitcher 0 001 @ 00000001 n 0000 | somebody who throws
00000004 18 n 01 pilot 0 001 @ 00000001 n 0000 | somebody who flies
00000005 18 n 02 oaf 0 lout 1 001 @ 00000001 n 0000 | an offensive word for a person
00000006 18 n 02 Ruth 0 Babe_Ruth 0 001 @i 00000001 n 0000 | a baseball player
00000007 06 n 02 pitcher 1 ewer 0 000 | a jug
00000008 06 n 01 pilot 0 000 | a gas flame that burns all the time
00000009 05 n 02 dog 0 domestic_dog 0 001 ~ 0000000a n 0000 | an animal
0000000a 05 n 0a pug 0 boxer 0 Great_Dane 0 cur 0 a1 0 b1 0 c1 0 d1 0 e1 0 small_dog 0 001 @ 00000009 n 0000 | small ones
0000000b 06 n 01 cur 0 000 | a tool
00000012 18 n 02 tennis_player 0 tennis_pitcher 0 001 @ 00000002 n 0000 | somebody who plays tennis
00000013 18 n 01 wight 0 001 @ 00000001 n 0000 | a word nobody uses
00000014 07 n 01 pug 0 000 | a quality that no camera can see
`;
const indexSense = `person%1:18:00:: 00000001 1 9
player%1:18:00:: 00000002 1 4
pitcher%1:06:00:: 00000007 2 0
pitcher%1:18:00:: 00000003 1 1
pilot%1:18:00:: 00000004 1 1
pilot%1:06:00:: 00000008 2 0
pilot%2:41:00:: 00000099 1 7
oaf%1:18:00:: 00000005 1 3
lout%1:18:00:: 00000005 1 3
ruth%1:18:00:: 00000006 1 3
ewer%1:06:00:: 00000007 1 0
dog%1:05:00:: 00000009 1 9
domestic_dog%1:05:00:: 00000009 1 0
pug%1:05:00:: 0000000a 2 0
pug%1:07:00:: 00000014 1 0
boxer%1:05:00:: 0000000a 1 0
great_dane%1:05:00:: 0000000a 1 0
cur%1:06:00:: 0000000b 1 2
cur%1:05:00:: 0000000a 2 0
small_dog%1:05:00:: 0000000a 1 0
tennis_player%1:18:00:: 00000012 1 0
tennis_pitcher%1:18:00:: 00000012 1 0
wight%1:18:00:: 00000013 1 0
`;
const recipe: Recipe = {
  anchors: { person: ['person#1'], dog: ['dog#1'] },
  byHand: [
    { match: 'broader', labels: ['person', 'dog'], nouns: ['being'] },
    { match: 'same', labels: ['person'], nouns: ['people'] },
  ],
  persons: new Set(['pilot']),
  unknown: new Set(['boxer']),
};
const wordnet = readWordNet({ dataNoun, indexSense });
const derived = deriveVocabulary(wordnet, recipe);
const find = (noun: string) => derived.find((group) => group.nouns.includes(noun));

describe('readWordNet', () => {
  it('orders the senses of a noun and leaves verbs out', () => {
    expect(wordnet.senses.get('pilot')).toEqual([
      { synset: '00000004', count: 1 },
      { synset: '00000008', count: 0 },
    ]);
  });

  it('reads as many words as the hexadecimal count says', () => {
    expect(wordnet.synsets.get('0000000a')?.words).toHaveLength(10);
    expect(wordnet.synsets.get('0000000a')?.words.at(-1)).toBe('small dog');
  });

  it('follows kinds at any depth, and no instances', () => {
    const kinds = kindsOf(wordnet, ['00000001']);
    expect(kinds.has('00000012')).toBe(true);
    expect(kinds.has('00000006')).toBe(false);
  });
});

describe('deriveVocabulary', () => {
  it('gives the whole table, sorted', () => {
    expect(derived).toEqual([
      { match: 'broader', labels: ['dog', 'person'], nouns: ['being'] },
      { match: 'narrower', labels: ['dog'], nouns: ['pug', 'small dog'] },
      { match: 'narrower', labels: ['person'], nouns: ['pilot', 'player', 'tennis player'] },
      { match: 'same', labels: ['dog'], nouns: ['dog', 'domestic dog'] },
      { match: 'same', labels: ['person'], nouns: ['people', 'person'] },
    ]);
  });

  it.each([
    ['pitcher', 'it also names a thing'],
    ['oaf', 'it is an insult'],
    ['cur', 'it means something else first'],
    ['boxer', 'the recipe says so'],
    ['great dane', 'it is written with capitals'],
    ['wight', 'nobody uses it'],
    ['tennis pitcher', 'its head is not known as a person'],
  ])('leaves %s out, because %s', (noun) => {
    expect(find(noun)).toBeUndefined();
  });

  it('does not depend on the order of the hand-written lists', () => {
    const reversed = { ...recipe, byHand: recipe.byHand.toReversed() };
    expect(deriveVocabulary(wordnet, reversed)).toEqual(derived);
  });

  it('lets the hand-written lists win', () => {
    const byHand = [{ match: 'narrower' as const, labels: ['dog'], nouns: ['pilot'] }];
    const pilots = deriveVocabulary(wordnet, { ...recipe, byHand }).filter((g) => g.nouns.includes('pilot'));
    expect(pilots).toEqual([{ match: 'narrower', labels: ['dog'], nouns: ['pilot', 'pug', 'small dog'] }]);
  });

  it('refuses a noun that was written down twice, or as known and unknown', () => {
    const dog = { match: 'same' as const, labels: ['dog'], nouns: ['doggie'] };
    expect(() => deriveVocabulary(wordnet, { ...recipe, byHand: [dog, dog] })).toThrow(
      /"doggie" stands twice/,
    );
    const boxer = { ...dog, nouns: ['boxer'] };
    expect(() => deriveVocabulary(wordnet, { ...recipe, byHand: [boxer] })).toThrow(/known and as unknown/);
  });

  it('refuses an anchor that is not in WordNet', () => {
    expect(() => deriveVocabulary(wordnet, { ...recipe, anchors: { dog: ['dog#3'] } })).toThrow(/no dog#3/);
  });
});

describe('the hand-written lists', () => {
  it('are lines of labels and nouns', () => {
    expect(readGroups('narrower', '# kinds\n\ncar, truck: van, pick-up truck\n')).toEqual([
      { match: 'narrower', labels: ['car', 'truck'], nouns: ['van', 'pick-up truck'] },
    ]);
    expect(() => readGroups('same', 'car automobile')).toThrow(/labels: nouns/);
  });

  it('may run over several lines', () => {
    expect(listed('\n a, b c,\n  d')).toEqual(['a', 'b c', 'd']);
  });
});
