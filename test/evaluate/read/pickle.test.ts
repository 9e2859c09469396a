import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePickle, pickledRows } from '../../../src/evaluate/read/pickle.ts';
import { PickleFault } from '../../../src/evaluate/read/pickle-opcodes.ts';
import { randomFrom } from '../../../src/mllm/multiple-choice.ts';
import { fixture } from './reading.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const parse = (text: string): unknown => parsePickle(bytes(text));

describe('a pickle of plain data', () => {
  // Each as Python writes it; the first ones in protocol 0, where all is text.
  it.each([
    ["S'it\\'s \\\\ \\x41\\n'\n.", "it's \\ A\n"],
    ["S'caf\\xc3\\xa9'\n.", 'café'],
    ["S'caf\\xe9'\n.", 'café'],
    ['Vcaf\\u00e9 \\U0001f600\n.', 'café 😀'],
    ['I-12\n.', -12],
    ['I01\n.', true],
    ['L123L\n.', 123],
    ['F1.5\n.', 1.5],
    ["(lp0\nI1\naS'a'\nag0\n0.", [1, 'a']],
    ["(dp0\nS'a'\np1\n(I1\nI2\ntp2\ns.", { a: [1, 2] }],
    ['\x80\x02]q\x00(K\x01M\x00\x01J\xff\xff\xff\xff\x8a\x02\xff\x00e.', [1, 256, -1, 255]],
    ['\x80\x02}q\x00(U\x01aq\x01NU\x01b\x88U\x01c\x89u.', { a: null, b: true, c: false }],
    ['\x80\x02G?\xf8\x00\x00\x00\x00\x00\x00.', 1.5],
    ['\x80\x04\x95\x06\x00\x00\x00\x00\x00\x00\x00\x8c\x02\xc3\xa9\x94\x85\x94.', ['é']],
    ['\x80\x02(K\x01K\x02K\x03t\x86.', undefined],
  ])('%j is read', (text, value) => {
    if (value === undefined) expect(() => parse(text)).toThrow(PickleFault);
    else expect(parse(text)).toEqual(value);
  });

  it('gives a key of that name no other prototype', () => {
    const value = parse("(dp0\nS'__proto__'\n(dp1\nS'polluted'\nI1\nss.") as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(value.polluted).toBeUndefined();
  });

  it('gives the items of a list without holding them', () => {
    expect([...pickledRows(bytes('\x80\x02](}U\x01aK\x01s}U\x01aK\x02se.'))]).toEqual([{ a: 1 }, { a: 2 }]);
    expect(() => [...pickledRows(bytes('\x80\x02}.'))]).toThrow('it is no list');
  });
});

describe('a pickle of anything else', () => {
  it.each([
    ['a function and a call', "cposix\nsystem\n(S'touch /tmp/pickled'\ntR."],
    ['a function by its name on the stack', '\x80\x04\x8c\x05posix\x8c\x06system\x93.'],
    ['an instance', "(S'x'\niposix\nsystem\n."],
    ['an object', '(I1\no.'],
    ['a new object', '\x80\x02)\x81.'],
    ['a persistent id', 'Pwhere\n.'],
    ['an extension', '\x80\x02\x82\x01.'],
    ['state', '\x80\x02}}b.'],
    ['a call of what is no function', '\x80\x02K\x01)R.'],
    ['a number without end', '\x80\x02\x8b\xff\xff\xff\x00'],
    ['a key that is a list', '\x80\x02}]K\x01s.'],
    ['an unknown opcode', '\xff'],
    ['nothing', ''],
  ])('is refused: %s', (_, text) => {
    expect(() => parse(text)).toThrow(PickleFault);
  });

  it('a thousand times changed by chance runs nothing and breaks nothing', () => {
    const random = randomFrom(7);
    const originals = ['0', '2', '5'].map((n) => readFileSync(fixture(`refcoco/refs-protocol-${n}.p`)));
    let [read, refused] = [0, 0];
    for (let i = 0; i < 1000; i++) {
      const mutated = Buffer.from(originals[i % originals.length]!);
      for (let n = 0; n <= i % 5; n++)
        mutated[Math.floor(random() * mutated.length)] = Math.floor(random() * 256);
      const cut = i % 7 === 0 ? mutated.subarray(0, Math.floor(random() * mutated.length)) : mutated;
      try {
        for (const row of pickledRows(cut)) expect(typeof row).not.toBe('function');
        read += 1;
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(PickleFault);
        refused += 1;
      }
    }
    expect(read + refused).toBe(1000);
    expect(Math.min(read, refused)).toBeGreaterThan(50);
  });
});
