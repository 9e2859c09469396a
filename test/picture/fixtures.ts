import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

export type Colour = readonly [r: number, g: number, b: number];

export const RED: Colour = [220, 30, 40];
export const GREEN: Colour = [30, 160, 60];
export const BLUE: Colour = [30, 60, 200];
export const WHITE: Colour = [255, 255, 255];

/** Red, green over blue, white: each corner of the picture can be told from the others. */
export function quarters(width = 64, height = 48): Sharp {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [left, right] = y < height / 2 ? [RED, GREEN] : [BLUE, WHITE];
      data.set(x < width / 2 ? left : right, (y * width + x) * 3);
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** A JPEG with noise enough that cutting it loses pixels. */
export async function noisyJpeg(side = 256): Promise<Buffer> {
  const data = Buffer.alloc(side * side * 3);
  for (let i = 0, seed = 1; i < data.length; i++) {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    data[i] = seed >> 16;
  }
  return sharp(data, { raw: { width: side, height: side, channels: 3 } })
    .jpeg()
    .toBuffer();
}

/** 69 bytes that claim to be a picture of any size; decoding it would allocate all of that. */
export function pngBomb(width: number, height: number): Buffer {
  const chunk = (type: string, body: Buffer) => {
    const typed = Buffer.concat([Buffer.from(type, 'latin1'), body]);
    const out = Buffer.alloc(typed.length + 8);
    out.writeUInt32BE(body.length, 0);
    typed.copy(out, 4);
    out.writeUInt32BE(crc(typed), typed.length + 4);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', Buffer.from([0x78, 0x9c, 0x63, 0, 0, 0, 1, 0, 1])),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

// zlib's own crc32 came with Node 20.15.
const crc = (bytes: Buffer): number => crc32(bytes);

export const SVG =
  '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="9" height="9"/></svg>';

/** A zip archive with one stored file "a.txt". */
export function zip(): Buffer {
  const name = Buffer.from('a.txt');
  const body = Buffer.from('hello');
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(20, 4);
  local.writeUInt32LE(crc(body), 14);
  local.writeUInt32LE(body.length, 18);
  local.writeUInt32LE(body.length, 22);
  local.writeUInt16LE(name.length, 26);
  return Buffer.concat([local, name, body]);
}

/** The first bytes of an ISO media file of the given brand: "heic" is what telephones write. */
export const isoMedia = (brand: string): Buffer =>
  Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from(`ftyp${brand}\0\0\0\0mif1${brand}`, 'latin1')]);
