import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { SpotterError } from '../../../src/errors.ts';

interface Once<T> {
  readonly fingerprint: string;
  readonly result: Promise<T>;
}

const KEPT_MS = 3_600_000;
const MAX_KEPT = 1000;
const MAX_KEY = 200;

/**
 * Does the same thing once: who sends it again with the same key gets the same result, also while it is being done. What
 * failed may be tried again.
 */
export function createOnce<T extends object>() {
  const known = new LRUCache<string, Once<T>>({ max: MAX_KEPT, ttl: KEPT_MS });
  /**
   * @param key as the asker chose it; without one it is done
   * @param what the thing itself: another one with the same key is refused
   * @throws SpotterError bad-usage
   */
  return (
    asker: string,
    key: string | undefined,
    what: readonly (string | Uint8Array)[],
    work: () => Promise<T>,
  ): Promise<T> => {
    if (key === undefined) return work();
    if (key.length > MAX_KEY) throw new SpotterError('bad-usage', 'The idempotency key is too long.');
    const hash = createHash('sha256');
    for (const part of what) hash.update(part).update('\0');
    const fingerprint = hash.digest('hex');
    const name = `${asker} ${key}`;
    const before = known.get(name);
    if (before && before.fingerprint !== fingerprint) {
      throw new SpotterError(
        'bad-usage',
        'This idempotency key was used for another question.',
        'Send each question with a key of its own.',
      );
    }
    if (before) return before.result;
    const result = work();
    known.set(name, { fingerprint, result });
    result.catch(() => known.delete(name));
    return result;
  };
}
