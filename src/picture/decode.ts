import type { Metadata, Sharp } from 'sharp';
import sharp from 'sharp';
import { SpotterError } from '../errors.ts';
import { inBytes, inMegapixels, type Limits, outOfMemory, sniffFormat } from './inspect.ts';
import { type PictureFormat, type Raster, rasterScale, type Size } from './picture.ts';

export interface Decoded {
  readonly format: PictureFormat;
  /** Full size of the oriented picture in pixels. */
  readonly width: number;
  readonly height: number;
  readonly raster: Raster;
}

/**
 * Decodes the first frame that shows something, once: oriented, sRGB (embedded profiles and CMYK converted), laid on white
 * (a light drawing without a ground on a dark one), made smaller by `rasterScale`. The header alone decides whether decoding is tried.
 *
 * @param onHeader told the number of pixels before they are decoded
 * @throws SpotterError not-a-picture, unsupported-picture, too-many-pixels, too-small, broken-picture, too-costly
 */
export async function decode(
  bytes: Uint8Array,
  limits: Limits,
  onHeader: (pixels: number) => void = () => {},
): Promise<Decoded> {
  const format = await sniffFormat(bytes);
  if (format === 'heic') return decodeHeic(bytes, limits, onHeader);
  const jpeg =
    format === 'jpeg' ? structureOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)) : undefined;
  // Some programs leave the end mark out.
  const whole = jpeg?.ended === false ? Buffer.concat([bytes, END_MARK]) : bytes;
  // failOn 'error' refuses truncated files but bears the harmless warnings that many cameras' files cause. Where the end
  // mark had to be added, a warning is all that tells of what is missing before it.
  const options = {
    failOn: whole === bytes ? 'error' : 'warning',
    limitInputPixels: false,
    autoOrient: true,
  } as const;
  const broken = (thrown: unknown): never => {
    if (format === 'avif' && isAnimatedAvif(bytes))
      throw unsupported('The picture is an animated AVIF, which cannot be read.');
    if (format === 'png' && isCgBI(bytes))
      throw unsupported("The picture is a PNG of an iPhone's app (CgBI), which cannot be read.");
    throw undecodable(format, thrown);
  };
  const header = await sharp(whole, options).metadata().catch(broken);
  const { width, height } = header.autoOrient ?? header;
  checkHeader(header, format, limits);
  if (format === 'avif') await checkTiles(bytes, format, limits.maxAvifPixels);
  if (jpeg) checkScans(jpeg.scans);
  onHeader(width * height);
  // As many frames as fit into what one picture may cost.
  const pages = Math.min(header.pages ?? 1, Math.floor(limits.maxPixels / (width * height)));
  const page = pages > 1 ? await firstShown(whole, pages) : 0;
  const image = sharp(whole, { ...options, limitInputPixels: mostPixels(format, limits), page });
  const ground = header.hasAlpha ? await groundFor(whole, page).catch(broken) : LIGHT_GROUND;
  const raster = await rasterOf(image, { width, height }, ground).catch(broken);
  return { format, width, height, raster };
}

const mostPixels = (format: PictureFormat, { maxPixels, maxJpegPixels }: Limits): number =>
  format === 'jpeg' ? maxJpegPixels : maxPixels;

/** Oriented pixels in sRGB without alpha, made smaller by `rasterScale`. @throws what the library throws */
async function rasterOf(image: Sharp, { width, height }: Size, ground = LIGHT_GROUND): Promise<Raster> {
  const scale = rasterScale({ width, height });
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  const { data, info } = await image
    .flatten({ background: ground })
    .resize({ width: side(width), height: side(height), fit: 'fill' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`decoded to ${info.channels} channels`);
  return { width: info.width, height: info.height, data };
}

/** Decodes a HEIC by libheif, which turns it as its header says; few pictures are HEIC, so it is loaded when needed. */
async function decodeHeic(
  bytes: Uint8Array,
  limits: Limits,
  onHeader: (pixels: number) => void,
): Promise<Decoded> {
  const format = 'heic';
  const pixels = await checkTiles(bytes, format, limits.maxHeicPixels);
  // It takes three times as long as a JPEG.
  onHeader(3 * pixels);
  const { default: decodeImage } = await import('heic-decode');
  try {
    const { width, height, data } = await decodeImage({ buffer: bytes });
    checkSize({ width, height }, limits);
    const image = sharp(Buffer.from(data.buffer), { raw: { width, height, channels: 4 } });
    return { format, width, height, raster: await rasterOf(image, { width, height }) };
  } catch (thrown) {
    throw thrown instanceof SpotterError ? thrown : undecodable(format, thrown);
  }
}

const LIGHT_GROUND = '#fff';
const DARK_GROUND = '#222';
/** A drawing of which so much is not covered is laid on a ground that it stands out from. */
const BARE = 0.2;
const LIGHT = 200;
const THUMBNAIL = 64;

/** White, and dark for a light drawing without a ground of its own. */
async function groundFor(bytes: Uint8Array, page: number): Promise<string> {
  const data = await sharp(bytes, { page })
    .resize({ width: THUMBNAIL, height: THUMBNAIL, fit: 'fill' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer();
  let [covered, light] = [0, 0];
  for (let at = 0; at + 3 < data.length; at += 4) {
    const alpha = data[at + 3]! / 255;
    covered += alpha;
    light += (alpha * (data[at]! + data[at + 1]! + data[at + 2]!)) / 3;
  }
  const bare = 1 - covered / THUMBNAIL ** 2;
  return bare > BARE && covered > 0 && light / covered > LIGHT ? DARK_GROUND : LIGHT_GROUND;
}

/** How many frames of an animation are tried. */
const FRAMES = 5;
/** Standard deviation of a channel, 0..255, below which a frame shows nothing. */
const BLANK = 3;

/** The first frame on which there is something to see: many animations begin with an empty one. */
async function firstShown(bytes: Uint8Array, pages: number): Promise<number> {
  const tried = [
    0,
    ...Array.from({ length: FRAMES - 1 }, (_, i) => Math.floor(((i + 1) * (pages - 1)) / (FRAMES - 1))),
  ];
  for (const page of new Set(tried)) {
    const { channels } = await sharp(bytes, { page, failOn: 'error' })
      .stats()
      .catch(() => ({ channels: [] }));
    if (channels.slice(0, 3).some(({ stdev }) => stdev > BLANK)) return page;
  }
  return 0;
}

const END_MARK = Buffer.from([0xff, 0xd9]);

/** The chunk with which Apple's tools begin a PNG that only Apple's programs read. */
const isCgBI = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(12, 16)).toString('latin1') === 'CgBI';

const isAnimatedAvif = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(8, 12)).toString('latin1') === 'avis';

function checkHeader(header: Metadata, format: PictureFormat, limits: Limits): void {
  const { width, height } = header.autoOrient ?? header;
  // The library does its own sniffing; a file made to look like one thing to us and another to it is refused.
  if (header.format !== (format === 'avif' ? 'heif' : format)) {
    throw undecodable(format, new Error(`decoder sees ${header.format}`));
  }
  const most = mostPixels(format, limits);
  if (width * height > most) {
    throw tooManyPixels(
      `The picture has ${width} x ${height} pixels (${inMegapixels(width * height)}), the limit is ${inMegapixels(most)}.`,
    );
  }
  checkSize({ width, height }, limits);
  const { channels = 0, depth = '' } = header;
  if (channels > limits.maxChannels) {
    throw unsupported(`The picture has ${channels} channels, at most ${limits.maxChannels} are read.`);
  }
  const bits = BITS[depth] ?? Number.POSITIVE_INFINITY;
  if (bits > limits.maxBits) {
    throw unsupported(`The picture has ${bits} bits in a channel, at most ${limits.maxBits} are read.`);
  }
  const decoded = (width * height * channels * bits) / 8;
  // A JPEG is never decoded as a whole.
  if (format !== 'jpeg' && decoded > limits.maxDecodedBytes) {
    throw new SpotterError(
      'too-costly',
      `The picture decodes to ${inBytes(decoded)}, the limit is ${inBytes(limits.maxDecodedBytes)}.`,
      'Send a smaller version of the picture, or one of 8 bits a channel.',
    );
  }
}

/** @throws SpotterError too-many-pixels, too-small, unsupported-picture */
function checkSize({ width, height }: Size, limits: Limits): void {
  const [short, long] = width < height ? [width, height] : [height, width];
  if (long > limits.maxSide) {
    throw tooManyPixels(
      `The picture has ${width} x ${height} pixels, a side may have at most ${limits.maxSide}.`,
    );
  }
  if (short < limits.minSide) {
    throw new SpotterError(
      'too-small',
      `The picture has only ${width} x ${height} pixels, each side needs at least ${limits.minSide}.`,
      'Send a larger version of the picture.',
    );
  }
  if (long > limits.maxAspect * short) {
    throw unsupported(
      `The picture has ${width} x ${height} pixels: one side is more than ${limits.maxAspect} times the other.`,
      'Send the part of it that matters.',
    );
  }
}

/** Bits of a channel, by the decoder's name for its type. */
const BITS: Readonly<Record<string, number>> = {
  ...{ uchar: 8, char: 8, ushort: 16, short: 16, uint: 32, int: 32, float: 32, complex: 64, double: 64 },
  dpcomplex: 128,
};

/** How many pixels are to be decoded of a picture in tiles. @throws SpotterError too-many-pixels */
async function checkTiles(bytes: Uint8Array, format: PictureFormat, most: number): Promise<number> {
  // Few pictures are AVIF or HEIC, and the parser takes a while to load.
  const { heifPixels } = await import('./heif.ts');
  const pixels = heifPixels(bytes) ?? 0;
  if (pixels <= most) return pixels;
  throw tooManyPixels(
    `The ${format.toUpperCase()} picture has ${inMegapixels(pixels)} to be decoded, the limit is ${inMegapixels(most)} for this format.`,
  );
}

/** Progressive JPEGs have about ten scans; each costs a pass over all pixels, and a hostile file has thousands. */
const MAX_SCANS = 100;

/** @throws SpotterError unsupported-picture */
function checkScans(scans: number): void {
  if (scans <= MAX_SCANS) return;
  throw unsupported(`The JPEG picture is stored in ${scans} passes; at most ${MAX_SCANS} are read.`);
}

const [END_OF_IMAGE, START_OF_SCAN] = [0xd9, 0xda];
/** Markers without a length: TEM, RST0 to RST7, SOI; and the zero behind a 0xff of the data. */
const isBare = (marker: number): boolean => marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/**
 * Follows the markers of a JPEG up to its end: how many scans it has, and whether the end is marked. Neither metadata nor what
 * follows the picture counts.
 */
function structureOf(jpeg: Buffer): { scans: number; ended: boolean } {
  let scans = 0;
  for (let at = jpeg.indexOf(0xff); at >= 0 && at + 1 < jpeg.length; at = jpeg.indexOf(0xff, at)) {
    const marker = jpeg[at + 1]!;
    if (marker === END_OF_IMAGE) return { scans, ended: true };
    if (marker === START_OF_SCAN) scans += 1;
    if (marker === 0xff) at += 1;
    else if (isBare(marker)) at += 2;
    else if (at + 3 < jpeg.length) at += 2 + jpeg.readUInt16BE(at + 2);
    else break;
  }
  return { scans, ended: false };
}

const tooManyPixels = (sentence: string): SpotterError =>
  new SpotterError('too-many-pixels', sentence, 'Send a smaller version of the picture.');

const unsupported = (sentence: string, hint = 'Open it in a viewer and save it again.'): SpotterError =>
  new SpotterError('unsupported-picture', sentence, hint);

/** What the libraries say when the system gives them no more memory. */
const OUT_OF_MEMORY = /out of memory|memory allocation|cannot allocate/i;

function undecodable(format: PictureFormat, cause: unknown): SpotterError {
  if (cause instanceof Error && OUT_OF_MEMORY.test(cause.message)) return outOfMemory(cause);
  return new SpotterError(
    'broken-picture',
    `The ${format.toUpperCase()} picture is damaged or incomplete and cannot be decoded.`,
    'Open it in a viewer and save it again, or send another copy.',
    cause,
  );
}

/**
 * The pixels of a picture of our own making, as large as they are: not for what others send, see `decode`.
 * @throws Error of sharp, where it is none
 */
export async function decodeRaster(
  bytes: Uint8Array,
): Promise<{ format: string | undefined; raster: Raster }> {
  const image = sharp(bytes, { failOn: 'error' });
  const { format } = await image.metadata();
  const { data, info } = await image
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { format, raster: { width: info.width, height: info.height, data } };
}
