import { readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

/** A picture of a few kilobytes that takes gigabytes or minutes where nothing limits its decoder. */
export interface HostilePicture {
  readonly name: string;
  readonly bytes: () => Promise<Buffer> | Buffer;
}

/** 16000 x 16000 pixels, of which the header shows 100 x 100. */
const CROPPED = readFileSync(new URL('pictures/avif-16000-clap-100.avif', import.meta.url));
const HEIC = readFileSync(new URL('../picture/two-dogs.heic', import.meta.url));

export const HOSTILE_PICTURES: readonly HostilePicture[] = [
  { name: 'AVIF of 256 megapixels that shows 100 x 100', bytes: () => CROPPED },
  { name: 'AVIF that says 3000 x 2000 and holds 16000 x 16000', bytes: () => lying(CROPPED, 3000, 2000) },
  { name: 'AVIF that says 8 x 8 and holds 16000 x 16000', bytes: () => lying(CROPPED, 8, 8) },
  { name: 'AVIF grid of one tile of 4000 x 4000, 256 times', bytes: () => avifGrid(16, 16, 4000, 4000) },
  { name: 'AVIF grid of one tile of 240 x 240, 65536 times', bytes: () => avifGrid(256, 256, 240, 4000) },
  { name: 'AVIF grid of one tile of 1000 x 1000, 15 times', bytes: () => avifGrid(3, 5, 1000, 3000) },
  { name: 'HEIC that says 64 x 48 and holds 852 x 1280', bytes: () => lying(HEIC, 64, 48) },
  { name: 'HEIC that says 30000 x 30000', bytes: () => lying(HEIC, 30_000, 30_000) },
  {
    name: 'HEIC grid of one tile of 852 x 1280, 256 times',
    bytes: () => heifGrid(HEIC, HEVC, { rows: 16, columns: 16, tile: [852, 1280], shown: [4000, 4000] }),
  },
  {
    name: 'HEIC grid of one tile of 852 x 1280, 20 times, that shows 100 x 100',
    bytes: () => heifGrid(HEIC, HEVC, { rows: 4, columns: 5, tile: [852, 1280], shown: [100, 100] }),
  },
  { name: 'HEIC that is cut off', bytes: () => HEIC.subarray(0, 4000) },
  {
    name: 'JPEG of 119 megapixels, progressive',
    bytes: () => flat(12_000, 9900).jpeg({ progressive: true }).toBuffer(),
  },
  { name: 'JPEG of 119 megapixels in 90 scans', bytes: () => manyScans(12_000, 9900, 90) },
  {
    name: 'PNG of 1000000 x 50 pixels of 64 bits',
    bytes: () => png(1_000_000, 50, { bits: 16, alpha: true }),
  },
  {
    name: 'PNG of 40000 x 1250 pixels of 64 bits',
    bytes: () => png(40_000, 1250, { bits: 16, alpha: true }),
  },
  {
    name: 'interlaced PNG of 50 megapixels of 64 bits',
    bytes: () => png(7000, 7000, { bits: 16, alpha: true, interlaced: true }),
  },
  { name: 'PNG of 8 x 6250000', bytes: () => png(8, 6_250_000, { bits: 8 }) },
  { name: 'PNG with a comment of 1 GiB', bytes: () => png(64, 64, { bits: 8, comment: 2 ** 30 }) },
  {
    name: 'TIFF of 49 megapixels in four inks',
    bytes: () => flat(6990, 6990).toColourspace('cmyk').tiff({ compression: 'deflate' }).toBuffer(),
  },
  { name: 'JPEG of 49 megapixels in 90 scans', bytes: () => manyScans(7000, 7000, 90) },
  { name: 'JPEG of 65000 x 760', bytes: () => flat(65_000, 760).jpeg({ progressive: true }).toBuffer() },
  {
    name: 'WebP of 16000 x 3100, lossless',
    bytes: () => flat(16_000, 3100).webp({ lossless: true, effort: 0 }).toBuffer(),
  },
  { name: 'GIF of 65000 x 760', bytes: () => gif(65_000, 760) },
  {
    name: 'TIFF of 6250000 x 8 pixels of 48 bits',
    bytes: () => tiff({ width: 6_250_000, height: 8, bits: 16 }),
  },
  {
    name: 'TIFF with tiles of 65520 x 65520',
    bytes: () => tiff({ width: 64, height: 64, bits: 8, tile: 65_520 }),
  },
  { name: 'TIFF of 65000 channels', bytes: () => tiff({ width: 64, height: 64, bits: 8, channels: 65_000 }) },
  {
    name: 'TIFF of 64 bits a channel',
    bytes: () => tiff({ width: 4000, height: 4000, bits: 64, float: true }),
  },
  {
    name: 'TIFF whose directories go in a circle',
    bytes: () => tiff({ width: 64, height: 64, bits: 8, circle: true }),
  },
  {
    name: 'TIFF of one strip that unpacks to 4 GB',
    bytes: () => tiff({ width: 30_000, height: 1600, bits: 8, strip: 2 ** 32 - 1 }),
  },
];

const flat = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#357' }, limitInputPixels: false });

/** The same file with another size in its `ispe` property. */
function lying(avif: Buffer, width: number, height: number): Buffer {
  const out = Buffer.from(avif);
  const at = out.indexOf('ispe') + 8;
  out.writeUInt32BE(width, at);
  out.writeUInt32BE(height, at + 4);
  // Without the crop, which would be larger than that.
  const crop = out.indexOf('clap');
  if (crop > 0) out.write('free', crop, 'latin1');
  return out;
}

const box = (type: string, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
};
const u8 = (...values: readonly number[]): Buffer => Buffer.from(values);
const u16 = (...values: readonly number[]): Buffer => {
  const out = Buffer.alloc(2 * values.length);
  for (const [i, value] of values.entries()) out.writeUInt16BE(value, 2 * i);
  return out;
};
const u32 = (...values: readonly number[]): Buffer => {
  const out = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) out.writeUInt32BE(value, 4 * i);
  return out;
};
const fullBox = (type: string, version: number, ...parts: readonly Buffer[]): Buffer =>
  box(type, u32(version << 24), ...parts);

/** What tells one kind of HEIF file from another. */
interface Coding {
  readonly brands: string;
  readonly item: string;
  readonly configuration: string;
}
const AV1: Coding = { brands: 'avif\0\0\0\0avifmif1miafMA1B', item: 'av01', configuration: 'av1C' };
const HEVC: Coding = { brands: 'heic\0\0\0\0heicmif1', item: 'hvc1', configuration: 'hvcC' };

interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** Width and height, in pixels. */
  readonly tile: readonly [number, number];
  readonly shown: readonly [number, number];
}

const avifGrid = async (rows: number, columns: number, tile: number, shown: number): Promise<Buffer> =>
  heifGrid(await flat(tile, tile).avif({ effort: 0 }).toBuffer(), AV1, {
    ...{ rows, columns, tile: [tile, tile], shown: [shown, shown] },
  });

/** A picture made of one tile, which it refers to again and again. @param single the tile as a picture of its own */
function heifGrid(single: Buffer, coding: Coding, { rows, columns, tile, shown }: Grid): Buffer {
  const configuration = boxIn(single, coding.configuration);
  const payload = boxIn(single, 'mdat').subarray(8);
  const grid = Buffer.concat([u8(0, 0, rows - 1, columns - 1), u16(...shown)]);
  const items = fullBox('iinf', 0, u16(2), infe(1, 'grid'), infe(2, coding.item));
  // So many at most can be counted in 16 bits.
  const tiles = Math.min(rows * columns, 65_535);
  const references = fullBox('iref', 0, box('dimg', u16(1, tiles), u16(...Array<number>(tiles).fill(2))));
  const properties = box(
    'iprp',
    box(
      'ipco',
      fullBox('ispe', 0, u32(...shown)),
      fullBox('ispe', 0, u32(...tile)),
      configuration,
      fullBox('pixi', 0, u8(3, 8, 8, 8)),
    ),
    fullBox('ipma', 0, u32(2), u16(1), u8(2, 1, 4), u16(2), u8(3, 2, 0x83, 4)),
  );
  const brand = box('ftyp', Buffer.from(coding.brands, 'latin1'));
  const meta = (at: number): Buffer =>
    fullBox(
      'meta',
      0,
      fullBox('hdlr', 0, u32(0), Buffer.from('pict', 'latin1'), u32(0, 0, 0), u8(0)),
      fullBox('pitm', 0, u16(1)),
      fullBox(
        'iloc',
        0,
        u8(0x44, 0),
        u16(2),
        u16(1, 0, 1),
        u32(at, grid.length),
        u16(2, 0, 1),
        u32(at + grid.length, payload.length),
      ),
      items,
      references,
      properties,
    );
  const at = brand.length + meta(0).length + 8;
  return Buffer.concat([brand, meta(at), box('mdat', grid, payload)]);
}

const infe = (id: number, type: string): Buffer =>
  fullBox('infe', 2, u16(id, 0), Buffer.from(type, 'latin1'), u8(0));

function boxIn(file: Buffer, type: string): Buffer {
  const at = file.indexOf(type) - 4;
  return file.subarray(at, at + file.readUInt32BE(at));
}

interface PngOptions {
  readonly bits: 8 | 16;
  readonly alpha?: boolean;
  readonly interlaced?: boolean;
  /** Of a compressed text, in bytes. */
  readonly comment?: number;
}

function png(
  width: number,
  height: number,
  { bits, alpha = false, interlaced = false, comment }: PngOptions,
): Buffer {
  const chunk = (type: string, body: Buffer): Buffer => {
    const typed = Buffer.concat([Buffer.from(type, 'latin1'), body]);
    return Buffer.concat([u32(body.length), typed, u32(crc32(typed))]);
  };
  const bytes = (bits / 8) * (alpha ? 4 : 3);
  const rows = interlaced ? adam7(width, height) : [[width, height] as const];
  const length = rows.reduce((sum, [w, h]) => sum + (w > 0 ? h * (1 + w * bytes) : 0), 0);
  const header = Buffer.concat([u32(width, height), u8(bits, alpha ? 6 : 2, 0, 0, interlaced ? 1 : 0)]);
  const text =
    comment === undefined
      ? []
      : [chunk('zTXt', Buffer.concat([Buffer.from('c\0\0', 'latin1'), zeros(comment)]))];
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...text,
    chunk('IDAT', zeros(length)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The sizes of the seven passes of an interlaced PNG. */
const adam7 = (width: number, height: number): (readonly [number, number])[] =>
  [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
  ].map(([x, y, dx, dy]) => [Math.ceil((width - x!) / dx!), Math.ceil((height - y!) / dy!)] as const);

/** So many zeros, compressed. */
const zeros = (length: number): Buffer => deflateSync(Buffer.alloc(length), { level: 1 });

/** A progressive JPEG that refines the same coefficients again and again. */
async function manyScans(width: number, height: number, scans: number): Promise<Buffer> {
  const jpeg = await flat(width, height).jpeg({ progressive: true }).toBuffer();
  const last = jpeg.lastIndexOf(Buffer.from([0xff, 0xda]));
  const scan = jpeg.subarray(last, jpeg.length - 2);
  const before = jpeg.subarray(0, last);
  return Buffer.concat([before, ...Array<Buffer>(scans).fill(scan), Buffer.from([0xff, 0xd9])]);
}

/** Its frame is as large as its screen, and of one colour. */
function gif(width: number, height: number): Buffer {
  const le = (...values: readonly number[]) => Buffer.from(values.flatMap((v) => [v & 255, v >> 8]));
  // Clear and a pixel, in codes of three bits, over and over.
  const codes = Buffer.alloc(255, 0b00_000_100);
  const blocks = Array.from({ length: 40 }, () => Buffer.concat([u8(255), codes]));
  return Buffer.concat([
    Buffer.from('GIF89a', 'latin1'),
    le(width, height),
    u8(0x80, 0, 0, 10, 20, 30, 40, 50, 60),
    u8(0x2c),
    le(0, 0, width, height),
    u8(0, 2),
    ...blocks,
    u8(0, 0x3b),
  ]);
}

interface TiffOptions {
  readonly width: number;
  readonly height: number;
  readonly bits: 8 | 16 | 64;
  readonly channels?: number;
  readonly float?: boolean;
  /** Side of a tile, in place of strips. */
  readonly tile?: number;
  /** What the only strip says to have, in bytes. */
  readonly strip?: number;
  readonly circle?: boolean;
}

function tiff(options: TiffOptions): Buffer {
  const { width, height, bits, channels = 3, float = false, tile, strip, circle = false } = options;
  const data = zeros(Math.min(width * height * 3 * (bits / 8), 2 ** 28));
  const [SHORT, LONG] = [3, 4];
  const entries: [tag: number, type: number, value: number][] = [
    [256, LONG!, width],
    [257, LONG!, height],
    [258, SHORT!, bits],
    [259, SHORT!, 8],
    [262, SHORT!, 2],
    [277, SHORT!, channels],
    [284, SHORT!, 1],
    [339, SHORT!, float ? 3 : 1],
  ];
  if (tile === undefined)
    entries.push([273, LONG!, 8], [278, LONG!, height], [279, LONG!, strip ?? data.length]);
  else entries.push([322, LONG!, tile], [323, LONG!, tile], [324, LONG!, 8], [325, LONG!, data.length]);
  entries.sort(([a], [b]) => a - b);
  const at = 8 + data.length + (data.length % 2);
  const directory = Buffer.alloc(2 + 12 * entries.length + 4);
  directory.writeUInt16LE(entries.length, 0);
  for (const [i, [tag, type, value]] of entries.entries()) {
    directory.writeUInt16LE(tag, 2 + 12 * i);
    directory.writeUInt16LE(type, 4 + 12 * i);
    directory.writeUInt32LE(1, 6 + 12 * i);
    if (type === SHORT) directory.writeUInt16LE(value, 10 + 12 * i);
    else directory.writeUInt32LE(value, 10 + 12 * i);
  }
  directory.writeUInt32LE(circle ? at : 0, 2 + 12 * entries.length);
  const head = Buffer.alloc(8);
  head.write('II*\0', 0, 'latin1');
  head.writeUInt32LE(at, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2), directory]);
}
