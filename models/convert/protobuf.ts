/**
 * The part of the protobuf wire format that a model file needs: fields of integers, floats and bytes. A message
 * is the concatenation of its fields, and a field that is a message carries its bytes.
 */

const VARINT = 0;
const BYTES = 2;
const FIXED32 = 5;

/** Seven bits a byte, lowest first; negative numbers as 64-bit two's complement. */
export function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return Buffer.from(bytes);
}

const tag = (field: number, wire: number): Buffer => varint((field << 3) | wire);

export const int = (field: number, value: number | bigint): Buffer =>
  Buffer.concat([tag(field, VARINT), varint(value)]);

export function float(field: number, value: number): Buffer {
  const four = Buffer.alloc(4);
  four.writeFloatLE(value);
  return Buffer.concat([tag(field, FIXED32), four]);
}

export const bytes = (field: number, value: Uint8Array): Buffer =>
  Buffer.concat([tag(field, BYTES), varint(value.length), value]);

export const text = (field: number, value: string): Buffer => bytes(field, Buffer.from(value));

/** A field that is a message made of `fields`. */
export const message = (field: number, ...fields: Uint8Array[]): Buffer =>
  bytes(field, Buffer.concat(fields));
