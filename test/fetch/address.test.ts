import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isPublic, isPublicName } from '../../src/fetch/address.ts';

describe('an address', () => {
  it.each(['1.1.1.1', '93.184.215.14', '223.255.255.254', '2606:4700::1111', '2a00:1450:4001:80b::200e'])(
    'is public: %s',
    (address) => expect(isPublic(address)).toBe(true),
  );

  it("is not public where it is this machine's, however it is written", () => {
    expect(isPublic('93.184.215.14', ['93.184.215.14'])).toBe(false);
    expect(isPublic('2606:4700:0::1111', ['2606:4700::1111'])).toBe(false);
    expect(isPublic('93.184.215.15', ['93.184.215.14', '2606:4700::1111'])).toBe(true);
  });

  it('of this very machine is not public', () => {
    const own = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
    expect(own.map(({ address }) => isPublic(address))).toEqual(own.map(() => false));
  });

  it.each([
    '',
    ' ',
    '1.1.1.1 ',
    'example.com',
    '1.1.1.1/8',
    '1.1',
    '0x1.1.1.1',
    '01.1.1.1',
    '[2606:4700::1111]',
    '2606:4700::1111%eth0',
  ])('is not public where it is none, or has a zone: %j', (text) => expect(isPublic(text)).toBe(false));
});

describe('a name', () => {
  it.each([
    'example.com',
    'a.b-c.museum',
    'xn--bcher-kva.example.org',
    'localhost.com',
    'my.internal.net',
    'a_b.net.',
  ])('is of the internet: %s', (name) => expect(isPublicName(name)).toBe(true));

  it.each([
    'localhost',
    'com',
    'a..com',
    '.com',
    'a.local',
    'x.y.internal.',
    'a*b.com',
    `${'a'.repeat(64)}.com`,
  ])('is not of the internet: %s', (name) => expect(isPublicName(name)).toBe(false));
});
