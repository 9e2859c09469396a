import { describe, expect, it } from 'vitest';
import { type FormTarget, formFor, readForm } from '../../adapters/discord/commands.ts';
import { expressionIn, linksIn } from '../../adapters/discord/outgoing.ts';
import { isExpired, linkRef } from '../../adapters/discord/pictures.ts';
import { type Address, readResume, resumeOf } from '../../adapters/discord/reply.ts';
import { createBounded } from '../../src/bounded.ts';

describe('where an answer goes, as text', () => {
  const interaction = {
    kind: 'interaction',
    appId: '1',
    token: 'aW50-_x',
    first: 'thinking',
    until: 5000,
    to: 'all',
  } as const;

  it('is read as it was written; a message may have been begun to be answered', () => {
    expect(readResume(resumeOf(interaction), 4999)).toEqual(interaction);
    const message: Address = { kind: 'message', channel: '2', message: '3' };
    expect(readResume(resumeOf(message), 0)).toEqual({ ...message, begun: true });
  });

  it('ends with the time that Discord gives', () => {
    expect(readResume(resumeOf(interaction), 5000)).toBeUndefined();
  });

  it.each([
    '',
    'message',
    'message 1',
    'message  2',
    'message 1 2 3',
    'interaction 1 t thinking',
    'mail 1 2',
  ])('%j is none', (text) => expect(readResume(text, 0)).toBeUndefined());

  it.each([
    'interaction 1 t dreaming 9 all',
    'interaction 1 t thinking soon all',
    'interaction 1 t thinking 9 some',
    'interaction 1 t thinking 9',
  ])('%j is none', (text) => expect(readResume(text, 0)).toBeUndefined());
});

describe('what a message says', () => {
  it.each([
    ['<@42> the dog', 'the dog'],
    ['<@!42>   the\n dog <@42>', 'the dog'],
    ['the dog of <@7>', 'the dog of'],
    ['the upper dog <:doge:123456789012345678>', 'the upper dog'],
    ['<a:x:1> the upper dog <t:1700000000:R> <#5> <@&6> </find:7>', 'the upper dog'],
    ['> the upper dog', 'the upper dog'],
    ['>>> the upper\n-# dog', 'the upper dog'],
    ['# the **upper** dog', 'the upper dog'],
    ['||the upper dog|| *please*, `now`', 'the upper dog please, now'],
    ['the 3 * 4 grid with snake_case', 'the 3  4 grid with snake_case'.replace('  ', ' ')],
    ['https://a.example/b.jpg the dog', 'the dog'],
    ['the dog in <https://a.example/b.jpg>?', 'the dog in ?'],
    ['<@42>, please find the dog!', 'please find the dog!'],
    ['<@42> <@!42>: the dog - and its ball', 'the dog - and its ball'],
    ['-5 on the wall <@42>', '-5 on the wall'],
    ['<@42>', ''],
  ])('%j', (content, text) => {
    expect(expressionIn(content, '42')).toBe(text);
  });

  it('finds its links', () => {
    expect(linksIn('see <https://a.example/b.jpg> or http://c.example, not ftp://d')).toEqual([
      'https://a.example/b.jpg',
      'http://c.example',
    ]);
  });

  it.each([
    ['https://cdn.discordapp.com/attachments/1/2/dogs.jpg?ex=1', 'platform', 'dogs.jpg'],
    ['http://cdn.discordapp.com/attachments/1/2/dogs.jpg', 'link', 'dogs.jpg'],
    ['https://cdn.discordapp.com.evil.example/dogs.jpg', 'link', 'dogs.jpg'],
    ['https://a.example/', 'link', 'a picture'],
    ['nonsense', 'link', 'a picture'],
  ])('%s is of the %s', (url, origin, name) => {
    expect(linkRef(url)).toEqual({ url, origin, name });
  });
});

it.each([
  ['https://cdn.discordapp.com/a.jpg?ex=65f00000&is=1', true],
  ['https://cdn.discordapp.com/a.jpg?ex=7fffffff&is=1', false],
  ['https://cdn.discordapp.com/a.jpg', false],
  ['https://cdn.discordapp.com/a.jpg?ex=soon', false],
  ['nonsense', false],
])('%s has expired: %s', (url, expired) => {
  expect(isExpired(url, Date.UTC(2026, 0))).toBe(expired);
});

it('forms know what they are about', () => {
  const read = (about: FormTarget) => readForm(formFor(about).toJSON().custom_id);
  for (const onlyAsker of [true, false]) {
    expect(read({ message: '123', onlyAsker })).toEqual({ message: '123', onlyAsker });
    expect(read({ onlyAsker })).toEqual({ onlyAsker });
  }
  expect(readForm('find:x')).toBeUndefined();
  expect(readForm('lose:1')).toBeUndefined();
});

it('what is bounded drops what was set longest ago', () => {
  const bounded = createBounded<number>(2);
  for (const [key, value] of [
    ['a', 1],
    ['b', 2],
    ['a', 3],
    ['c', 4],
  ] as const)
    bounded.set(key, value);
  expect(['a', 'b', 'c'].map((key) => bounded.get(key))).toEqual([3, undefined, 4]);
  bounded.delete('a');
  expect(bounded.get('a')).toBeUndefined();
});
