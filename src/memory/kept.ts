import { LRUCache } from 'lru-cache';
import { asSpotterError } from '../errors.ts';
import type { Results } from '../shared-work.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { Memory, Shelf } from './memory.ts';
import { openMemory } from './open.ts';

const DAY = 86_400_000;
const MOST_IN_FILE = 10_000;

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
  /** Removes all answers whose key begins with one of these, wherever they are. @throws SpotterError memory-down */
  forget(prefixes: Iterable<string>): Promise<void>;
  close(): Promise<void>;
}

/** All of them in memory; in a file, which is opened when it is needed, those that cost something. */
export function createKept({ max = 200, ttlMs = DAY / 24, path }: KeptOptions = {}): Kept {
  const recent = new LRUCache<string, Verdict>({ max, ttl: ttlMs });
  let trouble: string | undefined;
  let opening: Promise<Memory> | undefined;
  async function onDisk<T>(
    use: (answers: Shelf<Verdict>, file: Memory) => Promise<T>,
  ): Promise<T | undefined> {
    if (path === undefined) return undefined;
    opening ??= openMemory({ path });
    const file = await opening;
    return use(file.shelf<Verdict>('answers', MOST_IN_FILE), file);
  }
  /** An answer does not fail because it cannot be kept. */
  async function ifPossible<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
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
      return recent.get(key) ?? (await ifPossible(onDisk((answers) => answers.get(key))));
    },
    async set(key, verdict) {
      recent.set(key, verdict);
      if (verdict.cost.calls === 0) return;
      await ifPossible(onDisk((answers) => answers.set(key, verdict, 7 * DAY)));
    },
    async forget(prefixes) {
      const all = [...prefixes];
      if (all.length === 0) return;
      for (const key of recent.keys()) if (all.some((prefix) => key.startsWith(prefix))) recent.delete(key);
      await onDisk(async (answers, file) => {
        for (const prefix of all) {
          for (const [key] of await answers.list(prefix)) await answers.delete(key);
        }
        await file.purge();
      });
    },
    async close() {
      await (await opening?.catch(() => undefined))?.close();
    },
  };
}
