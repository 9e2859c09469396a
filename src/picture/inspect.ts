import { SpotterError } from '../errors.ts';
import { OutOfMemory } from '../worker/worker.ts';
import type { PictureFormat, Size } from './picture.ts';

const READABLE: Readonly<Record<string, PictureFormat>> = {
  jpg: 'jpeg',
  png: 'png',
  apng: 'png',
  webp: 'webp',
  gif: 'gif',
  avif: 'avif',
  heic: 'heic',
  tif: 'tiff',
};

const SUPPORTED = 'Send a JPEG, PNG, WebP, GIF, AVIF, HEIC or TIFF picture.';

/** What text turns out to be, most telling first; `picture` marks those that are pictures all the same. */
const TEXTS: readonly { readonly pattern: RegExp; readonly name: string; readonly picture?: true }[] = [
  { pattern: /<svg[\s>]/i, name: 'an SVG drawing', picture: true },
  { pattern: /^\s*(<!doctype html|<html)/i, name: 'a web page (HTML)' },
  { pattern: /^\s*[[{]/, name: 'JSON or other text' },
  { pattern: /^/, name: 'text' },
];

/**
 * The format of a picture, judged by its bytes alone: file names and MIME types lie.
 *
 * @throws SpotterError unsupported-picture (SVG, BMP, camera raw …), not-a-picture (all else)
 */
export async function sniffFormat(bytes: Uint8Array): Promise<PictureFormat> {
  // Loaded when needed: by the decoder, and not by whoever only asks for the limits.
  const { fileTypeFromBuffer } = await import('file-type');
  const type = await fileTypeFromBuffer(bytes).catch(() => undefined);
  const format = type ? READABLE[type.ext] : cutOffTiff(bytes);
  if (format) return format;
  const text = textOf(bytes);
  if (text !== undefined) {
    const { name, picture } = TEXTS.find(({ pattern }) => pattern.test(text))!;
    throw refusal(name, picture === true);
  }
  if (!type) {
    throw new SpotterError('not-a-picture', 'The file is not a picture: its kind is unknown.', SUPPORTED);
  }
  throw refusal(`a file of type ${type.ext.toUpperCase()}`, type.mime.startsWith('image/'));
}

function refusal(name: string, picture: boolean): SpotterError {
  return picture
    ? new SpotterError(
        'unsupported-picture',
        `The picture seems to be ${name}, which cannot be read.`,
        SUPPORTED,
      )
    : new SpotterError('not-a-picture', `The file is not a picture: it seems to be ${name}.`, SUPPORTED);
}

/** A TIFF's directory is often at its end; without it file-type does not know one, but the decoder can say why. */
function cutOffTiff(bytes: Uint8Array): 'tiff' | undefined {
  const magic = Buffer.from(bytes.subarray(0, 4)).toString('latin1');
  return magic === 'II*\0' || magic === 'MM\0*' ? 'tiff' : undefined;
}

/** The beginning as text, where all of it is text: UTF-8 or, with a byte order mark, UTF-16. */
function textOf(bytes: Uint8Array): string | undefined {
  const head = bytes.subarray(0, 4096);
  const utf16 = head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : undefined;
  try {
    // `stream` forgives a character cut in two at the end of the excerpt.
    const text = new TextDecoder(utf16 ?? 'utf-8', { fatal: true }).decode(head, { stream: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary from text
    return /[\x00-\x08\x0e-\x1a]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

export interface Header extends Size {
  /** Whether the pixels are stored turned or mirrored, so that a reader who ignores EXIF sees another picture. */
  readonly turned: boolean;
}

/**
 * The size of the oriented picture in a file, in pixels, without decoding it: a fraction of a millisecond.
 * @throws SpotterError broken-picture
 */
export async function readHeader(path: string): Promise<Header> {
  try {
    const { default: sharp } = await import('sharp');
    const { width, height, autoOrient, orientation = 1 } = await sharp(path).metadata();
    return { ...(autoOrient ?? { width, height }), turned: orientation > 1 };
  } catch (cause) {
    throw new SpotterError('broken-picture', `"${path}" is no picture that can be read.`, '', cause);
  }
}

/** What a picture may be; everything beyond is refused before it costs anything. */
export interface Limits {
  /** Encoded size in bytes. */
  readonly maxBytes: number;
  /** Width times height as the header says, before decoding, of every format that has no limit of its own below. */
  readonly maxPixels: number;
  /** The same for JPEG, which is made smaller while it is decoded. */
  readonly maxJpegPixels: number;
  /** The same for AVIF, which is decoded as a whole and takes 18 bytes for each pixel; all tiles are counted. */
  readonly maxAvifPixels: number;
  /** The same for HEIC, which takes 10 bytes for each pixel. */
  readonly maxHeicPixels: number;
  /** Shortest and longest acceptable side in pixels, and how often the short one may go into the long one. */
  readonly minSide: number;
  readonly maxSide: number;
  readonly maxAspect: number;
  /** Channels of a pixel, alpha included, and bits of a channel. */
  readonly maxChannels: number;
  readonly maxBits: number;
  /** All pixels with all their channels, as they are decoded. */
  readonly maxDecodedBytes: number;
}

export const DEFAULT_LIMITS: Limits = {
  maxBytes: 20 * 2 ** 20,
  maxPixels: 50e6,
  maxJpegPixels: 120e6,
  maxAvifPixels: 16e6,
  maxHeicPixels: 25e6,
  minSide: 8,
  maxSide: 40_000,
  maxAspect: 200,
  maxChannels: 5,
  maxBits: 16,
  maxDecodedBytes: 250e6,
};

/** "20 MiB", "1.5 KiB": bytes for a person. */
export function inBytes(n: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'];
  const power = Math.min(Math.floor(Math.log2(Math.max(n, 1)) / 10), units.length - 1);
  return `${Number((n / 2 ** (10 * power)).toFixed(1))} ${units[power]}`;
}

/** "50 megapixels": a pixel count for a person. */
export const inMegapixels = (n: number): string =>
  n >= 1e5 ? `${Number((n / 1e6).toFixed(1))} megapixels` : `${n} pixels`;

export const outOfMemory = (cause?: unknown): SpotterError =>
  new OutOfMemory(
    'too-costly',
    'Decoding the picture takes too much memory.',
    'Send a smaller version of the picture, or save it again as JPEG.',
    cause,
  );
