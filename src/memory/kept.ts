import Keyv from 'keyv';
import { LRUCache } from 'lru-cache';
import { asSpotterError } from '../errors.ts';
import type { Results } from '../shared-work.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { Memory, Shelf } from './memory.ts';
import { openMemory } from './open.ts';

const DAY = 86_400_000;

export interface KeptOptions {
  /** Answers kept in memory; 200 unless told, some 20 KB each. */
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
export function createKept({ max = 200, ttlMs = DAY / 24, path }: KeptOptions = {}): Kept {
  const recent = new Keyv<Verdict>({ store: bounded(max), ttl: ttlMs, useKeyPrefix: false });
  let trouble: string | undefined;
  let opening: Promise<Memory> | undefined;
  /** An answer does not fail because it cannot be kept. */
  async function onDisk<T>(use: (answers: Shelf<Verdict>) => Promise<T>): Promise<T | undefined> {
    if (path === undefined) return undefined;
    opening ??= openMemory({ path });
    try {
      const answers = (await opening).shelf<Verdict>('answers', 10_000);
      return await use(answers);
    } catch (thrown) {
      trouble = asSpotterError(thrown).hint;
      return undefined;
    }
  }
  return {
    get trouble() {
      return trouble;
    },
    async get(key) {
      return (await recent.get(key)) ?? (await onDisk((answers) => answers.get(key)));
    },
    async set(key, verdict) {
      await recent.set(key, verdict);
      if (verdict.cost.calls > 0) await onDisk((answers) => answers.set(key, verdict, 7 * DAY));
    },
    async close() {
      await (await opening?.catch(() => undefined))?.close();
    },
  };
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
