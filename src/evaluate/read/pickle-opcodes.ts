/** The opcodes of Python's pickles, with what follows each, and the plain values among that. */

/** A pickle that is broken, or that wants what is refused; with the byte where. */
export class PickleFault extends Error {
  readonly offset: number;
  constructor(what: string, offset: number) {
    super(`${what}, at byte ${offset}`);
    this.offset = offset;
  }
}

type Argument =
  | 'none'
  | 'u1'
  | 'u2'
  | 'i4'
  | 'u4'
  | 'u8'
  | 'f8'
  | 'line'
  | 'lines'
  | 'len1'
  | 'len4'
  | 'len8';

/** What follows each opcode that is known, by its code: pickletools has the same table. */
const ARGUMENTS: readonly (Argument | undefined)[] = (() => {
  const table: (Argument | undefined)[] = [];
  const say = (argument: Argument, codes: string) => {
    for (const code of codes) table[code.charCodeAt(0)] = argument;
  };
  say('none', '(.012NRabdelostu})]QR\x81\x85\x86\x87\x88\x89\x8f\x90\x91\x92\x93\x94\x97\x98');
  say('u1', 'Kh\x80q\x82');
  say('u2', 'M\x83');
  say('i4', 'J\x84');
  say('u4', 'jr');
  say('u8', '\x95');
  say('f8', 'G');
  say('line', 'FILSVPgp');
  say('lines', 'ci');
  say('len1', 'UC\x8a\x8c');
  say('len4', 'TBX\x8b');
  say('len8', '\x8d\x8e\x96');
  return table;
})();

/** The opcodes of a pickle, one after the other, with where their arguments lie. */
export class Reader {
  readonly bytes: Buffer;
  /** Where the opcode stands. */
  at = 0;
  /** Where its argument begins and ends. */
  start = 0;
  end = 0;
  private next: number;

  constructor(bytes: Buffer, from: number) {
    this.bytes = bytes;
    this.next = from;
  }

  /** Goes on to the next opcode and gives its code. */
  step(): number {
    const { bytes } = this;
    this.at = this.next;
    const code = bytes[this.at];
    if (code === undefined) throw new PickleFault('it breaks off', this.at);
    const argument = ARGUMENTS[code];
    if (argument === undefined) throw new PickleFault(`it has an unknown opcode ${code}`, this.at);
    this.start = this.at + 1;
    const length = this.lengthOf(argument);
    this.end = this.start + length;
    if (this.end > bytes.length) throw new PickleFault('it breaks off', this.at);
    this.next = argument === 'line' || argument === 'lines' ? this.end + 1 : this.end;
    return code;
  }

  private lengthOf(argument: Argument): number {
    switch (argument) {
      case 'none':
        return 0;
      case 'u1':
        return 1;
      case 'u2':
        return 2;
      case 'i4':
      case 'u4':
        return 4;
      case 'u8':
      case 'f8':
        return 8;
      case 'line':
        return this.lineFrom(this.start) - this.start;
      case 'lines':
        return this.lineFrom(this.lineFrom(this.start) + 1) - this.start;
      default:
        return this.counted(argument === 'len1' ? 1 : argument === 'len4' ? 4 : 8);
    }
  }

  /** Moves the start behind the count, and gives the count. */
  private counted(size: number): number {
    const { bytes, start } = this;
    if (start + size > bytes.length) throw new PickleFault('it breaks off', this.at);
    const high = size === 8 ? bytes.readUInt32LE(start + 4) : 0;
    if (high !== 0) throw new PickleFault('it breaks off', this.at);
    this.start += size;
    return size === 1 ? bytes[start]! : bytes.readUInt32LE(start);
  }

  private lineFrom(from: number): number {
    const end = this.bytes.indexOf(0x0a, from);
    if (end < 0) throw new PickleFault('it breaks off', this.at);
    return end;
  }

  text(encoding: BufferEncoding = 'utf8'): string {
    return this.bytes.toString(encoding, this.start, this.end);
  }
}

/** Python's own integers have no end; an id has one. */
const MAX_INTEGER_BYTES = 8;

type Fault = (what: string) => PickleFault;

export function numberIn(text: string, fault: Fault): number | boolean {
  if (text === '00' || text === '01') return text === '01';
  const digits = text.trim().replace(/L$/, '');
  const value = digits === '' || digits.length > 40 ? Number.NaN : Number(digits);
  if (Number.isNaN(value) && digits !== 'nan') throw fault('it has a number that is none');
  return value;
}

export function integerIn(bytes: Buffer, fault: Fault): number {
  if (bytes.length > MAX_INTEGER_BYTES) throw fault(`it has a number of ${bytes.length} bytes`);
  let value = 0n;
  for (const [i, byte] of bytes.entries()) value |= BigInt(byte) << BigInt(8 * i);
  return Number(BigInt.asIntN(8 * bytes.length, value));
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Text of Python 2 is bytes: UTF-8 where it is that, else one character a byte. */
export function textOrLatin1(bytes: Buffer): string {
  if (bytes.every((byte) => byte < 0x80)) return bytes.toString('latin1');
  try {
    return UTF8.decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** Text as Python 2 quotes it. */
export function quotedText(line: string, fault: Fault): string {
  const text = line.trim();
  const quote = text[0];
  if (text.length < 2 || (quote !== "'" && quote !== '"') || !text.endsWith(quote))
    throw fault('it has text without quotes');
  const inside = text.slice(1, -1);
  if (!inside.includes('\\') && !/[\x80-\xff]/.test(inside)) return inside;
  const plain = inside.replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.)/g, (_, sign: string) => {
    if (/^x./.test(sign)) return String.fromCharCode(Number.parseInt(sign.slice(1), 16));
    if (/^[0-7]/.test(sign)) return String.fromCharCode(Number.parseInt(sign, 8) & 0xff);
    return ESCAPES[sign] ?? sign;
  });
  return textOrLatin1(Buffer.from(plain, 'latin1'));
}

/** Text in Python's raw-unicode-escape: one character a byte, and \uXXXX for what has no such byte. */
export const escapedText = (line: string): string =>
  line.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (whole, short?: string, long?: string) => {
    const point = Number.parseInt(short ?? long ?? '', 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
