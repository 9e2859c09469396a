import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { createSharedWork } from '../shared-work.ts';
import { type PictureSource, readBytes } from './bytes.ts';
import { type DecodeOptions, decodePicture } from './decoder.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import type { Picture } from './picture.ts';

export interface ReadOptions {
  readonly limits?: Partial<Limits>;
  readonly signal?: AbortSignal;
}

export interface PictureReader {
  /** Like `readPicture`, but bytes seen lately are not decoded again: the very same Picture is returned. */
  read(source: PictureSource, options?: DecodeOptions): Promise<Picture>;
}

/**
 * Reads a picture from a file path, from bytes, or from a stream, and decodes it once.
 *
 * @example
 * const picture = await readPicture('street.jpg', { signal: AbortSignal.timeout(10_000) });
 * @throws SpotterError not-found, empty-file, too-many-bytes, not-a-picture, unsupported-picture,
 *   too-many-pixels, too-small, broken-picture, too-costly, busy, cancelled, timed-out
 */
export async function readPicture(
  source: PictureSource,
  { limits = {}, signal }: ReadOptions = {},
): Promise<Picture> {
  const allowed = { ...DEFAULT_LIMITS, ...limits };
  const bytes = await readBytes(source, allowed, signal);
  return toPicture(bytes, sha256(bytes), allowed, { signal });
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
  const share = createSharedWork<Picture>(known);
  return {
    async read(source, { signal, asker } = {}) {
      const bytes = await readBytes(source, limits, signal);
      const key = sha256(bytes);
      return share(key, (shared) => toPicture(bytes, key, limits, { signal: shared, asker }), signal);
    },
  };
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function toPicture(
  bytes: Uint8Array,
  key: string,
  limits: Limits,
  options: DecodeOptions,
): Promise<Picture> {
  return { ...(await decodePicture(bytes, limits, options)), sha256: key };
}
