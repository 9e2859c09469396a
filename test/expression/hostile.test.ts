import { describe, expect, it } from 'vitest';
import { readFollowUp, readQuery } from '../../src/expression/reader.ts';

/** Each took minutes, or for ever. */
const ENDLESS = [
  `the dog //0.A${'PP.P'.repeat(25)} !`,
  '//cdn.images.example.photos.album.summer2024.holiday.pictures.of.the.dog_1',
  `http://${'a-'.repeat(200)}`,
  `//${'a.'.repeat(200)} the dog`,
];

describe('an expression with an address in it', () => {
  it.each(ENDLESS)('is read: %s', async (expression) => {
    const { text, target } = await readQuery(expression);
    expect(text).toBe(expression);
    const unread = target.constraints.filter(({ kind }) => kind === 'unresolved').map(({ words }) => words);
    expect(unread.join(' ')).toContain('//');
  });

  it('is about what is said besides', async () => {
    const { target } = await readQuery('the dog on the left https://example.com/dogs.jpg');
    expect(target.nouns).toEqual(['dog']);
    expect(target.constraints).toMatchObject([
      { kind: 'place', place: 'left' },
      { kind: 'unresolved', words: 'https://example.com/dogs.jpg' },
    ]);
  });
});

it.each([`${'the all the '.repeat(20)}others`, `${'all the '.repeat(30)}x`, `${'the '.repeat(58)}others`])(
  'a follow-up that repeats itself is read: %s',
  async (text) => {
    const said = await readFollowUp(text, { expression: 'the dog on the left' });
    expect(['ask', 'new']).toContain(said.kind);
  },
);
