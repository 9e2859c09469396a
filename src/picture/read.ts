import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type PictureSource, readBytes } from './bytes.ts';
import { decode } from './decode.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import type { Picture } from './picture.ts';
import { sniffFormat } from './sniff.ts';
import { unlessStopped } from './stop.ts';

export interface ReadOptions {
  readonly limits?: Partial<Limits>;
  readonly signal?: AbortSignal;
}

export interface PictureReader {
  /** Like `readPicture`, but bytes seen lately are not decoded again: the very same Picture is returned. */
  read(source: PictureSource, options?: { readonly signal?: AbortSignal }): Promise<Picture>;
}

/**
 * Reads a picture from a file path, from bytes, or from a stream, and decodes it once.
 *
 * @example
 * const picture = await readPicture('street.jpg', { signal: AbortSignal.timeout(10_000) });
 * @throws SpotterError not-found, empty-file, too-many-bytes, not-a-picture, unsupported-picture,
 *   too-many-pixels, too-small, broken-picture, cancelled, timed-out
 */
export async function readPicture(
  source: PictureSource,
  { limits = {}, signal }: ReadOptions = {},
): Promise<Picture> {
  const allowed = { ...DEFAULT_LIMITS, ...limits };
  const bytes = await readBytes(source, allowed, signal);
  return unlessStopped(toPicture(bytes, sha256(bytes), allowed, signal), signal);
}

/**
 * A reader that remembers the decoded pictures of the last questions, up to `cacheBytes` of rasters (a raster of
 * 1600 x 1200 has 5.8 MB), and that decodes bytes asked for several times at once only once.
 */
export function createPictureReader(
  options: { readonly limits?: Partial<Limits>; readonly cacheBytes?: number } = {},
): PictureReader {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const known = new LRUCache<string, Picture>({
    maxSize: options.cacheBytes ?? 64 * 2 ** 20,
    sizeCalculation: (picture) => picture.raster.data.length,
  });
  const underway = new Map<string, Promise<Picture>>();

  // Without a signal: whoever gives up must not spoil it for others who wait for the same picture.
  function decodeOnce(bytes: Uint8Array, key: string): Promise<Picture> {
    const work = toPicture(bytes, key, limits)
      .then((picture) => {
        known.set(key, picture);
        return picture;
      })
      .finally(() => underway.delete(key));
    underway.set(key, work);
    return work;
  }

  return {
    async read(source, { signal } = {}) {
      const bytes = await readBytes(source, limits, signal);
      const key = sha256(bytes);
      return known.get(key) ?? unlessStopped(underway.get(key) ?? decodeOnce(bytes, key), signal);
    },
  };
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function toPicture(
  bytes: Uint8Array,
  key: string,
  limits: Limits,
  signal?: AbortSignal,
): Promise<Picture> {
  const format = await sniffFormat(bytes);
  return { ...(await decode(bytes, format, limits, signal)), sha256: key, format };
}
