import type { Metadata } from 'sharp';
import sharp from 'sharp';
import { SpotterError } from '../errors.ts';
import { inBytes, inMegapixels, type Limits, outOfMemory, sniffFormat } from './inspect.ts';
import { type PictureFormat, RASTER_SIDE, type Raster } from './picture.ts';

export interface Decoded {
  readonly format: PictureFormat;
  /** Full size of the oriented picture in pixels. */
  readonly width: number;
  readonly height: number;
  readonly raster: Raster;
}

/**
 * Decodes the first frame once: oriented, sRGB (embedded profiles and CMYK converted), alpha laid on white,
 * longer side at most RASTER_SIDE. The header alone decides whether decoding is tried.
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
  // failOn 'error' refuses truncated files but bears the harmless warnings that many cameras' files cause.
  const options = { failOn: 'error', limitInputPixels: false, autoOrient: true } as const;
  const header = await sharp(bytes, options)
    .metadata()
    .catch((thrown) => {
      throw undecodable(format, thrown);
    });
  const { width, height } = header.autoOrient ?? header;
  checkHeader(header, format, limits);
  if (format === 'avif') await checkAvif(bytes, limits);
  if (format === 'jpeg') checkScans(bytes);
  onHeader(width * height);
  const scale = Math.min(1, RASTER_SIDE / Math.max(width, height));
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  const { data, info } = await sharp(bytes, { ...options, limitInputPixels: limits.maxPixels })
    .flatten({ background: '#fff' })
    .resize({ width: side(width), height: side(height), fit: 'fill' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((thrown) => {
      throw undecodable(format, thrown);
    });
  if (info.channels !== 3) throw undecodable(format, new Error(`decoded to ${info.channels} channels`));
  return { format, width, height, raster: { width: info.width, height: info.height, data } };
}

function checkHeader(header: Metadata, format: PictureFormat, limits: Limits): void {
  const { width, height } = header.autoOrient ?? header;
  // The library does its own sniffing; a file made to look like one thing to us and another to it is refused.
  if (header.format !== (format === 'avif' ? 'heif' : format)) {
    throw undecodable(format, new Error(`decoder sees ${header.format}`));
  }
  if (width * height > limits.maxPixels) {
    throw tooManyPixels(
      `The picture has ${width} x ${height} pixels (${inMegapixels(width * height)}), the limit is ${inMegapixels(limits.maxPixels)}.`,
    );
  }
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
  const { channels = 0, depth = '' } = header;
  if (channels > limits.maxChannels) {
    throw unsupported(`The picture has ${channels} channels, at most ${limits.maxChannels} are read.`);
  }
  const bits = BITS[depth] ?? Number.POSITIVE_INFINITY;
  if (bits > limits.maxBits) {
    throw unsupported(`The picture has ${bits} bits in a channel, at most ${limits.maxBits} are read.`);
  }
  const decoded = (width * height * channels * bits) / 8;
  if (decoded > limits.maxDecodedBytes) {
    throw new SpotterError(
      'too-costly',
      `The picture decodes to ${inBytes(decoded)}, the limit is ${inBytes(limits.maxDecodedBytes)}.`,
      'Send a smaller version of the picture, or one of 8 bits a channel.',
    );
  }
}

/** Bits of a channel, by the decoder's name for its type. */
const BITS: Readonly<Record<string, number>> = {
  ...{ uchar: 8, char: 8, ushort: 16, short: 16, uint: 32, int: 32, float: 32, complex: 64, double: 64 },
  dpcomplex: 128,
};

/** @throws SpotterError too-many-pixels */
async function checkAvif(bytes: Uint8Array, { maxAvifPixels }: Limits): Promise<void> {
  // Few pictures are AVIF, and the parser takes a while to load.
  const { avifPixels } = await import('./avif.ts');
  const pixels = avifPixels(bytes) ?? 0;
  if (pixels <= maxAvifPixels) return;
  throw tooManyPixels(
    `The AVIF picture has ${inMegapixels(pixels)} to be decoded, the limit is ${inMegapixels(maxAvifPixels)} for this format.`,
  );
}

/** Progressive JPEGs have about ten scans; each costs a pass over all pixels, and a hostile file has thousands. */
const MAX_SCANS = 100;

/** @throws SpotterError unsupported-picture */
function checkScans(bytes: Uint8Array): void {
  const scans = scansOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  if (scans <= MAX_SCANS) return;
  throw unsupported(`The JPEG picture is stored in ${scans} passes; at most ${MAX_SCANS} are read.`);
}

const [END_OF_IMAGE, START_OF_SCAN] = [0xd9, 0xda];
/** Markers without a length: TEM, RST0 to RST7, SOI; and the zero behind a 0xff of the data. */
const isBare = (marker: number): boolean => marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/** Counts the scans of a JPEG up to its end: neither metadata nor what follows the picture counts. */
function scansOf(jpeg: Buffer): number {
  let scans = 0;
  for (let at = jpeg.indexOf(0xff); at >= 0 && at + 3 < jpeg.length; at = jpeg.indexOf(0xff, at)) {
    const marker = jpeg[at + 1]!;
    if (marker === END_OF_IMAGE) break;
    if (marker === START_OF_SCAN) scans += 1;
    if (marker === 0xff) at += 1;
    else at += isBare(marker) ? 2 : 2 + jpeg.readUInt16BE(at + 2);
  }
  return scans;
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
