import type { Redis } from 'ioredis';
import { SpotterError } from '../errors.ts';
import { OURS } from './redis.ts';

/** A picture that nobody asks about any more is gone after this, in milliseconds: longer than any question may take. */
export const PICTURE_MS = 120_000;

const INDEX = `${OURS}:pictures`;
const TOTAL = `${OURS}:picture-bytes`;
const keyOf = (sha256: string): string => `${OURS}:picture:${sha256}`;

/**
 * Keeps the encoded bytes of a picture, unless all pictures together would have more than they may. What has expired is
 * taken off the total first; the index holds "sha256:bytes" by the time of expiry.
 */
const PUT = `
local gone = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
for _, member in ipairs(gone) do
  redis.call('DECRBY', KEYS[2], string.match(member, ':(%d+)$'))
  redis.call('ZREM', KEYS[1], member)
end
local member = ARGV[2] .. ':' .. #ARGV[5]
if not redis.call('ZSCORE', KEYS[1], member) then
  if tonumber(redis.call('GET', KEYS[2]) or '0') + #ARGV[5] > tonumber(ARGV[4]) then return 0 end
  redis.call('INCRBY', KEYS[2], #ARGV[5])
end
redis.call('ZADD', KEYS[1], ARGV[1] + ARGV[3], member)
redis.call('SET', KEYS[3], ARGV[5], 'PX', ARGV[3])
return 1`;

export interface PutOptions {
  readonly now: number;
  /** Of all pictures together. */
  readonly maxBytes: number;
}

/** @throws SpotterError busy, where there is no room for it */
export async function putPicture(
  redis: Redis,
  { sha256, encoded }: { readonly sha256: string; readonly encoded: Uint8Array },
  { now, maxBytes }: PutOptions,
): Promise<void> {
  const bytes = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  const kept = await redis.eval(
    ...([PUT, 3, INDEX, TOTAL, keyOf(sha256), Math.floor(now), sha256, PICTURE_MS, maxBytes, bytes] as const),
  );
  if (kept === 1) return;
  const said = `The pictures of the questions that wait have ${Math.round(maxBytes / 2 ** 20)} MiB already.`;
  throw new SpotterError('busy', undefined, said);
}

/** The encoded bytes of a picture; undefined where it has expired. */
export async function getPicture(redis: Redis, sha256: string): Promise<Uint8Array | undefined> {
  return (await redis.getBuffer(keyOf(sha256))) ?? undefined;
}

/** The key of a picture and of the index of all of them, for scripts that ask whether it is there. */
export const pictureKeys = (sha256: string) => ({ picture: keyOf(sha256), index: INDEX });

/** How many bytes all pictures have that have not been found to be gone yet. */
export const pictureBytes = async (redis: Redis): Promise<number> => Number((await redis.get(TOTAL)) ?? 0);
