/** What a picture may be; everything beyond is refused before it costs anything. */
export interface Limits {
  /** Encoded size in bytes. */
  readonly maxBytes: number;
  /** Width times height as the header says, before decoding. */
  readonly maxPixels: number;
  /** Shortest acceptable side in pixels. */
  readonly minSide: number;
}

export const DEFAULT_LIMITS: Limits = { maxBytes: 20 * 2 ** 20, maxPixels: 50e6, minSide: 8 };

/** "20 MiB", "1.5 KiB": bytes for a person. */
export function inBytes(n: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'];
  const power = Math.min(Math.floor(Math.log2(Math.max(n, 1)) / 10), units.length - 1);
  return `${Number((n / 2 ** (10 * power)).toFixed(1))} ${units[power]}`;
}

/** "50 megapixels": a pixel count for a person. */
export const inMegapixels = (n: number): string =>
  n >= 1e5 ? `${Number((n / 1e6).toFixed(1))} megapixels` : `${n} pixels`;
