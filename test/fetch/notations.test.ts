import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit, type Rules } from '../../src/fetch/address.ts';
import { createDownloader } from '../../src/fetch/download.ts';
import { failure } from './hosts.ts';

/** First and last address of blocks, as numbers. */
const PRIVATE = [
  [0x0a000000, 0x0affffff],
  [0xac100000, 0xac1fffff],
  [0xc0a80000, 0xc0a8ffff],
  [0x7f000000, 0x7fffffff],
  [0xa9fe0000, 0xa9feffff],
  [0x64400000, 0x647fffff],
] as const;
const PUBLIC = [
  [0x01010000, 0x0901ffff],
  [0x0b000000, 0x643fffff],
  [0xc1000000, 0xc611ffff],
  [0xcc000000, 0xdfffffff],
] as const;

const within = (blocks: readonly (readonly [number, number])[]) =>
  fc.oneof(...blocks.map(([min, max]) => fc.integer({ min, max })));

const RADIX = [
  (n: number) => String(n),
  (n: number) => `0x${n.toString(16)}`,
  (n: number) => `0X000${n.toString(16).toUpperCase()}`,
  (n: number) => `0${n.toString(8)}`,
  (n: number) => `000${n.toString(8)}`,
];
const DIGITS = [0x30, 0xff10, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6];
const DOTS = ['.', '。', '．', '｡', '%2e', '%2E'];

/** How one IPv4 address may be written in a URL. */
const notation = fc.record({
  parts: fc.integer({ min: 1, max: 4 }),
  radix: fc.array(fc.constantFrom(...RADIX), { minLength: 4, maxLength: 4 }),
  digits: fc.array(fc.constantFrom(...DIGITS), { minLength: 4, maxLength: 4 }),
  dots: fc.array(fc.constantFrom(...DOTS), { minLength: 4, maxLength: 4 }),
  percent: fc.boolean(),
  dotAtEnd: fc.boolean(),
});
type Notation = typeof notation extends fc.Arbitrary<infer T> ? T : never;

function write(address: number, how: Notation): string {
  const octets = [24, 16, 8, 0].map((shift) => (address >>> shift) & 255);
  const last = octets.slice(how.parts - 1).reduce((sum, octet) => sum * 256 + octet, 0);
  const written = [...octets.slice(0, how.parts - 1), last].map((n, i) => {
    const text = how.radix[i]!(n);
    return how.percent && i === 0 ? percentEncoded(text) : alike(text, how.digits[i]!);
  });
  const joined = written.reduce((text, part, i) => `${text}${how.dots[i]!}${part}`);
  return how.dotAtEnd ? `${joined}.` : joined;
}

const percentEncoded = (text: string): string =>
  [...text].map((char) => `%${char.charCodeAt(0).toString(16)}`).join('');
const alike = (text: string, zero: number): string =>
  text.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));

/** IPv6 addresses that carry one of IPv4. */
const CARRIERS = [
  (hex: string) => `::ffff:${hex}`,
  (hex: string) => `0:0:0:0:0:FFFF:${hex}`,
  (hex: string) => `::${hex}`,
  (hex: string) => `::ffff:0:${hex}`,
  (hex: string) => `64:ff9b::${hex}`,
  (hex: string) => `64:ff9b:1::${hex}`,
  (hex: string) => `2002:${hex}::1`,
  (hex: string) => `2001:0:${hex}::1`,
];
const hexOf = (address: number): string =>
  `${(address >>> 16).toString(16)}:${(address & 0xffff).toString(16)}`;

const RULES: Rules = {
  as: 'user',
  platform: { hosts: [] },
  allowedHosts: new Set(),
  links: true,
  ports: [80, 443],
};
const { download } = createDownloader({
  links: true,
  // What is taken for a name fails otherwise than an address does.
  resolve: async () => [],
});

describe('an IPv4 address', () => {
  it('that is private is refused, however it is written', async () => {
    await fc.assert(
      fc.asyncProperty(within(PRIVATE), notation, async (address, how) => {
        const { code } = await failure(download(`http://${write(address, how)}/a.png`, { as: 'user' }));
        expect(code).toBe('forbidden-address');
      }),
      { numRuns: 1000 },
    );
  });

  it('that is private is refused within any IPv6 address that carries it', async () => {
    await fc.assert(
      fc.asyncProperty(within(PRIVATE), fc.constantFrom(...CARRIERS), async (address, carry) => {
        const { code } = await failure(download(`http://[${carry(hexOf(address))}]/`, { as: 'user' }));
        expect(code).toBe('forbidden-address');
      }),
      { numRuns: 1000 },
    );
  });

  it('that is public is admitted, however it is written: it is not all refused', () => {
    fc.assert(
      fc.property(within(PUBLIC), notation, (address, how) => {
        const plain = [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
        const { url, checked } = admit(`http://${write(address, how)}/a.png`, RULES);
        expect(url.hostname).toBe(plain);
        expect(checked).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
