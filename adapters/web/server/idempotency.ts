import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { SpotterError } from '../../../src/errors.ts';
import { createSingleFlight } from '../../../src/single-flight.ts';

/** Something that is to be done once. */
export interface OnceOnly {
  readonly asker: string;
  /** As the asker chose it. */
  readonly key: string;
  /** The thing itself: another one with the same key is refused. */
  readonly what: readonly (string | Uint8Array)[];
  readonly signal: AbortSignal;
}

/** What comes of it is known by its id; nothing else of it is kept here. */
interface Made {
  readonly id: string;
}

const KEPT_MS = 3_600_000;
const MAX_KEPT = 10_000;

/**
 * Does the same thing once: who sends it again with the same key gets the same result, also while it is being done, and also
 * where the first one who asked is gone by then. What failed may be tried again.
 */
export function createOnce() {
  const done = new LRUCache<string, Made>({ max: MAX_KEPT, ttl: KEPT_MS });
  const fingerprints = new LRUCache<string, string>({ max: MAX_KEPT, ttl: KEPT_MS });
  const share = createSingleFlight<Made>(done);
  /** @throws SpotterError bad-usage, and what the work throws */
  return async (
    { asker, key, what, signal }: OnceOnly,
    work: (signal: AbortSignal) => Promise<Made>,
  ): Promise<Made> => {
    const name = `${asker} ${key}`;
    const hash = createHash('sha256');
    for (const part of what) hash.update(part).update('\0');
    const fingerprint = hash.digest('hex');
    if ((fingerprints.get(name) ?? fingerprint) !== fingerprint) {
      throw new SpotterError(
        'bad-usage',
        'This idempotency key was used for another question.',
        'Send each question with a key of its own.',
      );
    }
    fingerprints.set(name, fingerprint);
    return share(
      name,
      async (shared) => {
        const { id } = await work(shared);
        return { id };
      },
      signal,
    );
  };
}
