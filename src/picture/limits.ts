import { SpotterError } from '../errors.ts';

/** What a picture may be; everything beyond is refused before it costs anything. */
export interface Limits {
  /** Encoded size in bytes. */
  readonly maxBytes: number;
  /** Width times height as the header says, before decoding. */
  readonly maxPixels: number;
  /** The same for AVIF, which is decoded as a whole and takes 18 bytes for each pixel; all tiles are counted. */
  readonly maxAvifPixels: number;
  /** Shortest and longest acceptable side in pixels, and how often the short one may go into the long one. */
  readonly minSide: number;
  readonly maxSide: number;
  readonly maxAspect: number;
  /** Channels of a pixel, alpha included, and bits of a channel. */
  readonly maxChannels: number;
  readonly maxBits: number;
}

export const DEFAULT_LIMITS: Limits = {
  maxBytes: 20 * 2 ** 20,
  maxPixels: 50e6,
  maxAvifPixels: 16e6,
  minSide: 8,
  maxSide: 40_000,
  maxAspect: 200,
  maxChannels: 5,
  maxBits: 16,
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
  new SpotterError(
    'too-costly',
    'Decoding the picture takes too much memory.',
    'Send a smaller version of the picture, or save it again as JPEG.',
    cause,
  );
