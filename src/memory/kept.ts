import Keyv from 'keyv';
import { LRUCache } from 'lru-cache';
import { messageOf } from '../errors.ts';
import type { Results } from '../shared-work.ts';
import type { Verdict } from '../verdict/verdict.ts';

const DAY = 86_400_000;

export interface KeptOptions {
  /** Answers kept in memory; 1000 unless told, a few KB each. */
  readonly max?: number;
  /** How long in memory, in milliseconds; an hour unless told. */
  readonly ttlMs?: number;
  /** The file where answers are kept that a language model was paid for: 10,000, for a week. None unless told. */
  readonly path?: string | undefined;
}

/** Answers that were given. */
export interface Kept extends Results<Verdict> {
  /** Why nothing can be kept in the file. */
  readonly trouble: string | undefined;
  close(): Promise<void>;
}

/** All of them in memory; in a file, which is opened when it is needed, those that cost something. */
export function createKept({ max = 1000, ttlMs = DAY / 24, path }: KeptOptions = {}): Kept {
  const memory = new Keyv<Verdict>({ store: bounded(max), ttl: ttlMs, useKeyPrefix: false });
  let trouble: string | undefined;
  let opening: Promise<Disk | undefined> | undefined;
  const disk = (): Promise<Disk | undefined> => {
    if (path === undefined) return Promise.resolve(undefined);
    opening ??= openAnswers(path).catch((thrown) => {
      trouble = messageOf(thrown);
      return undefined;
    });
    return opening;
  };
  return {
    get trouble() {
      return trouble;
    },
    async get(key) {
      const known = await memory.get(key);
      return known ?? (await (await disk())?.answers.get(key));
    },
    async set(key, verdict) {
      await memory.set(key, verdict);
      if (verdict.cost.calls > 0) await (await disk())?.answers.set(key, verdict);
    },
    async close() {
      await (await opening)?.close();
    },
  };
}

interface Disk {
  readonly answers: Keyv<Verdict>;
  close(): Promise<void>;
}

async function openAnswers(path: string): Promise<Disk> {
  const { openDisk } = await import('./disk.ts');
  const store = openDisk({ path, max: 10_000 });
  const answers = new Keyv<Verdict>({ store, ttl: 7 * DAY, useKeyPrefix: false, emitErrors: false });
  return { answers, close: async () => store.close() };
}

/** A store for keyv that forgets the least recently used. */
function bounded(max: number) {
  const kept = new LRUCache<string, object>({ max });
  return {
    get: (key: string) => kept.get(key),
    // keyv passes a time to live as well, which it looks after itself.
    set: (key: string, value: object) => void kept.set(key, value),
    delete: (key: string) => kept.delete(key),
    clear: () => kept.clear(),
  };
}
