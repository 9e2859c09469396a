import { describe, expect, it } from 'vitest';
import { bytes, float, int, message, text, varint } from '../../../models/convert/protobuf.ts';

const hex = (buffer: Buffer) => buffer.toString('hex');

// Expected bytes are from the encoding guide of protocol buffers, or worked out by its rules.
describe('the protobuf writer', () => {
  it.each([
    [0, '00'],
    [1, '01'],
    [127, '7f'],
    [128, '8001'],
    [150, '9601'],
    [300, 'ac02'],
    [2 ** 32, '8080808010'],
    [2n ** 63n - 1n, 'ffffffffffffffff7f'],
    [-1, 'ffffffffffffffffff01'],
    [-2, 'feffffffffffffffff01'],
  ])('writes %s as the varint %s', (value, expected) => {
    expect(hex(varint(value))).toBe(expected);
  });

  it('tags a field with its number and wire type', () => {
    expect(hex(int(1, 150))).toBe('089601');
    expect(hex(text(2, 'testing'))).toBe('120774657374696e67');
    expect(hex(float(2, 0.5))).toBe('150000003f');
    expect(hex(int(20, 3))).toBe('a00103');
  });

  it('counts bytes, not characters', () => {
    expect(hex(text(1, 'é'))).toBe('0a02c3a9');
    expect(hex(bytes(1, new Uint8Array()))).toBe('0a00');
  });

  it('nests messages', () => {
    expect(hex(message(3, int(1, 150)))).toBe('1a03089601');
    expect(hex(message(5, text(1, 'a'), int(3, 1)))).toBe('2a050a01611801');
  });
});
