import { LRUCache } from 'lru-cache';
import { tooManyBytes } from '../picture/bytes.ts';
import { DEFAULT_LIMITS } from '../picture/limits.ts';
import type { PictureRef, ReplyHandle } from './contract.ts';

const KEPT_BYTES = 8 * 2 ** 20;
const KEPT_MS = 3_600_000;

/** The bytes of pictures that were asked about lately, in memory only: follow-ups need not fetch them again. */
export function createPictures() {
  const kept = new LRUCache<string, Uint8Array>({
    maxSize: KEPT_BYTES,
    ttl: KEPT_MS,
    sizeCalculation: (bytes) => Math.max(1, bytes.length),
  });
  return {
    /** @throws SpotterError too-many-bytes, unseen, where it is said to have so many; what `handle.fetch` throws */
    async bytesOf(
      platform: string,
      picture: PictureRef,
      handle: Pick<ReplyHandle, 'fetch'>,
      signal: AbortSignal,
    ): Promise<Uint8Array> {
      const key = `${platform}:${picture.key ?? picture.url}`;
      const known = kept.get(key);
      if (known) return known;
      const { size = 0 } = picture;
      if (size > DEFAULT_LIMITS.maxBytes) throw tooManyBytes(size, DEFAULT_LIMITS);
      const bytes = await handle.fetch(picture, signal);
      kept.set(key, bytes);
      return bytes;
    },
  };
}
